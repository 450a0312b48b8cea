import type { GreyMatterGrid } from '../../analysis/anatomy/bundled-brain.ts';
import { REGIONS } from '../../analysis/anatomy/landmark-regions.ts';
import { type Matrix, type Matrix64, toFloat64 } from '../../tensor/matrix.ts';
import type { Random } from '../../tensor/random/xoshiro.ts';
import type { StoryDesign } from './design-stories.ts';
import { type PlantedSpecification, plantedRegions } from './planted-regions.ts';
import type { PlantedTuning } from './simulate-subject.ts';
import { interior, standardised, tunedComponents, withEdges } from './tuned-components.ts';

/** A planted region with its voxels and the series its voxels mix. */
export interface RegionPlan {
  readonly specification: PlantedSpecification;
  readonly tuning: PlantedTuning;
}

/** Leading components of each layer that tuning is looked for in, and how many of them are mixed. */
const LEADING = 3;
const KEPT = 2;

/**
 * Samples at both ends of a story without tuned response: there features swing with the onset of speech, which would
 * outweigh all else, and analyses drop them.
 */
export const TRIM = 5;

/** Voxels and tuning of every planted region that the grid holds. */
export function planRegions(grid: GreyMatterGrid, design: StoryDesign, random: Random): RegionPlan[] {
  const names = [...design.layers.keys()];
  const inner = (matrix: Matrix): Matrix => interior(matrix, design.samples, TRIM);
  const components = tunedComponents(
    [...design.layers.values()].map(inner),
    standardised(inner(design.controls)),
    { leading: LEADING, kept: KEPT, random },
  );
  const series = (layer: string | null): Matrix64 => {
    const own =
      layer === null ? toFloat64(standardised(inner(design.wordRate))) : components[names.indexOf(layer)];
    return withEdges(own, design.samples, TRIM);
  };
  return plantedRegions.map((specification) => {
    const index = REGIONS.findIndex((region) => region.name === specification.region);
    const voxels = Int32Array.from(grid.region.keys()).filter((voxel) => grid.region[voxel] === index);
    const { strength, ceiling } = specification;
    return { specification, tuning: { components: series(specification.layer), voxels, strength, ceiling } };
  });
}
