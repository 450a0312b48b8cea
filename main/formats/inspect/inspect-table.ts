import { basename } from 'node:path';
import { guessMapping } from '../eyetracking/gaze-mapping.ts';
import { gazeFromTable } from '../eyetracking/gaze-table.ts';
import { fileSize, looksGzip, readHead } from '../source.ts';
import { parseDelimited, readDelimited } from '../table/delimited.ts';
import { sumColumns } from '../table/number-columns.ts';
import { isMissing, numberOf, readTsv, type TextTable } from '../table/tsv.ts';
import { decodeText } from '../text/decode-text.ts';
import { describeEyetracking } from './inspect-eyetracking.ts';

/** Lists in the output are cut to these lengths, so that one line stays readable. */
const SHOWN_COLUMNS = 60;
const SHOWN_SUMS = 12;
/** Tables from so many bytes on are tried as numbers first; so many tell whether they may be. */
const LARGE = 1 << 20;
const HEAD = 64 << 10;
const LINE_END = 10;

/** What `gyrus inspect` says of a tab-separated table as BIDS has them. */
export async function inspectTsv(path: string): Promise<Record<string, unknown>> {
  return { format: 'tsv', ...describeTable(await readTsv(path)) };
}

/** What it says of a table with any delimiter; where its columns look like gaze, also of the recording they make. */
export async function inspectDelimited(path: string): Promise<Record<string, unknown>> {
  const summed = await inspectNumbers(path);
  if (summed !== null) return summed;
  const table = await readDelimited(path);
  const { delimiter, decimal } = table.dialect;
  const mapping = guessMapping(table);
  const gaze = mapping === null ? {} : { gaze: describeEyetracking(gazeFromTable(path, table, mapping)) };
  return {
    format: 'table',
    delimiter,
    decimal,
    header_looks_like_data: table.nameless,
    ...describeTable(table.rowNames ? withoutFirst(table) : table, decimal),
    ...gaze,
  };
}

/** A table without its names of rows, which are no column of it to those who count. */
function withoutFirst({ columns, rows }: TextTable): TextTable {
  return { columns: columns.slice(1), rows: rows.map((row) => row.slice(1)) };
}

/**
 * The same for a large table of nothing but numbers that are no gaze, whose cells are never made; null for others.
 * A table of text cells takes thirty times the memory of its file.
 */
async function inspectNumbers(path: string): Promise<Record<string, unknown> | null> {
  if ((await fileSize(path)) < LARGE) return null;
  const head = await readHead(path, HEAD);
  const { text, encoding } = decodeText(head.subarray(0, head.lastIndexOf(LINE_END) + 1));
  if (looksGzip(head) || encoding !== 'utf-8' || !/^[^#"\s\uFEFF][^"]*$/.test(text)) return null;
  const table = parseDelimited(text, basename(path));
  const { delimiter, decimal } = table.dialect;
  const plain = decimal === '.' && delimiter !== ' ' && table.columns.length === table.rows[0]?.length;
  if (!plain || text.split(/\r?\n/, 1)[0].split(delimiter).length !== table.columns.length) return null;
  if (guessMapping(table) !== null) return null;
  const start = head.indexOf(LINE_END) + 1;
  const totals = await sumColumns(path, start, table.columns.length, delimiter);
  if (totals === null) return null;
  const { columns } = table;
  return {
    format: 'table',
    delimiter,
    decimal,
    header_looks_like_data: table.nameless,
    columns: columns.slice(0, SHOWN_COLUMNS),
    n_rows: totals.rows,
    n_cols: columns.length,
    n_missing: totals.missing,
    row0: Object.fromEntries(
      columns.slice(0, SHOWN_SUMS).map((column, index) => [column, firstNumber(table.rows[0][index])]),
    ),
    sums: Object.fromEntries(
      columns.slice(0, SHOWN_SUMS).map((column, index) => [column, totals.sums[index]]),
    ),
  };
}

function firstNumber(cell: string): number | string {
  return isMissing(cell) ? 'nan' : Number(cell);
}

/** What it says of a workbook: each sheet's first row as names, and its first row of values. */
export async function inspectWorkbook(path: string): Promise<Record<string, unknown>> {
  const { readWorkbook } = await import('../workbook/workbook.ts');
  const sheets = await readWorkbook(path);
  const described = sheets.map(({ name, rows }) => {
    const columns = (rows[0] ?? []).map((cell) => String(cell ?? ''));
    const text = (row: readonly unknown[]): string[] => columns.map((_, index) => String(row[index] ?? ''));
    return [
      name,
      { n_rows: Math.max(0, rows.length - 1), columns, row0: rows.length > 1 ? text(rows[1]) : [] },
    ] as const;
  });
  return { format: 'workbook', sheets: sheets.map(({ name }) => name), ...Object.fromEntries(described) };
}

/** The first 60 column names, the first row's first 12 cells, and sums of the first 12 columns of numbers only. */
function describeTable({ columns, rows }: TextTable, decimal: '.' | ',' = '.'): Record<string, unknown> {
  const number = (cell: string): number | undefined =>
    numberOf(decimal === ',' ? cell.replace(',', '.') : cell);
  const sums: Record<string, number> = {};
  for (let index = 0; index < columns.length && Object.keys(sums).length < SHOWN_SUMS; index++) {
    const values = rows.map((row) => number(row[index]));
    if (values.some((value) => value === undefined)) continue;
    const finite = values.filter((value): value is number => Number.isFinite(value));
    sums[columns[index]] = finite.reduce((sum, value) => sum + value, 0);
  }
  return {
    columns: columns.slice(0, SHOWN_COLUMNS),
    n_rows: rows.length,
    n_cols: columns.length,
    n_missing: rows.reduce((count, row) => count + row.filter(isMissing).length, 0),
    row0: Object.fromEntries(
      columns.slice(0, SHOWN_SUMS).map((column, index) => [column, typed(rows, index)]),
    ),
    sums,
  };
}

/** The first row's cell as a number, truth value or text, by what its whole column holds; "nan" where missing. */
function typed(rows: readonly (readonly string[])[], column: number): string | number | boolean {
  const cell = rows[0]?.[column] ?? '';
  if (isMissing(cell)) return 'nan';
  const cells = rows.map((row) => row[column]).filter((one) => !isMissing(one));
  if (cells.every((one) => /^(true|false)$/i.test(one))) return /^true$/i.test(cell);
  return cells.every((one) => numberOf(one) !== undefined) ? Number(cell) : cell;
}
