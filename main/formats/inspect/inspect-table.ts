import { isMissing, numberOf, readTsv } from '../table/tsv.ts';

/** Lists in the output are cut to these lengths, so that one line stays readable. */
const SHOWN_COLUMNS = 60;
const SHOWN_SUMS = 12;

/**
 * What `gyrus inspect` says of a tab-separated table: the first 60 column names, the first row's first 12 cells, and
 * sums of the first 12 columns that hold numbers only.
 */
export async function inspectTsv(path: string): Promise<Record<string, unknown>> {
  const { columns, rows } = await readTsv(path);
  const sums: Record<string, number> = {};
  for (let index = 0; index < columns.length && Object.keys(sums).length < SHOWN_SUMS; index++) {
    const values = rows.map((row) => numberOf(row[index]));
    if (values.some((value) => value === undefined)) continue;
    const finite = values.filter((value): value is number => Number.isFinite(value));
    if (finite.length > 0) sums[columns[index]] = finite.reduce((sum, value) => sum + value, 0);
  }
  return {
    format: 'tsv',
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
