import type { LineFile } from '../text/line-file.ts';
import { scanCellBytes } from './cells.ts';
import { damagedPressure } from './refusals.ts';

/** Where a frame's cells stand in a text file. */
export interface FrameSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Frames that are read from their place in a text file when they are asked for.
 * @param cells cells that every frame must have
 * @returns a reader of frames by index; it throws UserError `pressure.damaged` where a frame has other cells
 */
export function spanReader(
  file: LineFile,
  spans: readonly FrameSpan[],
  cells: number,
  decimalComma = false,
): (index: number, into?: Float32Array) => Promise<Float32Array> {
  return async (index, into) => {
    const span = spans[index];
    if (span === undefined) throw new RangeError(`frame ${index} of ${spans.length}`);
    const values = into?.length === cells ? into : new Float32Array(cells);
    const { count, bad } = scanCellBytes(await file.bytes(span.start, span.end), values, 0, decimalComma);
    if (count !== cells)
      throw damagedPressure(file.path, `frame ${index + 1} has ${count} cells where ${cells} are expected`);
    if (bad > 0) throw damagedPressure(file.path, `frame ${index + 1} has ${bad} cells that are no numbers`);
    return values;
  };
}

/** Cells that are numbers in the first frame exist; those marked absent there do not. */
export function maskOf(frame: Float32Array): Uint8Array {
  return Uint8Array.from(frame, (value) => (Number.isNaN(value) ? 0 : 1));
}
