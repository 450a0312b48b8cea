import { colorTable, tableRow } from '../colour/color-map.ts';
import type { ColorMapName } from '../types.ts';

/** One frame to be painted: row-major, null where a cell does not exist. */
export interface PaintedFrame {
  readonly rows: number;
  readonly cols: number;
  readonly values: readonly (number | null)[];
}

/** RGBA pixels, one a cell: the colour map from 0 to `highest`; cells that do not exist are transparent. */
export function paintFrame(
  { rows, cols, values }: PaintedFrame,
  highest: number,
  map: ColorMapName,
): Uint8ClampedArray<ArrayBuffer> {
  const table = colorTable(map);
  const pixels = new Uint8ClampedArray(new ArrayBuffer(rows * cols * 4));
  for (let at = 0; at < rows * cols; at++) {
    const value = values[at];
    if (value === null || value === undefined) continue;
    const row = tableRow(highest > 0 ? value / highest : 0) * 3;
    pixels[at * 4] = table[row];
    pixels[at * 4 + 1] = table[row + 1];
    pixels[at * 4 + 2] = table[row + 2];
    pixels[at * 4 + 3] = 255;
  }
  return pixels;
}

/** Width and height in screen pixels of a frame whose cells have this shape, within a box. */
export function frameSize(
  rows: number,
  cols: number,
  aspect: number,
  box: { readonly width: number; readonly height: number },
): { width: number; height: number } {
  const scale = Math.min(box.width / (cols * aspect), box.height / rows);
  return {
    width: Math.max(1, Math.round(cols * aspect * scale)),
    height: Math.max(1, Math.round(rows * scale)),
  };
}
