/**
 * Landmark regions that the name of a region in the published files suggests. Those files give voxels no place: this is
 * where a region's number is drawn, in the page and in the report, nothing more.
 */
export const DRAWN_AT: Readonly<Record<string, readonly string[]>> = {
  Cognition: ['middle frontal', 'superior frontal', 'superior parietal', 'anterior cingulate'],
  Language: [
    'inferior frontal',
    'anterior superior temporal',
    'posterior superior temporal',
    'middle temporal',
    'angular',
    'supramarginal',
  ],
  Manipulation: ['precentral', 'postcentral', 'supplementary motor'],
  Memory: ['parahippocampal', 'posterior cingulate', 'precuneus'],
  Reward: ['orbitofrontal', 'medial frontal', 'insula'],
  Vision: ['occipital pole', 'calcarine', 'cuneus', 'lingual', 'lateral occipital', 'fusiform'],
};

/**
 * Which of `regions` each landmark region belongs to, by its name without the side ("left angular" as "angular").
 * @returns index into `regions` by landmark name
 */
export function regionByLandmark(regions: readonly string[]): ReadonlyMap<string, number> {
  return new Map(regions.flatMap((name, at) => (DRAWN_AT[name] ?? []).map((landmark) => [landmark, at])));
}
