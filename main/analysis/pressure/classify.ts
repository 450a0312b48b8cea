import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix64, takeRows, zeros64 } from '../../tensor/matrix.ts';

/** Classifies rows of features; trained on labelled rows. */
export type Classifier = (train: Matrix64, labels: readonly number[], test: Matrix64) => Promise<number[]>;

/** Mean and inverse deviation of each column; columns that never vary get 0. */
export function standardiser(rows: Matrix64): { mean: Float64Array; scale: Float64Array } {
  const mean = new Float64Array(rows.cols);
  const scale = new Float64Array(rows.cols);
  for (let at = 0; at < rows.data.length; at++) mean[at % rows.cols] += rows.data[at] / rows.rows;
  for (let at = 0; at < rows.data.length; at++)
    scale[at % rows.cols] += (rows.data[at] - mean[at % rows.cols]) ** 2 / rows.rows;
  return { mean, scale: scale.map((value) => (value > 1e-12 ? 1 / Math.sqrt(value) : 0)) };
}

/** Rows brought to the mean and deviation of others. */
export function standardise(rows: Matrix64, by: ReturnType<typeof standardiser>): Matrix64 {
  return {
    ...rows,
    data: rows.data.map((value, at) => (value - by.mean[at % rows.cols]) * by.scale[at % rows.cols]),
  };
}

/** The class that most of the `neighbours` nearest training rows have; ties go to the nearer. */
export function nearestNeighbours(engine: MatrixEngine, neighbours: number): Classifier {
  return async (train, labels, test) => {
    const by = standardiser(train);
    const [a, b] = [standardise(test, by), standardise(train, by)];
    const products = await engine.multiply(a, b, { transposeB: true });
    const lengths = Array.from({ length: b.rows }, (_, row) =>
      b.data.subarray(row * b.cols, (row + 1) * b.cols).reduce((sum, value) => sum + value * value, 0),
    );
    return Array.from({ length: a.rows }, (_, row) => {
      const distance = lengths.map((length, other) => length - 2 * products.data[row * b.rows + other]);
      const nearest = [...distance.keys()].sort((x, y) => distance[x] - distance[y]).slice(0, neighbours);
      const votes = new Map<number, number>();
      for (const [rank, other] of nearest.entries())
        votes.set(labels[other], (votes.get(labels[other]) ?? 0) + 1 - rank * 1e-6);
      return [...votes].sort(([, x], [, y]) => y - x)[0][0];
    });
  };
}

/**
 * Multinomial logistic regression with a ridge penalty on standardised features, by accelerated gradient descent
 * (Nesterov 1983) for a fixed number of rounds: the objective is smooth and convex.
 */
export function logistic(engine: MatrixEngine, penalty = 1e-2, rounds = 150): Classifier {
  return async (train, labels, test) => {
    const by = standardiser(train);
    const design = standardise(train, by);
    const classes = Math.max(...labels) + 1;
    const n = train.rows;
    const power = await largestEigenvalue(engine, design);
    const rate = 1 / ((0.5 * power) / n + penalty + 0.5);
    let weights = zeros64(train.cols, classes);
    let bias = new Float64Array(classes);
    let [ahead, aheadBias] = [weights, bias];
    for (let round = 1; round <= rounds; round++) {
      const residual = softmaxRows(await engine.multiply(design, ahead), aheadBias);
      for (const [row, label] of labels.entries()) residual.data[row * classes + label] -= 1;
      const slope = await engine.multiply(design, residual, { transposeA: true });
      const next = zeros64(train.cols, classes);
      for (let at = 0; at < next.data.length; at++)
        next.data[at] = ahead.data[at] - rate * (slope.data[at] / n + penalty * ahead.data[at]);
      const nextBias = new Float64Array(classes);
      for (let label = 0; label < classes; label++) {
        let sum = 0;
        for (let row = 0; row < n; row++) sum += residual.data[row * classes + label];
        nextBias[label] = aheadBias[label] - (rate * sum) / n;
      }
      const push = (round - 1) / (round + 2);
      ahead = { ...next, data: next.data.map((value, at) => value + push * (value - weights.data[at])) };
      const before = bias;
      aheadBias = nextBias.map((value, at) => value + push * (value - before[at]));
      [weights, bias] = [next, nextBias];
    }
    const scores = softmaxRows(await engine.multiply(standardise(test, by), weights), bias);
    return Array.from({ length: test.rows }, (_, row) => {
      const own = scores.data.subarray(row * classes, (row + 1) * classes);
      return own.indexOf(Math.max(...own));
    });
  };
}

