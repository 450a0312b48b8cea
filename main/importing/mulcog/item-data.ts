import type { Notice } from '../../contract/errors.ts';
import type { ItemRows, ItemText, ItemUnit, Sensor } from '../../contract/item-sets.ts';
import { UserError } from '../../core/errors.ts';
import type { Matrix } from '../../tensor/matrix.ts';

/** What a reader makes of a set's files. */
export interface ItemData {
  readonly texts: readonly ItemText[];
  readonly rows: ItemRows;
  readonly units: readonly ItemUnit[];
  readonly sensors: readonly Sensor[] | null;
  readonly data: Matrix;
  readonly files: readonly string[];
  readonly notices: readonly Notice[];
}

/** @throws UserError `mulcog.rows-mismatch` where a file does not have as many rows as there are items */
export function requireRows(file: string, rows: number, items: number, what: string): void {
  if (rows === items) return;
  throw new UserError(
    'mulcog.rows-mismatch',
    `${file} has ${rows} rows, but there are ${items} ${what}; both must list the same items in the same order.`,
    { file, rows, items, what },
  );
}

/** A unit that is no time window. */
export function plainUnit(name: string, columns: number): ItemUnit {
  return { name, columns, seconds: null };
}

/** Counts columns that never vary or hold NaN or infinite values; studies leave them out. */
export function columnNotices(data: Matrix): Notice[] {
  let unusable = 0;
  for (let col = 0; col < data.cols; col++) {
    let varies = false;
    let finite = true;
    for (let row = 0; row < data.rows && finite; row++) {
      const value = data.data[row * data.cols + col];
      finite = Number.isFinite(value);
      varies ||= value !== data.data[col];
    }
    if (!varies || !finite) unusable++;
  }
  if (unusable === 0) return [];
  return [
    {
      level: 'warning',
      code: 'mulcog.unusable-columns',
      message: `${unusable} of ${data.cols} columns never vary or hold NaN; studies leave them out.`,
      params: { unusable, columns: data.cols },
    },
  ];
}
