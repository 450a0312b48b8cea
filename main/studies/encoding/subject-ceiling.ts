import { ceilingFromRepeats } from '../../analysis/ceilings.ts';
import { orthonormalBasis, removeNuisance } from '../../analysis/nuisance.ts';
import type { SplitManifest } from '../../analysis/splits/split-manifest.ts';
import { type Matrix, rowView } from '../../tensor/matrix.ts';

/** Groups of runs that repeat one stimulus, as places in `split.runs`; empty where nothing was repeated. */
export function repeatedRuns(split: SplitManifest): number[][] {
  const groups = new Map<string, number[]>();
  split.runs.forEach((run, index) => {
    const group = run.group ?? run.id;
    groups.set(group, [...(groups.get(group) ?? []), index]);
  });
  return [...groups.values()].filter((members) => members.length > 1);
}

/**
 * Highest r that any model can reach against single runs: √EV, explainable variance from repeats without trimmed
 * edges, averaged over groups of repeats before the root. Runs of a group are cut to the shortest one. Null without
 * repeats.
 * Every repeat is cleaned of the nuisance of all of them: what only one of them had lost would count as unreliable.
 * @param data cleaned samples × voxels, runs one after another
 */
export function subjectCeiling(
  data: Matrix,
  split: SplitManifest,
  bases: readonly (readonly Float64Array[])[],
): Float32Array | null {
  const groups = repeatedRuns(split);
  if (groups.length === 0) return null;
  const starts = split.runs.map((_, index) =>
    split.runs.slice(0, index).reduce((sum, run) => sum + run.samples, 0),
  );
  const mean = new Float64Array(data.cols);
  for (const members of groups) {
    const length = Math.min(...members.map((index) => split.runs[index].samples));
    const joint = orthonormalBasis(
      members.flatMap((index) => bases[index].map((column) => column.slice(split.trim, length - split.trim))),
    );
    const repeats = members.map((index) => {
      const rows = rowView(data, starts[index] + split.trim, starts[index] + length - split.trim);
      const repeat = { ...rows, data: rows.data.slice() };
      removeNuisance(repeat, joint);
      return repeat;
    });
    ceilingFromRepeats(repeats).explainableVariance.forEach((variance, voxel) => {
      mean[voxel] += variance / groups.length;
    });
  }
  return Float32Array.from(mean, (variance) =>
    Number.isFinite(variance) ? Math.sqrt(Math.max(0, variance)) : 0,
  );
}
