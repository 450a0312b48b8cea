import { type EncodingArrays, encodingArraysSchema } from '../../contract/encoding.ts';
import type { NewArray } from '../../data/arrays/array-store.ts';
import type { Project } from '../../data/project.ts';
import type { VoxelResults } from './fit-voxels.ts';

/** Voxels fitted and committed together. Fixed, so that a run's bytes do not depend on the machine's memory. */
export const VOXELS_PER_STEP = 4096;
/** Most voxels in one stored piece of a time course array. */
const VOXELS_PER_PIECE = 256;

/** Sizes of one subject's results. */
export interface ResultSizes {
  readonly voxels: number;
  readonly layers: readonly string[];
  readonly controls: readonly string[];
  readonly samples: number;
  readonly samplingInterval: number;
  readonly simulated: boolean;
  /** Voxels fitted and committed together. */
  readonly step: number;
}

/** Per-voxel arrays that are not part of the published result but must survive a kill. */
export interface WorkingArrays {
  readonly nullR: string;
  readonly excluded: string;
}
export type SubjectArrays = Omit<EncodingArrays, 'q' | 'voxelIndex'> & WorkingArrays;

/** Makes the empty arrays of one subject. */
export function createResultArrays(
  project: Project,
  subject: string,
  sizes: ResultSizes,
  withCeiling: boolean,
): SubjectArrays {
  const { voxels } = sizes;
  const step = Math.min(sizes.step, Math.max(1, voxels));
  const base = { dtype: 'float32' as const, attributes: { simulated: sizes.simulated } };
  const make = (name: string, spec: Omit<NewArray, 'name'>): string =>
    project.arrays.create({ name: `sub-${subject} ${name}`, ...spec }).id;
  const map = (name: string, unit: string, dtype: 'float32' | 'uint8' = 'float32'): string =>
    make(name, { ...base, dtype, unit, shape: [voxels], chunkShape: [step], axes: [{ name: 'voxel' }] });
  const stack = (name: string, axis: string, items: readonly string[], unit: string): string =>
    make(name, {
      ...base,
      unit,
      shape: [items.length, voxels],
      chunkShape: [items.length, step],
      axes: [{ name: axis }, { name: 'voxel' }],
      attributes: { ...base.attributes, items },
    });
  const course = (name: string): string =>
    make(name, {
      ...base,
      unit: 'z',
      shape: [sizes.samples, voxels],
      chunkShape: [sizes.samples, Math.min(VOXELS_PER_PIECE, step)],
      axes: [{ name: 'time', unit: 's', step: sizes.samplingInterval }, { name: 'voxel' }],
    });
  return {
    r: map('r', 'r'),
    rSquared: map('R²', 'R²'),
    p: map('p', 'p'),
    ceiling: withCeiling ? map('ceiling', 'r') : null,
    penalty: map('penalty', 'log10'),
    layer: map('layer', 'layer', 'uint8'),
    layerR: stack('r per layer', 'layer', sizes.layers, 'r'),
    layerInner: stack('inner r per layer', 'layer', sizes.layers, 'r'),
    controlR: stack('r per control', 'control', sizes.controls, 'r'),
    measured: course('measured'),
    predicted: course('predicted'),
    nullR: map('null r', 'r'),
    excluded: map('excluded', '', 'uint8'),
  };
}

/** Writes the results of voxels from `start` on. Call inside the commit that moves the cursor. */
export function writeResults(
  project: Project,
  arrays: SubjectArrays,
  start: number,
  results: VoxelResults,
  ceiling: Float32Array | null,
): void {
  const count = results.r.length;
  const one = (id: string, values: Float32Array | Uint8Array): void =>
    project.arrays.write(id, [start], [count], values);
  const many = (id: string, matrix: VoxelResults['layerR']): void =>
    project.arrays.write(id, [0, start], [matrix.rows, count], matrix.data);
  one(arrays.r, results.r);
  one(arrays.rSquared, results.rSquared);
  one(arrays.p, results.p);
  one(arrays.penalty, results.penalty);
  one(arrays.layer, results.layer);
  one(arrays.nullR, results.nullR);
  one(arrays.excluded, results.excluded);
  if (arrays.ceiling !== null && ceiling !== null) one(arrays.ceiling, ceiling);
  many(arrays.layerR, results.layerR);
  many(arrays.layerInner, results.layerInner);
  many(arrays.controlR, results.controlR);
  many(arrays.measured, results.measured);
  many(arrays.predicted, results.predicted);
}

/** Seals a subject's arrays and links the published ones to the run under their role. */
export function publishArrays(
  project: Project,
  runId: string,
  subject: string,
  arrays: EncodingArrays,
): void {
  for (const role of encodingArraysSchema.keyof().options) {
    const arrayId = arrays[role];
    if (arrayId === null) continue;
    if (role !== 'voxelIndex') project.arrays.seal(arrayId);
    project.runs.putArray({ runId, subject, role, arrayId });
  }
}