function softmaxRows(scores: Matrix64, bias: Float64Array): Matrix64 {
  const { rows, cols } = scores;
  for (let row = 0; row < rows; row++) {
    const own = scores.data.subarray(row * cols, (row + 1) * cols);
    let most = Number.NEGATIVE_INFINITY;
    for (let col = 0; col < cols; col++) {
      own[col] += bias[col];
      most = Math.max(most, own[col]);
    }
    let total = 0;
    for (let col = 0; col < cols; col++) {
      own[col] = Math.exp(own[col] - most);
      total += own[col];
    }
    for (let col = 0; col < cols; col++) own[col] /= total;
  }
  return scores;
}

/** Rounds of the power method; an estimate a little low is made up for by the margin in the rate. */
const POWER_ROUNDS = 12;

/** Largest eigenvalue of XᵀX by the power method. */
async function largestEigenvalue(engine: MatrixEngine, design: Matrix64): Promise<number> {
  let vector: Matrix64 = {
    rows: design.cols,
    cols: 1,
    data: new Float64Array(design.cols).fill(1 / Math.sqrt(design.cols)),
  };
  let value = 0;
  for (let round = 0; round < POWER_ROUNDS; round++) {
    const next = await engine.multiply(design, await engine.multiply(design, vector), { transposeA: true });
    value = Math.hypot(...next.data);
    if (value === 0) return 0;
    vector = { ...next, data: next.data.map((one) => one / value) };
  }
  return value;
}

/** Rows with a class each; rows of one group (a person, a recording) are left out together. */
export interface LabelledRows {
  readonly features: Matrix64;
  readonly labels: readonly number[];
  readonly groups: readonly string[];
}

/**
 * Leaves each group out once and classifies its rows by the others.
 * @param helpers further rows that train and are never tested; those of the group left out are left out too
 * @returns for each row whether the answer was right
 */
export async function leaveGroupOut(
  classify: Classifier,
  { features, labels, groups }: LabelledRows,
  helpers: LabelledRows | null = null,
): Promise<boolean[]> {
  const right = labels.map(() => false);
  for (const name of new Set(groups)) {
    const test = groups.flatMap((group, row) => (group === name ? [row] : []));
    const others = (rows: LabelledRows) =>
      takeLabelled(
        rows,
        rows.groups.flatMap((group, row) => (group === name ? [] : [row])),
      );
    const own = others({ features, labels, groups });
    const train = helpers === null ? own : stackLabelled([own, others(helpers)]);
    const found = await classify(train.features, train.labels, takeRows(features, test));
    for (const [at, row] of test.entries()) right[row] = found[at] === labels[row];
  }
  return right;
}

/** Some of the rows, copied. */
export function takeLabelled(
  { features, labels, groups }: LabelledRows,
  indices: readonly number[],
): LabelledRows {
  return {
    features: takeRows(features, indices),
    labels: indices.map((row) => labels[row]),
    groups: indices.map((row) => groups[row]),
  };
}

/** Rows of several, one after the other. */
export function stackLabelled(parts: readonly LabelledRows[]): LabelledRows {
  const { cols } = parts[0].features;
  const data = new Float64Array(parts.reduce((sum, { features }) => sum + features.data.length, 0));
  let at = 0;
  for (const { features } of parts) {
    data.set(features.data, at);
    at += features.data.length;
  }
  return {
    features: { rows: data.length / cols, cols, data },
    labels: parts.flatMap(({ labels }) => labels),
    groups: parts.flatMap(({ groups }) => groups),
  };
}
