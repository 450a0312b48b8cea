import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { type Floats, type Matrix, takeRows } from '../../tensor/matrix.ts';

/** Names of rows, one a line. */
interface ItemList {
  readonly file: string;
  readonly names: readonly string[];
}

/** @throws UserError `items.unreadable`, `items.count`, `items.repeated` */
async function readItems(path: string, rows: number): Promise<ItemList> {
  const file = basename(path);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UserError(
      'items.unreadable',
      `${file} cannot be read; give a text file with one item a line.`,
      {
        file,
      },
    );
  });
  const names = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (names.at(-1) === '') names.pop();
  if (names.length !== rows) {
    throw new UserError(
      'items.count',
      `${file} names ${names.length} items, but its array has ${rows} rows.`,
      {
        file,
        items: names.length,
        rows,
      },
    );
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new UserError(
      'items.repeated',
      `${file} names "${repeated}" twice, so rows cannot be told apart; keep one of them.`,
      { file, item: repeated },
    );
  }
  return { file, names };
}

function listed(names: readonly string[], most = 10): string {
  return names.slice(0, most).join(', ') + (names.length > most ? `, … (${names.length} in all)` : '');
}

/** Rows of both arrays for the items that both have, in the order of the second. */
export interface MatchedItems {
  readonly first: Matrix<Floats>;
  readonly second: Matrix<Floats>;
  readonly items: readonly string[];
  /** Items that only one of them has. */
  readonly missing: readonly string[];
}

/**
 * Brings rows of two arrays together by the names of their items.
 * @param intersect go on with what both have; without it, items that one lacks are refused by name
 * @throws UserError `items.missing`, `items.none-shared` and what reading the lists throws
 */
export async function matchItems(
  first: { readonly matrix: Matrix<Floats>; readonly list: string },
  second: { readonly matrix: Matrix<Floats>; readonly list: string },
  intersect: boolean,
): Promise<MatchedItems> {
  const [a, b] = [
    await readItems(first.list, first.matrix.rows),
    await readItems(second.list, second.matrix.rows),
  ];
  const place = new Map(a.names.map((name, row) => [name, row]));
  const known = new Set(b.names);
  const items = b.names.filter((name) => place.has(name));
  const [lackingA, lackingB] = [
    b.names.filter((name) => !place.has(name)),
    a.names.filter((name) => !known.has(name)),
  ];
  if (items.length === 0) {
    throw new UserError(
      'items.none-shared',
      `${a.file} and ${b.file} share no item (${listed(a.names, 2)} against ${listed(b.names, 2)}); are they in one language and spelling?`,
      { first: a.file, second: b.file },
    );
  }
  if (lackingA.length + lackingB.length > 0 && !intersect) {
    const parts = [
      ...(lackingA.length > 0 ? [`${a.file} lacks ${listed(lackingA)}`] : []),
      ...(lackingB.length > 0 ? [`${b.file} lacks ${listed(lackingB)}`] : []),
    ];
    throw new UserError(
      'items.missing',
      `${parts.join(' and ')}; add --intersect to go on with the ${items.length} items that both have.`,
      { missing: lackingA.length + lackingB.length, shared: items.length },
    );
  }
  const rowsOf = (names: readonly string[]): Int32Array => {
    const rows = new Map(names.map((name, row) => [name, row]));
    return Int32Array.from(items, (name) => rows.get(name) ?? 0);
  };
  return {
    first: takeRows(first.matrix, rowsOf(a.names)),
    second: takeRows(second.matrix, rowsOf(b.names)),
    items,
    missing: [...lackingA, ...lackingB],
  };
}
