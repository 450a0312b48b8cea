import {
  type Ablation,
  type PmdScore,
  type PressureKeypointsParams,
  type PressureKeypointsResult,
  pressureKeypointsParamsSchema,
  pressureKeypointsResultSchema,
  type WarmStart,
} from '../../contract/pressure-keypoints.ts';
import { contentHash } from '../../core/hash.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { evaluatePmd } from './evaluate-pmd.ts';
import { evaluateSupervised, type SupervisedPart } from './evaluate-supervised.ts';
import { studyFrames } from './evaluation-frames.ts';
import { marksOf } from './marks.ts';
import { putModel, readModel } from './model-rows.ts';
import {
  acrossSeeds,
  evaluateMain,
  evaluateVariant,
  type MainPart,
  type PartContext,
  SIMULATED_SCALE,
  trainingFrames,
} from './parts.ts';
import { lightPlan, variants } from './plans.ts';
import { type PmdFrames, readPmd } from './pmd-frames.ts';
import { trainInChunks } from './train-chunks.ts';
import { compareWarmStart } from './warm-start.ts';

/** Raised whenever the same parameters would give other numbers than before. */
const METHOD_VERSION = 3;
/** Small trainings that go on at the same time, a thread each: one by itself cannot use two cores. */
const AT_ONCE = 2;

export interface KeypointStudyDeps {
  engine(): Promise<MatrixEngine>;
  readonly codeVersion: string;
}

interface Cursor {
  readonly runId: string;
  readonly startedAt: number;
  /** Parts that are done, each with its own table. */
  readonly done: readonly string[];
}

/** A part of the study: what it gives is kept as a table of the run. */
interface Part {
  readonly name: string;
  /** May go on beside its neighbours. */
  readonly beside?: boolean;
  run(): Promise<unknown>;
}

/** The job type `study.pressure-keypoints`. */
export function keypointJob(deps: KeypointStudyDeps): JobType<PressureKeypointsParams> {
  return {
    type: 'study.pressure-keypoints',
    params: pressureKeypointsParamsSchema,
    title: ({ pmd }) => `Pressure keypoints, simulated mats${pmd === null ? '' : ' and pmd'}`,
    recovery: 'resume',
    run: (context, params) => runStudy(deps, context, params),
  };
}

async function runStudy(
  deps: KeypointStudyDeps,
  context: JobContext,
  params: PressureKeypointsParams,
): Promise<{ runId: string }> {
  const { project } = context;
  const runId = `pressure-keypoints-${contentHash({ method: METHOD_VERSION, params }).slice(0, 20)}`;
  if (project.runs.find(runId)?.state === 'complete') return { runId };
  let cursor = context.cursor<Cursor>() ?? begin(deps, context, params, runId);
  const pmd = params.pmd === null ? null : await readPmd(params.pmd, context.signal);
  const part = await partContext(deps, context, params, runId, () => cursor);
  const left = partsOf(context, part, runId, pmd).filter(({ name }) => !cursor.done.includes(name));
  const finish = async (one: Part) => {
    context.signal.throwIfAborted();
    const table = await one.run();
    const next: Cursor = { ...cursor, done: [...cursor.done, one.name] };
    context.commit(next, () => project.runs.putTable(runId, `part/${one.name}`, table));
    cursor = next;
  };
  for (const one of left.filter(({ beside }) => beside !== true)) await finish(one);
  const waiting = left.filter(({ beside }) => beside === true);
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await finish(one);
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  // Only once none writes any more.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const result = compose(context, params, cursor);
  context.commit(cursor, () => project.runs.finish(runId, 'complete', result));
  return { runId };
}

function begin(
  deps: KeypointStudyDeps,
  context: JobContext,
  params: PressureKeypointsParams,
  runId: string,
): Cursor {
  const { project } = context;
  const cursor = { runId, startedAt: Date.now(), done: [] };
  project.transaction(() => {
    if (project.runs.find(runId) !== null) project.runs.delete(runId);
    project.runs.create({
      id: runId,
      study: 'pressure-keypoints',
      name: `${params.keypoints} keypoints, ${params.subjects} simulated people`,
      params,
      splitHash: null,
      seed: params.seed,
      codeVersion: deps.codeVersion,
      simulated: true,
    });
    context.commit(cursor, () => {});
  });
  return cursor;
}

