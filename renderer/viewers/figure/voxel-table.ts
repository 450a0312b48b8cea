import { transform } from '../maths/affine.ts';
import { buildVoxelLookup, voxelSubscripts } from '../sampling/voxel-lookup.ts';
import type { StatLayer, VolumeGrid } from '../types.ts';
import { float32Text, toCsv } from './csv.ts';

/**
 * A map as CSV: one row per kept voxel with its subscripts (0-based), its centre in mm, the value, and p and q where
 * known. The same table serves the brain and the slices.
 */
export function voxelCsv(volume: VolumeGrid, layer: StatLayer, quantity: string): string {
  const lookup = buildVoxelLookup(volume);
  const header = ['i', 'j', 'k', 'x_mm', 'y_mm', 'z_mm', quantity];
  if (layer.p) header.push('p');
  if (layer.q) header.push('q');
  function* rows(): Generator<number[]> {
    for (let voxel = 0; voxel < layer.values.length; voxel++) {
      const [i, j, k] = voxelSubscripts(lookup, voxel);
      const mm = transform(lookup.toMm, i, j, k).map((value) => Number(value.toFixed(3)));
      const row = [i, j, k, ...mm, float32Text(layer.values[voxel])];
      if (layer.p) row.push(float32Text(layer.p[voxel]));
      if (layer.q) row.push(float32Text(layer.q[voxel]));
      yield row;
    }
  }
  return toCsv(header, rows());
}
