import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readText } from '../text/decode-text.ts';
import { columnNames, isMissing, type TextTable } from './tsv.ts';

/** How a table's text is cut into cells. */
export interface TableDialect {
  /** A blank stands for runs of blanks, as programs write that line columns up. */
  readonly delimiter: '\t' | ',' | ';' | '|' | ' ';
  readonly decimal: '.' | ',';
}

/** A table with what was found out about its text. */
export interface DelimitedTable extends TextTable {
  readonly dialect: TableDialect;
  /** The first row holds numbers only, so that it may be data and not names. */
  readonly nameless: boolean;
  /** The header has no name for the first column, which holds the names of rows as R writes them. */
  readonly rowNames: boolean;
}

const delimiters = ['\t', ';', ',', '|'] as const;
/** Rows that decide over the delimiter, and characters that they are taken from. */
const LOOKED_AT = 60;
const LOOKED_INTO = 200_000;

/**
 * Reads a table of text cells whatever separates them (tab, comma, semicolon, bar, blanks), quoted cells included; a decimal
 * comma is recognised where cells are not separated by commas. Lines that begin with `#` before the header are left
 * out, and so is an empty last column that trailing delimiters make. A header that is one name short of all rows, as R
 * writes it, leaves the first column without a name.
 * @throws UserError `file.*`, `table.empty`, `table.no-columns`, `table.longer-rows` where names would stand above other
 *   columns
 */
export async function readDelimited(path: string): Promise<DelimitedTable> {
  return parseDelimited((await readText(path)).text, basename(path));
}

/** As `readDelimited`, from text. */
export function parseDelimited(text: string, file: string, given?: TableDialect): DelimitedTable {
  const body = withoutRemarks(text);
  const delimiter = given?.delimiter ?? sniffDelimiter(body) ?? (oneColumn(body, file) ? ',' : null);
  if (body.trim() === '') throw new UserError('table.empty', `${file} is an empty table.`, { file });
  if (delimiter === null) {
    throw new UserError(
      'table.no-columns',
      `${file} has no columns that tabs, commas, semicolons, bars or blanks separate: export it as a table.`,
      { file },
    );
  }
  const rows = splitRows(body, delimiter);
  const header = (rows.shift() ?? []).map((name) => name.trim());
  const blank = (at: number): boolean => rows.every((row) => (row[at] ?? '').trim() === '');
  const extra = header.length > 1 && header[header.length - 1] === '' && blank(header.length - 1);
  const rowNames =
    rows.length > 0 && rows.every((row) => row.length === header.length + 1) && !blank(header.length);
  const columns = columnNames(rowNames ? ['', ...header] : extra ? header.slice(0, -1) : header);
  if (columns.length === 0 || (columns.length === 1 && header[0] === ''))
    throw new UserError('table.empty', `${file} is an empty table.`, { file });
  if (rows.length > 0 && rows.every((row) => filled(row) > columns.length)) {
    const [found, named] = [filled(rows[0]), columns.length];
    throw new UserError(
      'table.longer-rows',
      `${file} has ${found} cells in its rows, but names for only ${named} columns in its first line: name every column.`,
      { file, found, named },
    );
  }
  const cells = rows.map((row) => columns.map((_, index) => trimmed(row[index] ?? '')));
  const decimal = given?.decimal ?? sniffDecimal(cells, delimiter);
  const nameless = header.every((name) => name !== '' && Number.isFinite(Number(name)));
  return { columns, rows: cells, dialect: { delimiter, decimal }, nameless, rowNames };
}