async function partContext(
  deps: KeypointStudyDeps,
  context: JobContext,
  params: PressureKeypointsParams,
  runId: string,
  cursor: () => Cursor,
): Promise<PartContext> {
  const frames = studyFrames(params);
  return {
    params,
    frames,
    engine: await deps.engine(),
    async train(name, plan, set, options) {
      const { weights, losses } = await trainInChunks(context, runId, name, cursor, plan, set, options);
      context.project.runs.putTable(runId, `losses/${name}`, losses);
      return weights;
    },
    tell: (phase, done, total) => context.report({ phase, done, total, unit: 'steps' }),
  };
}

function partsOf(context: JobContext, part: PartContext, runId: string, pmd: PmdFrames | null): Part[] {
  const { project } = context;
  const { params, frames } = part;
  const small = smallParts(part);
  const shares = small.map(() => 0);
  return [
    {
      name: 'model',
      run: async () => {
        const plan = lightPlan(params, SIMULATED_SCALE);
        const weights = await part.train('model', plan, trainingFrames(frames));
        putModel(project, runId, 'simulated', { config: plan.config, weights, ...SIMULATED_SCALE });
        return {};
      },
    },
    { name: 'evaluation', run: () => evaluateMain(part, readModel(project, runId, 'simulated')) },
    { name: 'supervised', run: () => evaluateSupervised(part) },
    ...small.map(({ name, run }, at) => ({
      name,
      beside: true,
      run: () =>
        run((done, total) => {
          context.signal.throwIfAborted();
          shares[at] = done / total;
          const all = shares.reduce((sum, share) => sum + share, 0);
          part.tell('two stages or one, and ablations', Math.round(100 * all), 100 * small.length);
        }),
    })),
    ...(pmd === null
      ? []
      : [
          {
            name: 'pmd',
            run: async () => {
              const { score, model } = await evaluatePmd(part, pmd, readModel(project, runId, 'simulated'));
              putModel(project, runId, 'pmd', model);
              return score;
            },
          },
        ]),
  ];
}

/** The many small trainings: two stages against one, and ablations. */
function smallParts(
  part: PartContext,
): { readonly name: string; run(onStep: (done: number, total: number) => void): Promise<unknown> }[] {
  const { params, frames } = part;
  const seeds = (count: number) => Array.from({ length: count }, (_, at) => params.seed + at);
  return [
    ...(['he', 'small'] as const).flatMap((initialisation) =>
      seeds(params.warmStartSeeds).map((seed) => ({
        name: `warm start ${seed} ${initialisation}`,
        run: (onStep: (done: number, total: number) => void) =>
          compareWarmStart(params, SIMULATED_SCALE, trainingFrames(frames), seed, initialisation, onStep),
      })),
    ),
    ...(params.ablationSteps === 0 ? [] : variants()).flatMap((variant) =>
      seeds(params.ablationSeeds).map((seed) => ({
        name: `ablation ${variant.name} ${seed}`,
        run: (onStep: (done: number, total: number) => void) => evaluateVariant(part, variant, seed, onStep),
      })),
    ),
  ];
}

/** Puts the parts' tables together; they are this study's own writing. */
function compose(
  context: JobContext,
  params: PressureKeypointsParams,
  cursor: Cursor,
): PressureKeypointsResult {
  const table = <T>(name: string): T => context.project.runs.table(cursor.runId, `part/${name}`) as T;
  const main = table<MainPart>('evaluation');
  const [own, ...others] = main.joints;
  const supervised = table<SupervisedPart>('supervised');
  const joints = [own, supervised.score, ...others];
  const named = (prefix: string) => cursor.done.filter((name) => name.startsWith(prefix));
  // Parts beside one another end in any order.
  const warmStart = named('warm start')
    .map((name) => table<WarmStart>(name))
    .sort((a, b) => a.initialisation.localeCompare(b.initialisation) || a.seed - b.seed);
  const seedsOf = (variant: string) =>
    Array.from({ length: params.ablationSeeds }, (_, at) =>
      table<Ablation>(`ablation ${variant} ${params.seed + at}`),
    );
  return pressureKeypointsResultSchema.parse({
    study: 'pressure-keypoints',
    simulated: true,
    params,
    ...main,
    joints,
    supervised: supervised.training,
    marks: marksOf(joints, warmStart),
    warmStart,
    ablations: params.ablationSteps === 0 ? [] : variants().map(({ name }) => acrossSeeds(seedsOf(name))),
    pmd: cursor.done.includes('pmd') ? table<PmdScore>('pmd') : null,
    seconds: (Date.now() - cursor.startedAt) / 1000,
  });
}
