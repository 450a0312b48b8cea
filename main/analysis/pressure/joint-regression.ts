import type { MatrixEngine } from '../../tensor/engine.ts';
import { cholesky, solveTriangular } from '../../tensor/linear/cholesky.ts';
import { type Matrix64, zeros64 } from '../../tensor/matrix.ts';

/** A linear map from features to targets, with what standardises the features. */
export interface LinearMap {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** (features + 1) × targets, the last row being the constant. */
  readonly weights: Matrix64;
}

/** Penalty per sample on standardised features: keeps nearly collinear points from blowing up, and shrinks little. */
const PENALTY = 1e-4;

/**
 * Ridge regression with a small fixed penalty, (XᵀX + nλI) W = XᵀY on standardised features.
 * @param features sample × feature; @param targets sample × target
 */
export async function fitLinear(
  engine: MatrixEngine,
  features: Matrix64,
  targets: Matrix64,
): Promise<LinearMap> {
  const { rows: n, cols } = features;
  const mean = new Float64Array(cols);
  const scale = new Float64Array(cols);
  for (let row = 0; row < n; row++)
    for (let col = 0; col < cols; col++) mean[col] += features.data[row * cols + col] / n;
  for (let row = 0; row < n; row++)
    for (let col = 0; col < cols; col++) scale[col] += (features.data[row * cols + col] - mean[col]) ** 2 / n;
  for (let col = 0; col < cols; col++) scale[col] = scale[col] > 1e-12 ? 1 / Math.sqrt(scale[col]) : 0;
  const design = withConstant(features, mean, scale);
  const gram = await engine.multiply(design, design, { transposeA: true });
  for (let col = 0; col <= cols; col++) gram.data[col * (cols + 1) + col] += PENALTY * n;
  const right = await engine.multiply(design, targets, { transposeA: true });
  const lower = await cholesky(engine, gram);
  const weights = await solveTriangular(engine, lower, await solveTriangular(engine, lower, right), true);
  return { mean, scale, weights };
}

/** Targets that a linear map foretells. */
export function predictLinear(engine: MatrixEngine, map: LinearMap, features: Matrix64): Promise<Matrix64> {
  return engine.multiply(withConstant(features, map.mean, map.scale), map.weights);
}

function withConstant(features: Matrix64, mean: Float64Array, scale: Float64Array): Matrix64 {
  const { rows, cols } = features;
  const design = zeros64(rows, cols + 1);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++)
      design.data[row * (cols + 1) + col] = (features.data[row * cols + col] - mean[col]) * scale[col];
    design.data[row * (cols + 1) + cols] = 1;
  }
  return design;
}

/** How far foretold joints lie from the true ones. */
export interface JointErrors {
  /** Mean distance over frames and joints, cm. */
  readonly meanCm: number;
  /** Share of joints within a fifth of the trunk (neck to the middle of the hips) of their true place. */
  readonly pck: number;
  /** Mean distance per frame, cm. */
  readonly perFrame: Float64Array;
  /** Mean distance per joint, cm. */
  readonly perJoint: Float64Array;
}

/** Where the trunk's ends stand among the joints. */
export interface TrunkJoints {
  readonly neck: number;
  readonly hips: readonly [number, number];
}

/** Share of the trunk within which a joint counts as found (PCK@0.2, Yang & Ramanan 2013). */
const PCK_SHARE = 0.2;

/**
 * Distances between foretold and true joints.
 * @param predicted frame × (joint × (row, column)), in cells; @param truth the same
 */
export function jointErrors(
  predicted: Matrix64,
  truth: Matrix64,
  cellSize: number,
  trunk: TrunkJoints,
): JointErrors {
  const joints = truth.cols / 2;
  const perFrame = new Float64Array(truth.rows);
  const perJoint = new Float64Array(joints);
  let within = 0;
  const at = (matrix: Matrix64, frame: number, joint: number): [number, number] => [
    matrix.data[frame * matrix.cols + 2 * joint],
    matrix.data[frame * matrix.cols + 2 * joint + 1],
  ];
  for (let frame = 0; frame < truth.rows; frame++) {
    const neck = at(truth, frame, trunk.neck);
    const [right, left] = trunk.hips.map((hip) => at(truth, frame, hip));
    const length = Math.hypot(neck[0] - (right[0] + left[0]) / 2, neck[1] - (right[1] + left[1]) / 2);
    for (let joint = 0; joint < joints; joint++) {
      const [a, b] = [at(predicted, frame, joint), at(truth, frame, joint)];
      const distance = Math.hypot(a[0] - b[0], a[1] - b[1]);
      perFrame[frame] += (distance * cellSize) / joints;
      perJoint[joint] += (distance * cellSize) / truth.rows;
      if (distance <= PCK_SHARE * length) within++;
    }
  }
  const meanCm = perFrame.reduce((sum, value) => sum + value, 0) / truth.rows;
  return { meanCm, pck: within / (truth.rows * joints), perFrame, perJoint };
}
