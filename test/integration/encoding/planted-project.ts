import { onTestFinished } from 'vitest';
import type { EncodingStudyRequest } from '../../../main/contract/encoding.ts';
import { encodingStudyParamsSchema } from '../../../main/contract/encoding.ts';
import { contentHash } from '../../../main/core/hash.ts';
import { ignoreProgress } from '../../../main/core/progress.ts';
import type { Project } from '../../../main/data/project.ts';
import type { JobContext } from '../../../main/jobs/job-type.ts';
import type { StudyDeps } from '../../../main/studies/encoding/study-deps.ts';
import { type Matrix, zeros } from '../../../main/tensor/matrix.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

export const SAMPLES = 100;
/** More than one step of the study, so that a subject takes three. */
export const VOXELS = 300;
export const STORIES = ['alpha', 'beta', 'gamma'] as const;
/** Which voxels follow which layer; the rest is noise but for the two bad ones. */
export const planted = { lower: [0, 50], upper: [50, 100], constant: 100, broken: 101 } as const;

const engine = createRuntimeEngine({ threads: 1 });
const spaces: Record<string, { layers: string[]; dimensions: number[] }> = {
  'use-lite': { layers: ['lower', 'upper'], dimensions: [4, 4] },
  'use-lite-untrained': { layers: ['lower'], dimensions: [4] },
  'word-rate-position': { layers: ['value'], dimensions: [1] },
  'sentence-length': { layers: ['value'], dimensions: [1] },
};

/** Smooth random columns that depend on space, layer and story alone. */
function columns(space: string, layer: string, story: string, cols: number): Matrix {
  const seed = Number.parseInt(contentHash(`${space} ${layer} ${story}`).slice(0, 8), 16);
  const random = createRandom(seed);
  const out = zeros(SAMPLES, cols);
  const state = new Float64Array(cols);
  for (let t = 0; t < SAMPLES; t += 1)
    for (let c = 0; c < cols; c += 1) {
      state[c] = 0.6 * state[c] + random.normal();
      out.data[t * cols + c] = state[c];
    }
  return out;
}

export const deps: StudyDeps = {
  engine: async () => engine,
  featureSpace: (id) => ({ id, name: id, kind: 'contextual', source: 'test', ...spaces[id] }),
  sampledFeatures: async (_project, { spaceId, shuffled, stimulus }) =>
    spaces[spaceId].layers.map((layer, index) =>
      columns(
        `${spaceId}${shuffled ? ' shuffled' : ''}`,
        layer,
        stimulus.name,
        spaces[spaceId].dimensions[index],
      ),
    ),
  voxelsPerStep: 128,
  codeVersion: 'test',
  versions: {},
};

/** Two listeners, four runs each, the last one the first story again; on a 10 × 10 × 3 grid. */
export function plantProject(project: Project, subjects: readonly string[] = ['01', '02']): void {
  const index = project.arrays.put(
    { name: 'voxels', shape: [VOXELS], dtype: 'uint32' },
    Uint32Array.from({ length: VOXELS }, (_, v) => v),
  );
  project.spaces.put({
    id: 'space',
    name: 'Talairach',
    shape: [10, 10, 3],
    affine: [
      [12, 0, 0, -54],
      [0, 16, 0, -90],
      [0, 0, 20, -10],
      [0, 0, 0, 1],
    ],
    voxelIndexArrayId: index.id,
    voxelCount: VOXELS,
  });
  for (const name of STORIES) {
    const words = [{ text: name, onset: 1, duration: 0.3 }];
    project.stimuli.put({ id: name, name, language: 'en', words, contentHash: contentHash(words) });
  }
  for (const subject of subjects)
    [...STORIES, STORIES[0]].forEach((story, run) => {
      putRun(project, subject, story, run);
    });
}

function putRun(project: Project, subject: string, story: string, run: number): void {
  const random = createRandom(Number(subject), run);
  const weights = createRandom(77);
  const [lower, upper] = ['lower', 'upper'].map((layer) => columns('use-lite', layer, story, 4));
  const data = new Float32Array(SAMPLES * VOXELS);
  for (let v = 0; v < VOXELS; v += 1) {
    const layer = v < planted.lower[1] ? lower : v < planted.upper[1] ? upper : null;
    const mix = Array.from({ length: 4 }, () => weights.normal());
    for (let t = 0; t < SAMPLES; t += 1) {
      let value = random.normal();
      if (layer !== null) for (let c = 0; c < 4; c += 1) value += 0.9 * mix[c] * layer.data[t * 4 + c];
      data[t * VOXELS + v] = 500 + value;
    }
  }
  for (let t = 0; t < SAMPLES; t += 1) data[t * VOXELS + planted.constant] = 500;
  data[5 * VOXELS + planted.broken] = Number.NaN;
  const array = project.arrays.put(
    { name: `sub-${subject} run-${run}`, shape: [SAMPLES, VOXELS], dtype: 'float32' },
    data,
  );
  project.recordings.put({
    id: `${subject}-${run}`,
    modality: 'fmri',
    subject,
    session: null,
    task: 'listening',
    run: String(run + 1),
    repeatGroup: null,
    stimulusId: story,
    dataArrayId: array.id,
    spaceId: 'space',
    confoundsArrayId: null,
    samplingInterval: 2,
    sampleCount: SAMPLES,
    simulated: true,
    sourceFiles: [{ path: `run-${run}.nii.gz`, sha256: contentHash(`${subject} ${run}`), bytes: 1 }],
    notices: [],
  });
}

export function request(project: Project, more: Partial<EncodingStudyRequest> = {}) {
  return encodingStudyParamsSchema.parse({
    recordingIds: project.recordings.list().map((recording) => recording.id),
    penalties: { from: 0, to: 4, count: 5 },
    permutations: 200,
    ...more,
  });
}

/** A context that keeps its cursor between attempts and is shot after a number of commits. */
export function shootable(project: Project) {
  let cursor: unknown;
  let left = Number.POSITIVE_INFINITY;
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const context: JobContext = {
    jobId: 'job',
    project,
    signal: controller.signal,
    report: ignoreProgress,
    cursor: <C>() => cursor as C | undefined,
    commit: (next, write) => {
      if (left === 0) throw new Error('shot');
      left -= 1;
      project.transaction(write);
      cursor = JSON.parse(JSON.stringify(next));
    },
  };
  return {
    context,
    stop: () => controller.abort(),
    shootAfter: (commits: number) => {
      left = commits;
    },
  };
}

/** Content hashes of all arrays of a run, by subject and role. */
export function hashes(project: Project, runId: string): Record<string, string | null> {
  return Object.fromEntries(
    project.runs
      .arrays(runId)
      .map(({ subject, role, arrayId }) => [`${subject} ${role}`, project.arrays.info(arrayId).contentHash]),
  );
}
