import { type BootstrapOptions, bootstrapInterval, type Interval, median } from './significance/bootstrap.ts';

/** Scores of one region, layer by layer. */
export interface LayerProfile {
  /** One per layer: median over the region's voxels with its bootstrap interval over voxels. */
  readonly layers: readonly Interval[];
  /** Layer with the highest median; the lower one of equals. Describes; use `chooseCandidates` to select. */
  readonly best: number;
  /** Voxels that entered (scores not NaN in any layer). */
  readonly voxels: number;
}

/**
 * Layer profile of a region: per layer the median score over its voxels. Intervals resample voxels, not subjects:
 * they tell how even the region is, not how it generalises to other people.
 * @param scores one array per layer, each one value per voxel
 * @param voxels the region's voxels (indices into the arrays)
 */
export function layerProfile(
  scores: readonly Float32Array[],
  voxels: ArrayLike<number>,
  options: BootstrapOptions,
): LayerProfile {
  const kept = Array.from(voxels).filter((voxel) => scores.every((layer) => !Number.isNaN(layer[voxel])));
  const layers = scores.map((layer) =>
    bootstrapInterval(
      kept.map((voxel) => layer[voxel]),
      median,
      options,
    ),
  );
  let best = 0;
  for (let layer = 1; layer < layers.length; layer++) {
    if (layers[layer].estimate > layers[best].estimate) best = layer;
  }
  return { layers, best, voxels: kept.length };
}
