import { freemem } from 'node:os';
import type { z } from 'zod';
import type { Preflight } from '../../../contract/jobs.ts';
import {
  type KeypointTraining,
  keypointTrainingResultSchema,
  keypointTrainingSchema,
  type TrainableRecording,
} from '../../../contract/keypoint-training.ts';
import { UserError } from '../../../core/errors.ts';
import { newId } from '../../../core/ids.ts';
import type { JobType } from '../../../jobs/job-type.ts';
import {
  checkConfig,
  type KeypointConfig,
  lightPreset,
  paperPreset,
  strideOf,
} from '../../../models/pressure/config.ts';
import { countWork } from '../../../models/pressure/count-work.ts';
import { fullObjective, type Objective, paperObjective } from '../../../models/pressure/losses.ts';
import type { KeypointPlan } from '../../../models/pressure/train-keypoints.ts';
import { noWarp, strongWarp, usualWarp } from '../../../models/pressure/warp.ts';
import { checkpointSteps } from '../../../models/training/checkpoint-steps.ts';
import { measureTraining } from './measure-training.ts';
import { padded } from './pad-frames.ts';
import { type RecordedFrames, readRecordedFrames, trainableRecordings } from './recording-frames.ts';
import { trainFold } from './train-recordings.ts';

interface Cursor {
  /** Chosen at the start: what was imported since is not taken in by a training that goes on. */
  readonly recordings: readonly string[];
  readonly runIds: readonly string[];
  /** Subject left out of each run; null where everybody trains. */
  readonly leftOut: readonly (string | null)[];
}

/**
 * Trains a keypoint model on the project's own pressure recordings, without labels: one run, or one for each subject
 * who is left out. Runs lie beside other training runs, with metrics, checkpoints and the state that they go on from.
 */
export function trainRecordingsJob(codeVersion: string): JobType<KeypointTraining> {
  return {
    type: 'model.train-keypoints',
    params: keypointTrainingSchema,
    title: ({ name }) => `Keypoint training of ${name}`,
    recovery: 'resume',
    inputs: (project, { recordings }) => ({
      project: project.path,
      recordings: project.recordings
        .list({ modality: 'pressure' })
        .filter(({ id }) => recordings === null || recordings.includes(id))
        .map(({ id, dataArrayId }) => [id, project.arrays.info(dataArrayId).contentHash]),
    }),
    stillValid: (project, result) => {
      const parsed = keypointTrainingResultSchema.safeParse(result);
      return parsed.success && parsed.data.runIds.every((id) => project.training.find(id) !== null);
    },
    preflight: (project, training) =>
      estimate(
        training,
        trainableRecordings(project).filter(
          ({ id }) => training.recordings === null || training.recordings.includes(id),
        ),
      ),
    async run(context, training) {
      const { project, signal } = context;
      const known = context.cursor<Cursor>();
      const recordings = known === undefined ? training.recordings : [...known.recordings];
      const recorded = readRecordedFrames(project, { ...training, recordings }, signal);
      const cursor = known ?? begin(training, recorded);
      const plan = planOf(training, recorded);
      const frames = padded(recorded.set, plan.config);
      const steps = plan.classificationSteps + plan.regressionSteps;
      for (const [at, runId] of cursor.runIds.entries()) {
        const { state = null, error = null } = project.training.find(runId) ?? {};
        if (state === 'complete') continue;
        if (state === 'diverged' && error !== null)
          throw new UserError(error.code, error.message, error.params);
        await trainFold(context, {
          training,
          plan,
          settings: {
            kind: 'keypoints',
            training,
            leftOut: cursor.leftOut[at],
            recordings: [...recorded.recordings],
            floor: recorded.floor,
            fullScale: recorded.fullScale,
            rows: recorded.set.rows,
            cols: recorded.set.cols,
          },
          frames,
          runId,
          simulated: recorded.simulated,
          stepsBefore: at * steps,
          stepsInAll: cursor.runIds.length * steps,
          codeVersion,
          commit: (write) => context.commit(cursor, write),
        }).catch((thrown) => {
          if (
            !signal.aborted &&
            thrown instanceof UserError &&
            project.training.find(runId)?.state === 'training'
          )
            project.training.setState(runId, 'failed', thrown.toInfo());
          throw thrown;
        });
      }
      project.provenance.record({
        kind: 'model.train-keypoints',
        params: training,
        codeVersion,
        seed: training.seed,
        inputs: recorded.recordings.map((id) => ({
          kind: 'recording',
          id,
          label: project.recordings.get(id).subject,
        })),
        outputs: cursor.runIds.map((id) => ({ kind: 'model', id, label: project.training.get(id).name })),
      });
      return { runIds: [...cursor.runIds] } satisfies z.infer<typeof keypointTrainingResultSchema>;
    },
  };
}

