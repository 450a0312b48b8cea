import { kMeansPoints, peakGrid } from '../../analysis/pressure/baseline-keypoints.ts';
import {
  choosePenalty,
  fitLinear,
  type JointErrors,
  jointErrors,
  type LinearMap,
  predictLinear,
  type RegressionRows,
} from '../../analysis/pressure/joint-regression.ts';
import { bootstrapInterval, mean } from '../../analysis/significance/bootstrap.ts';
import type { JointScore } from '../../contract/pressure-keypoints.ts';
import type { Detection } from '../../models/pressure/detector.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix64, stackRows } from '../../tensor/matrix.ts';
import { jointRows, SIMULATED_FLOOR, type StudyFrames } from './evaluation-frames.ts';
import { JOINTS } from './simulated/body.ts';
import type { SimulatedMat } from './simulated/simulate-mat.ts';

/** Neck and hips in the order of `JOINTS`. */
export const TRUNK = { neck: 12, hips: [2, 3] as [number, number] };
/** Folds of training people on which each method's penalty is chosen. */
const FOLDS = 4;

/** What a method says of a frame: one row of numbers. */
export type FrameFeatures = (index: number) => ArrayLike<number>;

/** Points of a detection as features of a frame: value, row and column of each. */
export function pointFeatures({ points }: Detection, keypoints: number): FrameFeatures {
  return (index) => points.subarray(index * keypoints * 3, (index + 1) * keypoints * 3);
}

/** The same, followed by the spread of each heat map in cells. */
export function spreadFeatures(detection: Detection, keypoints: number): FrameFeatures {
  const points = pointFeatures(detection, keypoints);
  return (index) => [
    ...Array.from(points(index)),
    // A narrow map's variance can come out a hair below zero.
    ...detection.spread
      .slice(index * keypoints, (index + 1) * keypoints)
      .map((value) => Math.sqrt(Math.max(0, value))),
  ];
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
  const known = new Map<number, ReturnType<typeof kMeansPoints>>();
  const means = (index: number) => {
    const found = known.get(index) ?? kMeansPoints(loaded(index), mat.rows, mat.cols, keypoints);
    known.set(index, found);
    return found;
  };
  return [
    { method: 'peak grid', features: (index) => peakGrid(loaded(index), mat.rows, mat.cols, keypoints) },
    { method: 'k-means on pressure', features: (index) => means(index).points },
    {
      method: 'k-means with spread',
      features(index) {
        const { points, spread } = means(index);
        return [...points, ...spread];
      },
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

/** A linear map from a method's features to joints, and how it was chosen. */
export interface JointMap {
  readonly map: LinearMap;
  readonly penalty: number;
}

/**
 * Ridge regression from features to joints, fitted on the training people. Its penalty, and whether deformed copies of
 * the training frames train it too, are chosen on folds of the training people, for every method alike.
 * @param copies deformed copies of training frames (`deformedCopies`) and what the method says of them
 */
export async function fitJoints(
  engine: MatrixEngine,
  { mat, train }: StudyFrames,
  features: FrameFeatures,
  copies: { readonly mat: SimulatedMat; readonly features: FrameFeatures },
): Promise<JointMap> {
  const rowsOf = (from: SimulatedMat, by: FrameFeatures, indices: readonly number[]): RegressionRows => ({
    features: featureRows(by, indices),
    targets: jointRows(from.joints, indices),
    groups: indices.map((index) => from.subjects[index]),
  });
  const real = rowsOf(mat, features, train);
  const deformed = rowsOf(copies.mat, copies.features, [...copies.mat.subjects.keys()]);
  const plain = await choosePenalty(engine, real, null, FOLDS);
  const helped = await choosePenalty(engine, real, deformed, FOLDS);
  const both = helped.error < plain.error;
  const { penalty } = both ? helped : plain;
  const x = both ? stackRows([real.features, deformed.features]) : real.features;
  const y = both ? stackRows([real.targets, deformed.targets]) : real.targets;
  return { map: await fitLinear(engine, x, y, penalty), penalty };
}

/** Joints of some frames, foretold by a fitted map, with the errors of each. */
export async function scoreJoints(
  engine: MatrixEngine,
  mat: SimulatedMat,
  indices: readonly number[],
  method: string,
  { map, penalty }: JointMap,
  features: FrameFeatures,
  seed: number,
): Promise<{ score: JointScore; errors: JointErrors; foretold: Matrix64 }> {
  const foretold = await predictLinear(engine, map, featureRows(features, indices));
  const { score, errors } = describe(mat, indices, method, foretold, penalty, seed);
  return { score, errors, foretold };
}

/** Joints that were foretold outright, as by the supervised regressor. */
export function directJoints(
  mat: SimulatedMat,
  indices: readonly number[],
  method: string,
  detection: Detection,
  seed: number,
): JointScore {
  const foretold = featureRows(
    (index) =>
      JOINTS.flatMap((_, joint) => [
        ...detection.points.subarray(
          (index * JOINTS.length + joint) * 3 + 1,
          (index * JOINTS.length + joint) * 3 + 3,
        ),
      ]),
    indices,
  );
  return describe(mat, indices, method, foretold, null, seed).score;
}

/** Interval over recordings: frames of one recording are nearly the same frame. */
function describe(
  mat: SimulatedMat,
  indices: readonly number[],
  method: string,
  foretold: Matrix64,
  penalty: number | null,
  seed: number,
): { score: JointScore; errors: JointErrors } {
  const errors = jointErrors(foretold, jointRows(mat.joints, indices), mat.cellSize ?? 1, TRUNK);
  const groups = new Map<string, number[]>();
  for (const [at, index] of indices.entries()) {
    const recording = mat.recordings[index];
    groups.set(recording, [...(groups.get(recording) ?? []), errors.perFrame[at]]);
  }
  const { low, high } = bootstrapInterval([...groups.values()].map(mean), mean, { seed });
  return { score: { method, meanCm: errors.meanCm, low, high, pck: errors.pck, penalty }, errors };
}
