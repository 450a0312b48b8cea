import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';

/** The refusal of a pressure file that contradicts itself or stops early. */
export function damagedPressure(path: string, reason: string): UserError {
  const file = basename(path);
  return new UserError('pressure.damaged', `${file} is not a whole pressure recording: ${reason}.`, {
    file,
    reason,
  });
}

/** More cells than any mat has: a layout that was read wrongly, or a damaged header. */
const MOST_CELLS = 1 << 22;

/** Checks that a frame has a size that can be. @throws UserError `pressure.damaged` */
export function checkFrameSize(path: string, rows: number, cols: number): void {
  const fine =
    Number.isInteger(rows) && Number.isInteger(cols) && rows > 0 && cols > 0 && rows * cols <= MOST_CELLS;
  if (!fine) throw damagedPressure(path, `a frame of ${rows} rows and ${cols} columns cannot be`);
}
