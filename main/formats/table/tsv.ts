import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readText } from '../text/decode-text.ts';

/** A table of text cells under named columns; every row has as many cells as there are columns. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a tab-separated table with a header row, as BIDS has them: no quoting (cells that stand in quotes as a whole
 * lose them), UTF-8 with or without a byte order mark, any line ends. Short rows are filled with empty cells, extra
 * cells are dropped.
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
  const columns = columnNames(lines[0].split('\t').map(unquoted));
  if (columns.length === 1 && /[,;]|\s{2,}|\w \w/.test(lines[0])) {
    throw new UserError(
      'table.no-tabs',
      `${file} has no tabs between its columns: save it as a tab-separated table.`,
      { file },
    );
  }
  const rows = lines.slice(1).flatMap((line) => {
    if (line.trim() === '' && !line.includes('\t')) return [];
    const cells = line.split('\t').map(unquoted);
    return [columns.map((_, index) => cells[index] ?? '')];
  });
  return { columns, rows };
}

/** A cell without blanks around it, and without quotes that hold all of it. */
function unquoted(cell: string): string {
  const own = cell.trim();
  return /^"(?:[^"]|"")*"$/.test(own) ? own.slice(1, -1).replaceAll('""', '"') : own;
}

/**
 * Names as pandas gives them: those left out by their place, repeated ones with a number behind them that no other name
 * has.
 */
export function columnNames(header: readonly string[]): string[] {
  const names = header.map((name, index) => (name === '' ? `Unnamed: ${index}` : name));
  const given = new Set(names);
  const seen = new Map<string, number>();
  return names.map((name) => {
    let count = seen.get(name) ?? 0;
    let own = count === 0 ? name : `${name}.${count}`;
    while (count > 0 && given.has(own)) {
      count += 1;
      own = `${name}.${count}`;
    }
    given.add(own);
    seen.set(name, count + 1);
    return own;
  });
}

/** The text of a tab-separated table; cells must not hold tabs or line ends. Cells in quotes get further ones. */
export function formatTsv(columns: readonly string[], rows: Iterable<readonly (string | number)[]>): string {
  const cell = (value: string | number): string => {
    const text = String(value);
    return unquoted(text) === text.trim() ? text : `"${text.replaceAll('"', '""')}"`;
  };
  const lines = [columns.join('\t')];
  for (const row of rows) lines.push(row.map(cell).join('\t'));
  return `${lines.join('\n')}\n`;
}

/** Position of a column by name, letter case aside; -1 where there is none. */
export function columnIndex(table: TextTable, name: string): number {
  const exact = table.columns.indexOf(name);
  return exact >= 0
    ? exact
    : table.columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
}

/** What stands for a missing value: BIDS' and R's marks, and those that pandas takes for one ("Na" is sodium). */
const MISSING =
  /^(|n\/a|N\/A|na|NA|<NA>|[-+]?nan|[-+]?NaN|NAN|null|NULL|#N\/A|#N\/A N\/A|#NA|-?1\.#(IND|QNAN))$/;

/** Whether a cell stands for a missing value. */
export function isMissing(cell: string): boolean {
  return MISSING.test(cell);
}

/** A cell as a number: NaN for missing values, undefined for text that is no number. */
export function numberOf(cell: string): number | undefined {
  const own = cell.trim();
  if (isMissing(own)) return Number.NaN;
  // "0x1F" is a number to JavaScript only.
  const value = /^[-+]?0[xob]/i.test(own) ? Number.NaN : Number(own);
  return Number.isNaN(value) ? undefined : value;
}