/** Text without byte order mark, end mark of DOS, and the lines of remarks (`#`) before the header. */
function withoutRemarks(text: string): string {
  const whole = text.endsWith('\x1A') ? text.slice(0, -1) : text;
  return whole.replace(/^\uFEFF/, '').replace(/^(?:#[^\n]*\n)+/, '');
}

/** Cells up to the last one that holds something. */
function filled(row: readonly string[]): number {
  return row.findLastIndex((cell) => cell.trim() !== '') + 1;
}

/** A file that calls itself a table of comma-separated values may have a single column; markup never is one. */
export function oneColumn(text: string, file: string): boolean {
  return /\.csv(\.gz)?$/i.test(file) && !/^\s*[{[<]/.test(text) && text.trim() !== '';
}

/** The delimiter that cuts the first lines into the same number of cells, and into most; null where none does. */
export function sniffDelimiter(text: string): TableDialect['delimiter'] | null {
  // Markup and JSON have commas too, and are no tables.
  if (/^\uFEFF?\s*[{[<]/.test(text)) return null;
  const start = withoutRemarks(text).slice(0, LOOKED_INTO);
  let best: { delimiter: TableDialect['delimiter']; score: number } | null = null;
  for (const delimiter of delimiters) {
    const counts = splitRows(start, delimiter)
      .slice(0, LOOKED_AT)
      .map((row) => row.length);
    const first = counts[0] ?? 1;
    if (first < 2) continue;
    // R leaves out the name above the names of rows.
    const rowNames = counts.length > 1 && counts.every((count, at) => at === 0 || count === first + 1);
    const even = rowNames ? 1 : counts.filter((count) => count === first).length / counts.length;
    // Exporters that leave out empty cells at the end of a row make short rows, never long ones.
    const ragged = first > 2 && counts.every((count) => count >= 2 && count <= first);
    // A tab or semicolon is hardly ever part of a cell, a comma often is.
    const score = even * (delimiter === ',' ? 0.9 : 1) + Math.min(first, 50) / 1000;
    if ((even >= 0.8 || ragged) && (best === null || score > best.score)) best = { delimiter, score };
  }
  return best?.delimiter ?? (looksAligned(start) ? ' ' : null);
}

/** Whether runs of blanks cut at least three lines into the same number of cells, a third of them numbers: no prose. */
function looksAligned(text: string): boolean {
  const [header, ...rows] = splitRows(text, ' ').slice(0, LOOKED_AT);
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2 || columns < 2 || ![columns, columns - 1].includes(header.length)) return false;
  // The last line may be cut in two.
  const whole = rows.filter((row) => row.length === columns).length;
  if (whole < 2 || rows.slice(0, -1).some((row) => row.length !== columns)) return false;
  const cells = rows.flat();
  const numbers = cells.filter((cell) => isMissing(cell) || Number.isFinite(cellNumber(cell, ',')));
  return numbers.length * 3 >= cells.length;
}

/** A cell without blanks around it; a cell of blanks alone stays, as it may be a character of a text. */
function trimmed(cell: string): string {
  return cell.trim() === '' ? cell : cell.trim();
}

/** A decimal comma, where cells of digits, comma, digits are more than those with a point. */
function sniffDecimal(rows: readonly (readonly string[])[], delimiter: string): '.' | ',' {
  if (delimiter === ',') return '.';
  let [commas, points] = [0, 0];
  for (const row of rows.slice(0, 200)) {
    for (const cell of row) {
      if (/^[-+]?\d+,\d+$/.test(cell)) commas += 1;
      else if (/^[-+]?\d+\.\d+$/.test(cell)) points += 1;
    }
  }
  return commas > points ? ',' : '.';
}

/** Cells of a line between runs of blanks; blanks in quotes are part of a cell. */
export function splitBlanks(line: string): string[] {
  return (line.match(/"(?:[^"]|"")*"|\S+/g) ?? []).map((cell) =>
    cell.length > 1 && cell.startsWith('"') && cell.endsWith('"')
      ? cell.slice(1, -1).replaceAll('""', '"')
      : cell,
  );
}

/** Rows of cells by RFC 4180: quotes hold delimiters and line ends, doubled quotes are one. Empty lines are left out. */
function splitRows(text: string, delimiter: string): string[][] {
  if (delimiter === ' ') {
    return text.split(/\r\n|\n|\r/).flatMap((line) => {
      const cells = splitBlanks(line);
      return cells.length === 0 ? [] : [cells];
    });
  }
  if (!text.includes('"')) {
    return text
      .split(/\r\n|\n|\r/)
      .flatMap((line) => (line.trim() === '' && !line.includes(delimiter) ? [] : [line.split(delimiter)]));
  }
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  // Whether the cell has only blanks so far: asked at every quote, so it must not read the cell again.
  let blank = true;
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || row[0].trim() !== '') rows.push(row);
    row = [];
    cell = '';
    blank = true;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && blank) {
      cell = '';
      quoted = true;
      blank = false;
    } else if (character === delimiter) {
      row.push(cell);
      cell = '';
      blank = true;
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at += 1;
      endRow();
    } else {
      cell += character;
      if (character !== ' ') blank = false;
    }
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

/** A cell as a number in a table's decimal mark; NaN for what is missing or no number. */
export function cellNumber(cell: string, decimal: '.' | ','): number {
  if (cell.trim() === '') return Number.NaN;
  return Number(decimal === ',' ? cell.replace(',', '.') : cell);
}
