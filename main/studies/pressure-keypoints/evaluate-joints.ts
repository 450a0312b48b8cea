import { kMeansPoints, peakGrid } from '../../analysis/pressure/baseline-keypoints.ts';
import {
  fitLinear,
  type JointErrors,
  jointErrors,
  predictLinear,
} from '../../analysis/pressure/joint-regression.ts';
import { bootstrapInterval, mean } from '../../analysis/significance/bootstrap.ts';
import type { JointScore } from '../../contract/pressure-keypoints.ts';
import type { Detection } from '../../models/pressure/detector.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Matrix64 } from '../../tensor/matrix.ts';
import { jointRows, SIMULATED_FLOOR, type StudyFrames } from './evaluation-frames.ts';
import { JOINTS } from './simulated/body.ts';
import type { SimulatedMat } from './simulated/simulate-mat.ts';

/** Neck and hips in the order of `JOINTS`. */
export const TRUNK = { neck: 12, hips: [2, 3] as [number, number] };

/** What a method says of a frame: one row of numbers. */
export type FrameFeatures = (index: number) => ArrayLike<number>;

/** Points of a detection as features of a frame: value, row and column of each. */
export function pointFeatures({ points }: Detection, keypoints: number): FrameFeatures {
  return (index) => points.subarray(index * keypoints * 3, (index + 1) * keypoints * 3);
}

/** Features of the baselines, which see the frame above the floor only. */
export function baselineFeatures(
  mat: SimulatedMat,
  keypoints: number,
): { method: string; features: FrameFeatures }[] {
  const cells = mat.rows * mat.cols;
  const loaded = (index: number) =>
    mat.frames
      .slice(index * cells, (index + 1) * cells)
      .map((value) => (value > SIMULATED_FLOOR ? value : 0));
  return [
    { method: 'peak grid', features: (index) => peakGrid(loaded(index), mat.rows, mat.cols, keypoints) },
    {
      method: 'k-means on pressure',
      features: (index) => kMeansPoints(loaded(index), mat.rows, mat.cols, keypoints),
    },
    { method: 'mean pose', features: () => [0] },
  ];
}

/** Rows of features for some frames. */
export function featureRows(features: FrameFeatures, indices: readonly number[]): Matrix64 {
  const rows = indices.map(features);
  const cols = rows[0].length;
  const data = new Float64Array(rows.length * cols);
  for (const [at, row] of rows.entries()) data.set(Array.from(row), at * cols);
  return { rows: rows.length, cols, data };
}

/** Linear regression from features to joints, fitted on the training people, scored on the others. */
export async function scoreJoints(
  engine: MatrixEngine,
  { mat, train, test }: StudyFrames,
  method: string,
  features: FrameFeatures,
  seed: number,
): Promise<{ score: JointScore; errors: JointErrors }> {
  const map = await fitLinear(engine, featureRows(features, train), jointRows(mat.joints, train));
  const predicted = await predictLinear(engine, map, featureRows(features, test));
  const errors = jointErrors(predicted, jointRows(mat.joints, test), mat.options.cellSize, TRUNK);
  return {
    score: describe(
      method,
      errors,
      test.map((index) => mat.recordings[index]),
      seed,
    ),
    errors,
  };
}

/** The same map on people of another mat, without fitting anew. */
export async function transferJoints(
  engine: MatrixEngine,
  { mat, train }: StudyFrames,
  method: string,
  features: FrameFeatures,
  other: SimulatedMat,
  otherFeatures: FrameFeatures,
  seed: number,
): Promise<JointScore> {
  const map = await fitLinear(engine, featureRows(features, train), jointRows(mat.joints, train));
  const all = [...other.subjects.keys()];
  const predicted = await predictLinear(engine, map, featureRows(otherFeatures, all));
  const errors = jointErrors(predicted, jointRows(other.joints, all), mat.options.cellSize, TRUNK);
  return describe(method, errors, other.recordings, seed);
}

/** Joints that were foretold outright, as by the supervised regressor. */
export function directJoints(
  frames: StudyFrames,
  method: string,
  detection: Detection,
  seed: number,
): JointScore {
  const { mat, test } = frames;
  const predicted = featureRows(
    (index) =>
      JOINTS.flatMap((_, joint) => [
        ...detection.points.subarray(
          (index * JOINTS.length + joint) * 3 + 1,
          (index * JOINTS.length + joint) * 3 + 3,
        ),
      ]),
    test,
  );
  const errors = jointErrors(predicted, jointRows(mat.joints, test), mat.options.cellSize, TRUNK);
  return describe(
    method,
    errors,
    test.map((index) => mat.recordings[index]),
    seed,
  );
}

/** Interval over recordings: frames of one recording are nearly the same frame. */
function describe(
  method: string,
  errors: JointErrors,
  recordings: readonly string[],
  seed: number,
): JointScore {
  const groups = new Map<string, number[]>();
  for (const [at, recording] of recordings.entries())
    groups.set(recording, [...(groups.get(recording) ?? []), errors.perFrame[at]]);
  const { low, high } = bootstrapInterval([...groups.values()].map(mean), mean, { seed });
  return { method, meanCm: errors.meanCm, low, high, pck: errors.pck };
}
