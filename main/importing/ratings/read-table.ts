import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openMat } from '../../formats/mat/open-mat.ts';
import type { MatValue } from '../../formats/mat/types.ts';
import { sniffFile } from '../../formats/sniff.ts';
import { cellNumber, readDelimited } from '../../formats/table/delimited.ts';
import { readWorkbook, type SheetCell } from '../../formats/workbook/workbook.ts';

/** A table of text cells; numbers are written with a point, whatever the file has. */
export interface RatingsTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sheets of a workbook, the read one first; empty elsewhere. */
  readonly sheets: readonly string[];
}

/**
 * Reads a table of ratings from CSV, TSV, a workbook or a .mat file, told by content. In a .mat file the words are a
 * cell array of texts (or a character matrix), and every matrix with as many rows gives its columns.
 * @throws UserError `file.*`, `table.*`, `workbook.*`, `mat.*`, `ratings.no-sheet`, `ratings.no-words-in-mat`
 */
export async function readRatingsTable(path: string, sheet: string | null): Promise<RatingsTable> {
  switch (await sniffFile(path)) {
    case 'workbook':
      return fromWorkbook(path, sheet);
    case 'mat':
    case 'hdf5':
      return fromMat(path);
    default: {
      const { columns, rows, dialect } = await readDelimited(path);
      const point = (cell: string): string => {
        const value = dialect.decimal === ',' ? cellNumber(cell, ',') : Number.NaN;
        return Number.isFinite(value) ? String(value) : cell;
      };
      return {
        columns,
        rows: dialect.decimal === ',' ? rows.map((row) => row.map(point)) : rows,
        sheets: [],
      };
    }
  }
}

async function fromWorkbook(path: string, wanted: string | null): Promise<RatingsTable> {
  const sheets = await readWorkbook(path);
  const sheet = wanted === null ? largest(sheets) : sheets.find(({ name }) => name === wanted);
  if (sheet === undefined) {
    const [file, found] = [basename(path), sheets.map(({ name }) => name).join(', ')];
    throw new UserError('ratings.no-sheet', `${file} has no sheet "${wanted}" (it has: ${found}).`, {
      file,
      sheet: wanted ?? '',
      found,
    });
  }
  // Titles over the table are rows of one or two cells: the header is the first of the usual width.
  const width = Math.max(...sheet.rows.map((row) => row.length));
  const at = Math.max(
    0,
    sheet.rows.findIndex((row) => row.filter((cell) => cell !== null).length >= Math.max(2, width * 0.6)),
  );
  const columns = sheet.rows[at].map(textOf);
  return {
    columns,
    rows: sheet.rows.slice(at + 1).map((row) => columns.map((_, index) => textOf(row[index] ?? null))),
    sheets: [sheet.name, ...sheets.map(({ name }) => name).filter((name) => name !== sheet.name)],
  };
}

function largest<T extends { readonly rows: readonly (readonly SheetCell[])[] }>(sheets: readonly T[]): T {
  const cells = ({ rows }: T): number => rows.reduce((sum, row) => sum + row.length, 0);
  return sheets.reduce((best, sheet) => (cells(sheet) > cells(best) ? sheet : best));
}

function textOf(cell: SheetCell): string {
  return cell === null ? '' : String(cell).trim();
}

async function fromMat(path: string): Promise<RatingsTable> {
  const mat = await openMat(path);
  try {
    const values: [string, MatValue][] = [];
    for (const variable of mat.variables) {
      if (['double', 'single', 'cell', 'char'].includes(variable.className) || /int/.test(variable.className))
        values.push([variable.name, await variable.read()]);
    }
    const texts = values.flatMap(([name, value]) => {
      const rows = textsOf(value);
      return rows === null ? [] : [{ name, rows }];
    });
    const matrices = values.flatMap(([name, value]) =>
      value.kind === 'numbers' && value.shape.length === 2 ? [{ name, value }] : [],
    );
    const words = texts.find(({ rows }) => matrices.some(({ value }) => value.shape[0] === rows.length));
    const fitting = matrices.filter(({ value }) => value.shape[0] === words?.rows.length);
    if (words === undefined) {
      const file = basename(path);
      const found = mat.variables.map(({ name }) => name).join(', ') || 'nothing';
      throw new UserError(
        'ratings.no-words-in-mat',
        `${file} holds no list of words with a matrix of as many rows (it holds: ${found}).`,
        { file, found },
      );
    }
    // A list of names as long as a matrix is wide names its columns.
    const columnsOf = ({ name, value }: (typeof fitting)[number]): string[] => {
      const names = texts.find((one) => one !== words && one.rows.length === value.shape[1])?.rows;
      if (names !== undefined) return [...names];
      return value.shape[1] === 1
        ? [name]
        : Array.from({ length: value.shape[1] }, (_, at) => `${name}_${at + 1}`);
    };
    return {
      columns: [words.name, ...fitting.flatMap(columnsOf)],
      rows: words.rows.map((word, row) => [
        word,
        ...fitting.flatMap(({ value }) =>
          Array.from({ length: value.shape[1] }, (_, column) =>
            String(Number(value.data[column * value.shape[0] + row])),
          ),
        ),
      ]),
      sheets: [],
    };
  } finally {
    await mat.close();
  }
}

function textsOf(value: MatValue): string[] | null {
  if (value.kind === 'text') return value.rows.length > 1 ? value.rows.map((row) => row.trim()) : null;
  if (value.kind !== 'cell') return null;
  const rows = value.cells.map((cell) => (cell.kind === 'text' ? (cell.rows[0] ?? '').trim() : null));
  return rows.length > 1 && rows.every((row) => row !== null) ? rows : null;
}