/** Which subjects are left out. @throws UserError `pressure.one-subject`, `pressure.unknown-subject` */
function begin({ leaveOut }: KeypointTraining, { set, recordings }: RecordedFrames): Cursor {
  const subjects = [...new Set(set.subjects)];
  const wanted = leaveOut === 'none' ? [] : leaveOut === 'each' ? subjects : [leaveOut.subject];
  for (const subject of wanted) {
    if (!subjects.includes(subject))
      throw new UserError(
        'pressure.unknown-subject',
        `None of the recordings is of ${subject}: leave out one of ${subjects.join(', ')}.`,
        { subject, subjects: subjects.join(', ') },
      );
    if (subjects.length < 2)
      throw new UserError(
        'pressure.one-subject',
        `All recordings are of ${subject}, so nobody can be left out: choose recordings of several subjects, or leave nobody out.`,
        { subject },
      );
  }
  const leftOut = wanted.length === 0 ? [null] : wanted;
  return { recordings, leftOut, runIds: leftOut.map(() => newId()) };
}

/** How a training goes on maps of some size. */
function planOf(
  training: KeypointTraining,
  {
    set: { rows, cols },
    floor,
    fullScale,
  }: {
    readonly set: { readonly rows: number; readonly cols: number };
    readonly floor: number;
    readonly fullScale: number;
  },
): KeypointPlan {
  const config = configOf(training, rows, cols);
  checkConfig(config);
  const paper = training.preset === 'paper';
  return {
    config,
    objective: weighted(paper ? paperObjective : fullObjective, training.losses),
    classificationSteps: training.classificationSteps,
    regressionSteps: training.steps,
    frozenSteps: training.frozenSteps,
    batch: training.batch,
    learningRate: training.learningRate,
    seed: training.seed,
    floor,
    fullScale,
    augment: training.augment ? { ...usualWarp, flip: 0, bend: 0 } : noWarp,
    warp: strongWarp,
  };
}

/** An objective with the weights that are named in place of its own. */
function weighted(objective: Objective, losses: KeypointTraining['losses']): Objective {
  const pick = (key: keyof KeypointTraining['losses']) => losses[key] ?? objective[key];
  return {
    ...objective,
    concentration: pick('concentration'),
    separation: pick('separation'),
    equivariance: pick('equivariance'),
    coverage: pick('coverage'),
    temporal: pick('temporal'),
  };
}

/** @throws UserError `pressure.too-large` where the mat has more cells than the paper's network */
function configOf({ preset, keypoints }: KeypointTraining, rows: number, cols: number): KeypointConfig {
  if (preset === 'light') {
    const unit = 2 * strideOf(lightPreset());
    const up = (size: number) => Math.ceil(size / unit) * unit;
    return lightPreset(up(rows), up(cols), keypoints ?? 24);
  }
  const config = { ...paperPreset, keypoints: keypoints ?? paperPreset.keypoints };
  if (rows <= config.rows && cols <= config.cols) return config;
  throw new UserError(
    'pressure.too-large',
    `The paper's network takes maps of up to ${config.rows} × ${config.cols} cells, and these have ${rows} × ${cols}: choose the light preset.`,
    { rows: config.rows, cols: config.cols, given: `${rows} × ${cols}` },
  );
}

const FLOAT = 4;
/** Arrays of a map's size that one frame of a batch holds on the way forth and back, and what all else takes; measured. */
const MAPS_PER_FRAME = 1050;
const BASE_BYTES = 180e6;

/** Memory and disk by counting; time by a few steps of the very network on this machine. */
async function estimate(
  training: KeypointTraining,
  chosen: readonly TrainableRecording[],
): Promise<Preflight> {
  const nothing = {
    peakMemoryBytes: 0,
    seconds: null,
    diskBytes: 0,
    fits: true,
    reason: null,
    alternative: null,
  };
  const [first] = chosen;
  if (first === undefined) return nothing;
  const plan = planOf(training, { set: first, floor: 0, fullScale: 1 });
  const { config } = plan;
  const work = countWork(config);
  const weights = work.encoderParameters + work.fuserParameters + work.decoderParameters;
  const steps = training.classificationSteps + training.steps;
  const kept = checkpointSteps(training.checkpoints, steps).length;
  const perFrame = MAPS_PER_FRAME * config.rows * config.cols;
  const peak = BASE_BYTES + FLOAT * (10 * weights + training.batch * perFrame);
  const people = new Set(chosen.map(({ subject }) => subject)).size;
  const runs = training.leaveOut === 'each' ? people : 1;
  // A network that would not fit is not tried.
  const step = peak < 0.5 * freemem() ? await measureTraining(plan) : null;
  const limit = training.minutes === null ? Number.POSITIVE_INFINITY : 60 * training.minutes;
  return {
    ...nothing,
    peakMemoryBytes: peak,
    seconds: step === null ? null : runs * Math.min(limit, steps * step),
    diskBytes: FLOAT * weights * (kept + 3) * runs,
  };
}
