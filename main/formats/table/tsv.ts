import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readText } from '../text/decode-text.ts';

/** A table of text cells under named columns; every row has as many cells as there are columns. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a tab-separated table with a header row, as BIDS has them: no quoting, UTF-8 with or without a byte order
 * mark, any line ends. Short rows are filled with empty cells, extra cells are dropped.
 * @throws UserError `file.*`, `table.no-tabs` where a header of one column seems to be separated by other marks,
 *   `table.empty`
 */
export async function readTsv(path: string): Promise<TextTable> {
  const { text } = await readText(path);
  return parseTsv(text, basename(path));
}

/** As `readTsv`, from text. */
export function parseTsv(text: string, file: string): TextTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  while (lines.length > 0 && lines[lines.length - 1].trim() === '') lines.pop();
  if (lines.length === 0) throw new UserError('table.empty', `${file} is an empty table.`, { file });
  const columns = lines[0].split('\t').map((name) => name.trim());
  if (columns.length === 1 && /[,;]|\s{2,}|\w \w/.test(lines[0])) {
    throw new UserError(
      'table.no-tabs',
      `${file} has no tabs between its columns: save it as a tab-separated table.`,
      { file },
    );
  }
  const rows = lines.slice(1).flatMap((line) => {
    if (line.trim() === '') return [];
    const cells = line.split('\t').map((cell) => cell.trim());
    return [columns.map((_, index) => cells[index] ?? '')];
  });
  return { columns, rows };
}

/** The text of a tab-separated table; cells must not hold tabs or line ends. */
export function formatTsv(columns: readonly string[], rows: Iterable<readonly (string | number)[]>): string {
  const lines = [columns.join('\t')];
  for (const row of rows) lines.push(row.join('\t'));
  return `${lines.join('\n')}\n`;
}

/** Position of a column by name, letter case aside; -1 where there is none. */
export function columnIndex(table: TextTable, name: string): number {
  const exact = table.columns.indexOf(name);
  return exact >= 0
    ? exact
    : table.columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
}

/** Whether a cell stands for a missing value. */
export function isMissing(cell: string): boolean {
  return cell === '' || /^(n\/a|na|nan)$/i.test(cell);
}

/** A cell as a number: NaN for missing values, undefined for text that is no number. */
export function numberOf(cell: string): number | undefined {
  if (isMissing(cell.trim())) return Number.NaN;
  const value = Number(cell);
  return Number.isNaN(value) ? undefined : value;
}
