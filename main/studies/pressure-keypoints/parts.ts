import { mean } from '../../analysis/significance/bootstrap.ts';
import type {
  Ablation,
  JointScore,
  PressureKeypointsParams,
  PressureKeypointsResult,
} from '../../contract/pressure-keypoints.ts';
import { countWork } from '../../models/pressure/count-work.ts';
import { type Detection, type KeypointModel, openDetector } from '../../models/pressure/detector.ts';
import { type FrameSet, frameCount, takeFrames } from '../../models/pressure/frames.ts';
import type { KeypointPlan } from '../../models/pressure/train-keypoints.ts';
import type { TrainingState } from '../../models/training/trainer.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { drawingErrors, scoreBaselineDrawings, scoreModelDrawings } from './evaluate-drawings.ts';
import {
  baselineFeatures,
  fitJoints,
  pointFeatures,
  scoreJoints,
  spreadFeatures,
} from './evaluate-joints.ts';
import { scorePostures } from './evaluate-postures.ts';
import { measureStability } from './evaluate-stability.ts';
import {
  deformedCopies,
  jointRows,
  oneOfEach,
  otherMat,
  SIMULATED_FLOOR,
  SIMULATED_FULL_SCALE,
  type StudyFrames,
} from './evaluation-frames.ts';
import { type FoundFailure, gallery } from './failures.ts';
import { lightPlan, type Variant } from './plans.ts';
import type { SimulatedMat } from './simulated/simulate-mat.ts';
import type { TrainOptions } from './train-chunks.ts';

/** What every part of the study works with. */
export interface PartContext {
  readonly params: PressureKeypointsParams;
  readonly frames: StudyFrames;
  readonly engine: MatrixEngine;
  /** Trains on frames and keeps what is under way under a name. */
  train(name: string, plan: KeypointPlan, frames: FrameSet, options?: TrainOptions): Promise<TrainingState>;
  tell(phase: string, done: number, total: number): void;
}

export const SIMULATED_SCALE = { floor: SIMULATED_FLOOR, fullScale: SIMULATED_FULL_SCALE };

/** What is told of the main model. */
export type MainPart = Pick<
  PressureKeypointsResult,
  'joints' | 'reconstruction' | 'stability' | 'postures' | 'transfer' | 'work' | 'failures'
>;

/** Holds the main model against every baseline. */
export async function evaluateMain(part: PartContext, model: KeypointModel): Promise<MainPart> {
  const { params, frames, engine } = part;
  const { mat, train, test } = frames;
  const { seed } = params;
  const k = model.config.keypoints;
  const detector = await openDetector(model, { draw: true });
  try {
    part.tell('looking at every frame', 0, 5);
    const started = performance.now();
    const detection = await detector.detect(mat.frames);
    const millisecondsPerFrame = (performance.now() - started) / frameCount(mat);
    const copies = deformedCopies(mat, train, seed);
    const other = otherMat(params);
    const [there, deformed] = [await detector.detect(other.frames), await detector.detect(copies.frames)];
    const methodsOn = (of: SimulatedMat, seen: Detection) => [
      { method: 'discovered points', features: pointFeatures(seen, k) },
      ...baselineFeatures(of, k),
      { method: 'discovered points with spread', features: spreadFeatures(seen, k) },
    ];
    const methods = methodsOn(mat, detection);
    const onCopies = methodsOn(copies, deformed);
    const elsewhere = methodsOn(other, there);
    const [joints, transfer]: JointScore[][] = [[], []];
    const tested: Awaited<ReturnType<typeof scoreJoints>>[] = [];
    for (const [at, { method, features }] of methods.entries()) {
      part.tell(`joints from ${method}`, 1, 5);
      const map = await fitJoints(engine, frames, features, { mat: copies, features: onCopies[at].features });
      tested.push(await scoreJoints(engine, mat, test, method, map, features, seed));
      joints.push(tested[at].score);
      const all = [...other.subjects.keys()];
      transfer.push((await scoreJoints(engine, other, all, method, map, elsewhere[at].features, seed)).score);
    }
    part.tell('drawings', 2, 5);
    const drawings = await scoreModelDrawings(mat, test, SIMULATED_FLOOR, detection);
    const plain = await scoreBaselineDrawings(
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
      seed,
    );
    const one = oneOfEach(mat, test);
    const groups = one.map((index) => mat.subjects[index]);
    const tell = (method: string) => part.tell(`posture: ${method}`, 4, 5);
    const postures = await scorePostures(
      engine,
      detector,
      takeFrames(mat, one),
      groups,
      SIMULATED_FLOOR,
      seed,
      tell,
    );
    const [{ errors, foretold }] = tested;
    const far = test.map(
      (frame, at): FoundFailure => ({
        kind: 'joint-far-off',
        frame,
        keypoint: null,
        value: errors.perFrame[at],
      }),
    );
    const drawn = drawingErrors(mat, test, SIMULATED_FLOOR, detection).map(
      (value, at): FoundFailure => ({
        kind: 'drawn-badly',
        frame: test[at],
        keypoint: null,
        value,
      }),
    );
    const counted = countWork(model.config);
    return {
      joints,
      reconstruction: [{ method: 'keypoints', ...drawings }, ...plain],
      stability,
      postures,
      transfer,
      work: {
        parameters: counted.encoderParameters,
        fuserParameters: counted.fuserParameters,
        decoderParameters: counted.decoderParameters,
        macs: counted.detectionMacs,
        millisecondsPerFrame,
      },
      failures: gallery([...failures, ...far, ...drawn], {
        set: mat,
        detection,
        keypoints: k,
        floor: SIMULATED_FLOOR,
        tested: test,
        truth: jointRows(mat.joints, test),
        foretold,
      }),
    };
  } finally {
    await detector.release();
  }
}

