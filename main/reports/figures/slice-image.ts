import type { RgbaImage } from '../../formats/png-writer.ts';
import { divergingColour } from './colour-map.ts';
import { sampleVoxels, type VoxelMap } from './volume-sampler.ts';

/** Grey picture behind the map: 0 (black) to 255 at a point in millimetres, NaN outside the head. */
export type Underlay = (x: number, y: number, z: number) => number;

export interface SliceBox {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/**
 * Axial slices side by side, subject's left on the left (neurological): anatomy in grey, the map in RdBu_r where
 * |value| ≥ threshold. White where there is neither.
 * @param heights z of every slice in millimetres
 * @param step millimetres per pixel
 */
export function axialMosaic(
  map: VoxelMap,
  underlay: Underlay | null,
  options: {
    readonly heights: readonly number[];
    readonly box: SliceBox;
    readonly step: number;
    readonly limit: number;
    readonly threshold: number;
  },
): RgbaImage {
  const { heights, box, step } = options;
  const columns = Math.round((box.x[1] - box.x[0]) / step);
  const rows = Math.round((box.y[1] - box.y[0]) / step);
  const width = columns * heights.length;
  const data = new Uint8Array(width * rows * 4).fill(255);
  const value = sampleVoxels(map);
  heights.forEach((z, slice) => {
    for (let row = 0; row < rows; row += 1) {
      const y = box.y[1] - (row + 0.5) * step;
      for (let column = 0; column < columns; column += 1) {
        const x = box.x[0] + (column + 0.5) * step;
        const to = 4 * (row * width + slice * columns + column);
        const found = value(x, y, z);
        if (!Number.isNaN(found) && Math.abs(found) >= options.threshold) {
          data.set(divergingColour(found, options.limit), to);
          continue;
        }
        const grey = underlay ? underlay(x, y, z) : Number.isNaN(found) ? Number.NaN : 225;
        if (!Number.isNaN(grey)) data.fill(grey, to, to + 3);
      }
    }
  });
  return { width, height: rows, data };
}
