import { freemem } from 'node:os';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import type { Preflight } from '../../contract/jobs.ts';
import type { Project } from '../../data/project.ts';
import { encodingControls } from './controls.ts';
import { columnsPerFeature } from './notices.ts';
import { resolveInputs } from './resolve-inputs.ts';
import { VOXELS_PER_STEP } from './result-arrays.ts';
import type { StudyDeps } from './study-deps.ts';
import { subjectSplit } from './subject-split.ts';

/** Multiplications and additions a second that two ordinary cores reach in float32. */
const ASSUMED_SPEED = 3e10;
/** What a process of ours takes before it holds any data. */
const BASE_MEMORY = 400e6;

/**
 * Memory, time and disk of a study, from sizes alone. Refusals of the study itself (shuffled folds, missing words)
 * come up here already.
 */
export async function encodingPreflight(
  deps: StudyDeps,
  project: Project,
  params: EncodingStudyParams,
): Promise<Preflight> {
  const inputs = resolveInputs(project, params);
  const { space, controls } = encodingControls(deps, params);
  const factor = columnsPerFeature(params);
  const controlSpaces = controls.flatMap(({ space: id }) => (id === null ? [] : [deps.featureSpace(id)]));
  const widths = [space, ...controlSpaces].flatMap((one) => one.dimensions.map((width) => width * factor));
  let peak = 0;
  let operations = 0;
  let disk = 0;
  for (const input of inputs) {
    const split = subjectSplit(input, params);
    const samples = split.samples;
    const voxels = input.space.voxelCount;
    const step = Math.min(voxels, VOXELS_PER_STEP);
    const features = widths.reduce((sum, width) => sum + width, 0) * samples * 4;
    const blocks = (widths.length + 6) * step * samples * 4;
    peak = Math.max(peak, features + blocks + 6 * samples * samples * 8);
    const fits = split.folds.reduce((sum, fold) => sum + 1 + fold.inner.length, 0) * (widths.length + 1);
    operations += fits * params.penalties.count * 2 * (samples / 2) ** 2 * voxels;
    disk += voxels * samples * 4 * 2 + voxels * 4 * 16;
  }
  const peakMemoryBytes = BASE_MEMORY + peak;
  const fits = peakMemoryBytes < freemem();
  const gigabytes = Number((peakMemoryBytes / 1e9).toFixed(1));
  return {
    peakMemoryBytes,
    seconds: operations / ASSUMED_SPEED,
    diskBytes: disk,
    fits,
    reason: fits
      ? null
      : {
          code: 'encoding.memory',
          message: `This study needs about ${gigabytes} GB of memory, more than is free; close other programs, or use one haemodynamic response instead of delays.`,
          params: { gigabytes },
        },
    alternative:
      fits || params.hemodynamics.kind === 'spm'
        ? null
        : {
            description: 'SPM haemodynamic response instead of delays: a fraction of the features.',
            params: { ...params, hemodynamics: { kind: 'spm' } },
          },
  };
}
