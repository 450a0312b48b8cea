import type {
  Ablation,
  Failure,
  JointScore,
  PmdScore,
  PressureKeypointsParams,
  PressureKeypointsResult,
} from '../../contract/pressure-keypoints.ts';
import { lightPreset } from '../../models/pressure/config.ts';
import { countWork } from '../../models/pressure/count-work.ts';
import { type KeypointModel, openDetector } from '../../models/pressure/detector.ts';
import { frameCount, takeFrames } from '../../models/pressure/frames.ts';
import { trainSupervised } from '../../models/pressure/supervised-joints.ts';
import type { KeypointPlan } from '../../models/pressure/train-keypoints.ts';
import { usualWarp } from '../../models/pressure/warp.ts';
import type { TrainingState } from '../../models/training/trainer.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { scoreBaselineDrawings, scoreModelDrawings } from './evaluate-drawings.ts';
import {
  baselineFeatures,
  directJoints,
  pointFeatures,
  scoreJoints,
  transferJoints,
} from './evaluate-joints.ts';
import { scorePostures } from './evaluate-postures.ts';
import { measureStability } from './evaluate-stability.ts';
import {
  oneOfEach,
  otherMat,
  partOf,
  SIMULATED_FLOOR,
  SIMULATED_FULL_SCALE,
  type StudyFrames,
} from './evaluation-frames.ts';
import { lightPlan, RATE, type Variant } from './plans.ts';
import { PMD_SCALE, type PmdFrames } from './pmd-frames.ts';
import { JOINTS } from './simulated/body.ts';

/** What every part of the study works with. */
export interface PartContext {
  readonly params: PressureKeypointsParams;
  readonly frames: StudyFrames;
  readonly engine: MatrixEngine;
  /** Trains and keeps what is under way. */
  train(name: string, plan: KeypointPlan, on: 'simulated' | 'pmd'): Promise<TrainingState>;
  tell(phase: string, done: number, total: number): void;
}

export const SIMULATED_SCALE = { floor: SIMULATED_FLOOR, fullScale: SIMULATED_FULL_SCALE };
/** Failures of each kind that are kept for the gallery. */
const GALLERY = 4;

/** What is told of the main model. */
export type MainPart = Pick<
  PressureKeypointsResult,
  'joints' | 'reconstruction' | 'stability' | 'postures' | 'transfer' | 'work' | 'failures'
>;

/** Holds the main model against every baseline. */
export async function evaluateMain(part: PartContext, model: KeypointModel): Promise<MainPart> {
  const { params, frames, engine } = part;
  const { mat, train, test } = frames;
  const k = model.config.keypoints;
  const detector = await openDetector(model, { draw: true });
  try {
    part.tell('looking at every frame', 0, 5);
    const started = performance.now();
    const detection = await detector.detect(mat.frames);
    const millisecondsPerFrame = (performance.now() - started) / frameCount(mat);
    part.tell('joints', 1, 5);
    const own = pointFeatures(detection, k);
    const { score, errors } = await scoreJoints(engine, frames, 'discovered points', own, params.seed);
    const joints = [score];
    for (const { method, features } of baselineFeatures(mat, k))
      joints.push((await scoreJoints(engine, frames, method, features, params.seed)).score);
    part.tell('drawings', 2, 5);
    const drawings = await scoreModelDrawings(mat, test, SIMULATED_FLOOR, detection);
    const baselines = await scoreBaselineDrawings(
      engine,
      mat,
      oneOfEach(mat, train),
      test,
      SIMULATED_FLOOR,
      3 * k,
    );
    part.tell('steadiness', 3, 5);
    const { stability, failures } = await measureStability(
      detector,
      mat,
      test,
      detection,
      SIMULATED_FLOOR,
      params.seed,
    );
    part.tell('another mat', 4, 5);
    const other = otherMat(params);
    const there = await detector.detect(other.frames);
    const elsewhere = pointFeatures(there, k);
    const transfer = [
      await transferJoints(engine, frames, 'discovered points', own, other, elsewhere, params.seed),
      ...(await baselineTransfer(part, other)),
    ];
    const one = oneOfEach(mat, test);
    const groups = one.map((index) => mat.subjects[index]);
    const postures = await scorePostures(
      engine,
      mat,
      one,
      groups,
      detection,
      k,
      SIMULATED_FLOOR,
      params.seed,
      (method) => part.tell(`posture: ${method}`, 5, 5),
    );
    const far: Failure[] = test.map((frame, at) => ({
      kind: 'joint-far-off',
      frame,
      keypoint: null,
      value: errors.perFrame[at],
    }));
    const counted = countWork(model.config);
    return {
      joints,
      reconstruction: [{ method: 'keypoints', ...drawings }, ...baselines],
      stability,
      postures,
      transfer,
      work: { parameters: counted.encoderParameters, macs: counted.detectionMacs, millisecondsPerFrame },
      failures: worst([...failures, ...far]),
    };
  } finally {
    await detector.release();
  }
}

async function baselineTransfer(
  part: PartContext,
  other: ReturnType<typeof otherMat>,
): Promise<JointScore[]> {
  const { params, frames, engine } = part;
  const there = baselineFeatures(other, params.keypoints);
  const scores: JointScore[] = [];
  for (const [at, { method, features }] of baselineFeatures(frames.mat, params.keypoints).entries())
    scores.push(
      await transferJoints(engine, frames, method, features, other, there[at].features, params.seed),
    );
  return scores;
}