/** One line of the ablation table, for one seed of the network; people are the same for all. */
export async function evaluateVariant(
  part: PartContext,
  variant: Variant,
  seed: number,
  onStep: (done: number, total: number) => void,
): Promise<Ablation> {
  const { params, frames, engine } = part;
  const base = lightPlan(params, SIMULATED_SCALE, { seed });
  const plan: KeypointPlan = {
    ...base,
    config: variant.config(base.config),
    objective: variant.objective,
    warp: variant.warp,
    classificationSteps: variant.twoStage ? Math.min(params.classificationSteps, params.ablationSteps) : 0,
    regressionSteps: params.ablationSteps,
  };
  const weights = await part.train(`${variant.name}, seed ${seed}`, plan, trainingFrames(frames), {
    threads: 1,
    onStep,
  });
  const detector = await openDetector({ config: plan.config, weights, ...SIMULATED_SCALE }, { draw: true });
  try {
    const { mat, train, test } = frames;
    const detection = await detector.detect(mat.frames);
    const copies = deformedCopies(mat, train, params.seed);
    const k = plan.config.keypoints;
    const own = pointFeatures(detection, k);
    const deformed = pointFeatures(await detector.detect(copies.frames), k);
    const map = await fitJoints(engine, frames, own, { mat: copies, features: deformed });
    const { score } = await scoreJoints(engine, mat, test, variant.name, map, own, params.seed);
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
      seedsCm: [score.meanCm],
      pck: score.pck,
      ...drawings,
      equivariance: stability.equivariance,
      repeatability: stability.repeatability,
      keepsPlace: stability.keepsPlace,
    };
  } finally {
    await detector.release();
  }
}

/** Lines of one variant, a seed each, put together: means, and the joint error of every seed. */
export function acrossSeeds(rows: readonly Ablation[]): Ablation {
  const average = (of: (row: Ablation) => number) => mean(rows.map(of));
  return {
    variant: rows[0].variant,
    jointsCm: average(({ jointsCm }) => jointsCm),
    seedsCm: rows.map(({ jointsCm }) => jointsCm),
    pck: average(({ pck }) => pck),
    l1: average(({ l1 }) => l1),
    ssim: average(({ ssim }) => ssim),
    equivariance: average(({ equivariance }) => equivariance),
    repeatability: average(({ repeatability }) => repeatability),
    keepsPlace: average(({ keepsPlace }) => keepsPlace),
  };
}

/** Frames of the simulated people that train. */
export function trainingFrames(frames: StudyFrames): ReturnType<typeof takeFrames> {
  return takeFrames(frames.mat, frames.train);
}
