import { flatten, gridBounds } from '../maths/affine.ts';
import { paintAnatomy, prepareAnatomy } from '../slices/slice-pixels.ts';
import type { AnatomicalVolume } from '../types.ts';

/** A grey picture of the plane x = 0, first row lowest. */
export interface MidSection {
  readonly grey: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** y and z of the lower corner, extent in y and z, mm. */
  readonly box: [number, number, number, number];
}

/** The midsagittal section of an anatomical image at 0.5 mm. */
export function midSection(anatomy: AnatomicalVolume): MidSection {
  const { low, high } = gridBounds(flatten(anatomy.affine), anatomy.shape);
  const step = 0.5;
  const width = Math.max(1, Math.round((high[1] - low[1]) / step));
  const height = Math.max(1, Math.round((high[2] - low[2]) / step));
  const pixels = new Uint8ClampedArray(width * height * 4);
  paintAnatomy(
    pixels,
    {
      width,
      height,
      origin: [0, low[1] + step / 2, low[2] + step / 2],
      right: [0, step, 0],
      down: [0, 0, step],
    },
    prepareAnatomy(anatomy),
  );
  const grey = Uint8Array.from({ length: width * height }, (_, at) => pixels[at * 4]);
  return { grey, width, height, box: [low[1], low[2], width * step, height * step] };
}