/** The worst of each kind. Points on empty mat are all alike: the first of them. */
function worst(failures: readonly Failure[]): Failure[] {
  const kinds = [...new Set(failures.map(({ kind }) => kind))];
  return kinds.flatMap((kind) =>
    failures
      .filter((failure) => failure.kind === kind)
      .sort((a, b) => b.value - a.value)
      .slice(0, GALLERY),
  );
}

/** The encoder trained with the joints it is to find. */
export async function evaluateSupervised(part: PartContext): Promise<JointScore> {
  const { params, frames } = part;
  const training = partOf(frames.mat, frames.train);
  const config = { ...lightPreset(64, 32, JOINTS.length) };
  const steps = params.regressionSteps;
  const weights = await trainSupervised(
    {
      config,
      steps,
      batch: params.batch,
      learningRate: RATE,
      seed: params.seed,
      floor: SIMULATED_FLOOR,
      augment: usualWarp,
    },
    training.frames,
    training.joints,
    (step) => part.tell('training supervised', step, steps),
  );
  const detector = await openDetector({ config, weights, ...SIMULATED_SCALE });
  try {
    return directJoints(
      frames,
      'supervised regressor',
      await detector.detect(frames.mat.frames),
      params.seed,
    );
  } finally {
    await detector.release();
  }
}

/** One line of the ablation table. */
export async function evaluateVariant(part: PartContext, variant: Variant): Promise<Ablation> {
  const { params, frames, engine } = part;
  const base = lightPlan(params, SIMULATED_SCALE);
  const plan: KeypointPlan = {
    ...base,
    config: variant.config(base.config),
    objective: variant.objective,
    classificationSteps: variant.twoStage ? Math.min(params.classificationSteps, params.ablationSteps) : 0,
    regressionSteps: params.ablationSteps,
  };
  const weights = await part.train(variant.name, plan, 'simulated');
  const detector = await openDetector({ config: plan.config, weights, ...SIMULATED_SCALE }, { draw: true });
  try {
    const { mat, test } = frames;
    const detection = await detector.detect(mat.frames);
    const own = pointFeatures(detection, plan.config.keypoints);
    const { score } = await scoreJoints(engine, frames, variant.name, own, params.seed);
    const drawings = await scoreModelDrawings(mat, test, SIMULATED_FLOOR, detection);
    const { stability } = await measureStability(
      detector,
      mat,
      test,
      detection,
      SIMULATED_FLOOR,
      params.seed,
    );
    return {
      variant: variant.name,
      jointsCm: score.meanCm,
      ...drawings,
      equivariance: stability.equivariance,
    };
  } finally {
    await detector.release();
  }
}

/** Real mats: a model of their own, trained without labels, and the simulated one that never saw them. */
export async function evaluatePmd(
  part: PartContext,
  pmd: PmdFrames,
  simulatedModel: KeypointModel,
): Promise<{ score: PmdScore; model: KeypointModel }> {
  const { params, engine } = part;
  const { set } = pmd;
  const started = performance.now();
  const plan = lightPlan(params, PMD_SCALE);
  const weights = await part.train('pmd', plan, 'pmd');
  const trainingSeconds = (performance.now() - started) / 1000;
  const model = { config: plan.config, weights, ...PMD_SCALE };
  const people = new Set(set.subjects).size;
  const leftOut = people >= 3 ? 'subject' : 'recording';
  const groups = leftOut === 'subject' ? set.subjects : set.recordings;
  const all = [...set.subjects.keys()];
  const k = plan.config.keypoints;
  const score = async (which: KeypointModel, mark: string) => {
    const detector = await openDetector(which);
    try {
      const detection = await detector.detect(set.frames);
      const tell = (method: string) => part.tell(`pmd posture, ${mark}: ${method}`, 0, 1);
      const postures = await scorePostures(
        engine,
        set,
        all,
        groups,
        detection,
        k,
        PMD_SCALE.floor,
        params.seed,
        tell,
      );
      const { stability } = await measureStability(
        detector,
        set,
        all,
        detection,
        PMD_SCALE.floor,
        params.seed,
      );
      return { postures, stability };
    } finally {
      await detector.release();
    }
  };
  const own = await score(model, 'trained here');
  const scaled = { ...simulatedModel, ...PMD_SCALE };
  const transferred = await score(scaled, 'from simulated');
  const postures = [
    ...own.postures,
    ...transferred.postures
      .filter(({ method }) => method.startsWith('keypoints'))
      .map(({ method, accuracy }) => ({ method: `${method} (model never saw pmd)`, accuracy })),
  ];
  return {
    model,
    score: {
      subjects: people,
      recordings: new Set(set.recordings).size,
      frames: frameCount(set),
      corruptFrames: pmd.corruptFrames,
      hotCells: pmd.hotCells,
      leftOut,
      trainingSeconds,
      postures,
      stability: own.stability,
    },
  };
}

/** Frames that a training named `on` sees. */
export function trainingFrames(frames: StudyFrames): ReturnType<typeof takeFrames> {
  return takeFrames(frames.mat, frames.train);
}
