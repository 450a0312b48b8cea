import { benjaminiHochberg } from '../maths/fdr.ts';
import type { StatLayer } from '../types.ts';
import type { DeepGrid } from './props.ts';

/**
 * A layer's values, p and q at the voxels inside the brain. q stays that of the whole map: what is significant does not
 * change with what is drawn.
 */
export function layerInside({ kept }: Pick<DeepGrid, 'kept'>, layer: StatLayer): StatLayer {
  const at = (values: Float32Array) => Float32Array.from(kept, (position) => values[position]);
  const { p, q = p && benjaminiHochberg(p) } = layer;
  return { ...layer, values: at(layer.values), p: p && at(p), q: q && at(q) };
}

/** The voxel inside the brain that a position in the map is; null for places on the surface. */
export function insideOf({ kept }: Pick<DeepGrid, 'kept'>, position: number | null): number | null {
  if (position === null) return null;
  const at = kept.indexOf(position);
  return at < 0 ? null : at;
}

/**
 * Voxels of a map on a surface, of those that the map keeps.
 * @param pairs place and linear index of each voxel, ascending by index
 * @param places the place of every value of the map, ascending
 */
export function keptInside(
  pairs: Int32Array,
  places: Uint32Array,
): { voxelIndex: Uint32Array; kept: Int32Array } {
  const positions = new Map(Array.from(places, (place, position) => [place, position]));
  const [voxelIndex, kept]: number[][] = [[], []];
  for (let at = 0; at < pairs.length; at += 2) {
    const position = positions.get(pairs[at]);
    if (position === undefined) continue;
    voxelIndex.push(pairs[at + 1]);
    kept.push(position);
  }
  return { voxelIndex: Uint32Array.from(voxelIndex), kept: Int32Array.from(kept) };
}
