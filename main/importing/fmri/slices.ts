import type { PreviewSlice } from '../../contract/importing.ts';
import type { Affine } from '../../contract/recordings.ts';
import { axisCodes, voxelSizes } from '../../formats/nifti/orientation.ts';
import type { Grid } from './morphology.ts';

/** A voxel axis and the direction in which it runs towards R, A or S. */
interface Direction {
  readonly axis: 0 | 1 | 2;
  readonly towards: boolean;
}

/**
 * The three middle slices of a volume as they are shown: sagittal (anterior right), coronal and axial (left on the
 * left), superior or anterior at the top, whatever the voxel order in the file.
 * @param range values shown as 0 and 255
 * @param mask 0/1 a voxel, or null
 */
export function middleSlices(
  volume: Float32Array,
  mask: Uint8Array | null,
  grid: Grid,
  affine: Affine,
  range: readonly [number, number],
): PreviewSlice[] {
  const codes = axisCodes(affine);
  const find = (letters: string): Direction => {
    const axis = [...codes].findIndex((code) => letters.includes(code)) as 0 | 1 | 2;
    return { axis, towards: codes[axis] === letters[0] };
  };
  const [right, anterior, superior] = [find('RL'), find('AP'), find('SI')];
  const sizes = voxelSizes(affine);
  const draw = (
    plane: PreviewSlice['plane'],
    across: Direction,
    up: Direction,
    through: Direction,
    edges: PreviewSlice['edges'],
  ): PreviewSlice => {
    const [width, height] = [grid[across.axis], grid[up.axis]];
    const pixels = new Array<number>(width * height);
    const inside = mask === null ? [] : new Array<number>(width * height);
    const at: [number, number, number] = [0, 0, 0];
    at[through.axis] = Math.floor(grid[through.axis] / 2);
    const scale = 255 / Math.max(range[1] - range[0], Number.MIN_VALUE);
    for (let y = 0; y < height; y++) {
      at[up.axis] = up.towards ? height - 1 - y : y;
      for (let x = 0; x < width; x++) {
        at[across.axis] = across.towards ? x : width - 1 - x;
        const voxel = at[0] + grid[0] * (at[1] + grid[1] * at[2]);
        const shade = Math.round((volume[voxel] - range[0]) * scale);
        pixels[y * width + x] = Number.isFinite(shade) ? Math.min(255, Math.max(0, shade)) : 0;
        if (mask !== null) inside[y * width + x] = mask[voxel];
      }
    }
    return {
      plane,
      width,
      height,
      pixelSize: [sizes[across.axis], sizes[up.axis]],
      pixels,
      mask: inside,
      edges,
    };
  };
  return [
    draw('sagittal', anterior, superior, right, ['P', 'A', 'S', 'I']),
    draw('coronal', right, superior, anterior, ['L', 'R', 'S', 'I']),
    draw('axial', right, anterior, superior, ['L', 'R', 'A', 'P']),
  ];
}
