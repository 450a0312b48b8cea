import { takeColumns } from '../../analysis/ridge/search-bands.ts';
import { excludeUnusable } from '../../analysis/ridge/target-block.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { CommandIo } from '../command.ts';
import { tellExcluded } from './tell.ts';

/**
 * Columns that are constant, NaN or infinite in any of the arrays: set to 0 there, so that they do no harm, and told.
 * What comes of them is to be blanked (`blankColumns`).
 * @param why "not finite" keeps constant columns
 */
export function leaveOutColumns(
  parts: readonly Matrix<Floats>[],
  deps: Pick<CommandIo, 'err'>,
  what: string,
  why: 'unusable' | 'not finite' = 'unusable',
): number[] {
  const bad = new Set(parts.flatMap(why === 'unusable' ? unusable : notFinite));
  const excluded = [...bad].sort((a, b) => a - b);
  for (const { rows: count, cols, data } of parts)
    for (const column of excluded) for (let row = 0; row < count; row++) data[row * cols + column] = 0;
  tellExcluded(excluded, parts[0].cols, deps, what);
  return excluded;
}

function notFinite({ cols, data }: Matrix<Floats>): number[] {
  const bad = new Set<number>();
  data.forEach((value: number, at: number) => {
    if (!Number.isFinite(value)) bad.add(at % cols);
  });
  return [...bad];
}

function unusable(part: Matrix<Floats>): number[] {
  const flags = excludeUnusable(
    part,
    Int32Array.from({ length: part.rows }, (_, row) => row),
  );
  return [...flags.keys()].filter((column) => flags[column] === 1);
}

/** A copy without the columns that are constant, NaN or infinite, which are told. */
export function usableColumns(
  part: Matrix<Floats>,
  deps: Pick<CommandIo, 'err'>,
  what: string,
): Matrix<Floats> {
  const excluded = new Set(leaveOutColumns([part], deps, what));
  const kept = Array.from({ length: part.cols }, (_, column) => column).filter((one) => !excluded.has(one));
  return takeColumns(part, kept);
}

/** NaN in the named columns of an array of so many columns. */
export function blankColumns(data: Floats, cols: number, excluded: readonly number[]): void {
  for (const column of excluded) for (let at = column; at < data.length; at += cols) data[at] = Number.NaN;
}
