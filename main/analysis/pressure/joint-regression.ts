import type { MatrixEngine } from '../../tensor/engine.ts';
import { cholesky, solveTriangular } from '../../tensor/linear/cholesky.ts';
import { type Matrix64, stackRows, takeRows, zeros64 } from '../../tensor/matrix.ts';

/** A linear map from features to targets, with what standardises the features. */
export interface LinearMap {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** (features + 1) × targets, the last row being the constant. */
  readonly weights: Matrix64;
}

/** Penalties per sample, on standardised features, among which `choosePenalty` chooses. */
export const PENALTIES = [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1] as const;

/**
 * Ridge regression, (XᵀX + nλI) W = XᵀY on standardised features.
 * @param features sample × feature; @param targets sample × target; @param penalty λ
 */
export async function fitLinear(
  engine: MatrixEngine,
  features: Matrix64,
  targets: Matrix64,
  penalty: number,
): Promise<LinearMap> {
  const [map] = await fitPath(engine, features, targets, [penalty]);
  return map;
}

/** The same for several penalties, with the products formed once. */
async function fitPath(
  engine: MatrixEngine,
  features: Matrix64,
  targets: Matrix64,
  penalties: readonly number[],
): Promise<LinearMap[]> {
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
  const right = await engine.multiply(design, targets, { transposeA: true });
  const maps: LinearMap[] = [];
  for (const penalty of penalties) {
    const penalised = { ...gram, data: gram.data.slice() };
    for (let col = 0; col <= cols; col++) penalised.data[col * (cols + 1) + col] += penalty * n;
    const lower = await cholesky(engine, penalised);
    const weights = await solveTriangular(engine, lower, await solveTriangular(engine, lower, right), true);
    maps.push({ mean, scale, weights });
  }
  return maps;
}

/** A way to fit, and its error on people who were left out. */
export interface ChosenPenalty {
  readonly penalty: number;
  /** Mean distance over folds, targets' unit. */
  readonly error: number;
}

/** Rows to fit a joint regression on: those of real frames, and those of deformed copies, each with its person. */
export interface RegressionRows {
  readonly features: Matrix64;
  readonly targets: Matrix64;
  readonly groups: readonly string[];
}

/**
 * The penalty that foretells left-out people best: people are dealt out into folds, each is foretold by the others.
 * @param rows what is foretold; @param extra rows that only ever train, with those of their own person left out
 * @param folds at least 2
 */
export async function choosePenalty(
  engine: MatrixEngine,
  rows: RegressionRows,
  extra: RegressionRows | null,
  folds: number,
): Promise<ChosenPenalty> {
  const names = [...new Set(rows.groups)];
  const errors = PENALTIES.map(() => 0);
  const count = Math.min(folds, names.length);
  for (let fold = 0; fold < count; fold++) {
    const held = new Set(names.filter((_, at) => at % count === fold));
    const known = [rows, ...(extra === null ? [] : [extra])].map((part) => without(part, held));
    const [features, targets] = [
      stackRows(known.map((part) => part.features)),
      stackRows(known.map((part) => part.targets)),
    ];
    const test = only(rows, held);
    for (const [at, map] of (await fitPath(engine, features, targets, PENALTIES)).entries()) {
      errors[at] += meanDistance(await predictLinear(engine, map, test.features), test.targets) / count;
    }
  }
  const error = Math.min(...errors);
  return { penalty: PENALTIES[errors.indexOf(error)], error };
}

const without = (rows: RegressionRows, held: ReadonlySet<string>) => pick(rows, (group) => !held.has(group));
const only = (rows: RegressionRows, held: ReadonlySet<string>) => pick(rows, (group) => held.has(group));

function pick(rows: RegressionRows, wanted: (group: string) => boolean): RegressionRows {
  const indices = rows.groups.flatMap((group, at) => (wanted(group) ? [at] : []));
  return {
    features: takeRows(rows.features, indices),
    targets: takeRows(rows.targets, indices),
    groups: indices.map((at) => rows.groups[at]),
  };
}

/** Mean distance between places (row, column), all frames and joints alike. */
function meanDistance(a: Matrix64, b: Matrix64): number {
  let sum = 0;
  for (let at = 0; at < a.data.length; at += 2)
    sum += Math.hypot(a.data[at] - b.data[at], a.data[at + 1] - b.data[at + 1]);
  return (2 * sum) / a.data.length;
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
