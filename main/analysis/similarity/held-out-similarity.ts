import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, type Matrix64, takeRows, zeros64 } from '../../tensor/matrix.ts';
import { pearsonColumns } from '../metrics.ts';
import { type SimilarityEncoding, zscoreColumns, zscoreRows } from './similarity-encoding.ts';

/** One label per item for every reason why two items must not predict each other: same story, same word. */
export type Exclusions = readonly ArrayLike<number>[];

/** Rows of every label, in order of first appearance. */
function membersOf(labels: ArrayLike<number>): number[][] {
  const members = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const list = members.get(labels[row]);
    if (list === undefined) members.set(labels[row], [row]);
    else list.push(row);
  }
  return [...members.values()];
}

/** Items that share both labels; inclusion and exclusion needs them. */
function bothOf(a: ArrayLike<number>, b: ArrayLike<number>): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from({ length: a.length }, (_, row) => {
    const key = `${a[row]} ${b[row]}`;
    const label = known.get(key) ?? known.size;
    known.set(key, label);
    return label;
  });
}

/** Data made ready once for many embeddings: z-scored columns, and who must not predict whom. */
export interface HeldOutData {
  readonly c: Matrix64;
  /** Groups of rows that are taken out (−1), and those that this takes out twice (+1). */
  readonly terms: readonly { readonly groups: readonly number[][]; readonly sign: number }[];
  /** How many items may predict each item. */
  readonly allowed: Float64Array;
  /** Per item the sum of the data over those items. */
  readonly dataSum: Matrix64;
}

/**
 * Prepares data for `heldOutPrediction`.
 * @param data items × measures; z-scored per column
 * @param exclusions one or two label lists of one entry per item
 * @throws UserError `similarity.few-groups`
 */
export function prepareHeldOut(data: Matrix<Floats>, exclusions: Exclusions): HeldOutData {
  const c = zscoreColumns(data);
  const terms = [
    ...exclusions.map((labels) => ({ groups: membersOf(labels), sign: -1 })),
    ...(exclusions.length === 2
      ? [{ groups: membersOf(bothOf(exclusions[0], exclusions[1])), sign: 1 }]
      : []),
  ];
  const allowed = new Float64Array(c.rows).fill(c.rows);
  const dataSum = zeros64(c.rows, c.cols);
  for (const { groups, sign } of terms) {
    for (const rows of groups) {
      const sum = columnSums(takeRows(c, rows));
      for (const row of rows) {
        allowed[row] += sign * rows.length;
        for (let col = 0; col < c.cols; col++) dataSum.data[row * c.cols + col] += sign * sum[col];
      }
    }
  }
  if (allowed.some((count) => count < 2)) {
    throw new UserError(
      'similarity.few-groups',
      'All items share a story or a word, so none is left to predict them from; add more stories or words.',
    );
  }
  return { c, terms, allowed, dataSum };
}

/**
 * C′ of every item from the items that it shares no label with (see `heldOutSimilarity`).
 * @param z items × dimensions, rows z-scored
 */
export async function heldOutPrediction(
  engine: MatrixEngine,
  z: Matrix64,
  { c, terms, allowed, dataSum }: HeldOutData,
): Promise<Matrix64> {
  const predicted = await engine.multiply(z, await engine.multiply(z, c, { transposeA: true }));
  const total = columnSums(z);
  const similarity = Float64Array.from({ length: z.rows }, (_, row) => dot(z, row, total));
  for (const { groups, sign } of terms) {
    for (const rows of groups) {
      if (rows.length > SMALL) {
        const zg = takeRows(z, rows);
        const own = await engine.multiply(
          zg,
          await engine.multiply(zg, takeRows(c, rows), { transposeA: true }),
        );
        const sum = columnSums(zg);
        rows.forEach((row, at) => {
          similarity[row] += sign * dot(z, row, sum);
          for (let col = 0; col < c.cols; col++)
            predicted.data[row * c.cols + col] += sign * own.data[at * c.cols + col];
        });
        continue;
      }
      for (const row of rows) {
        for (const other of rows) {
          const product = dotRows(z, row, other);
          similarity[row] += sign * product;
          for (let col = 0; col < c.cols; col++)
            predicted.data[row * c.cols + col] += sign * product * c.data[other * c.cols + col];
        }
      }
    }
  }
  for (let row = 0; row < z.rows; row++) {
    const share = similarity[row] / allowed[row];
    for (let col = 0; col < c.cols; col++) {
      const at = row * c.cols + col;
      predicted.data[at] = (predicted.data[at] - share * dataSum.data[at]) / z.cols;
    }
  }
  return predicted;
}

/**
 * Similarity encoding without leaks: item i is predicted from the items that share no label with it,
 *
 *   C′ᵢ = Σ_{j ∈ A(i)} Mᵢⱼ (Cⱼ − mean of C over A(i)),   M = Z Zᵀ / d,
 *
 * A(i) being all items but those of i's own labels. With every item a label of its own this is (M − I) C with the
 * mean taken without the item. That matters twice. Embeddings with a common direction (mean similarity m) otherwise
 * predict −m Cᵢ, a negative score that has nothing to do with content; and neighbours in time or the same word met
 * twice would predict each other whatever the model. Computed by inclusion and exclusion over the labels without
 * forming M.
 * @param embeddings items × dimensions
 * @param data items × measures; z-scored per column first
 * @param exclusions one or two label lists of one entry per item
 * @throws UserError `similarity.items-mismatch`, `similarity.constant-row`, `similarity.few-groups`
 */
export async function heldOutSimilarity(
  engine: MatrixEngine,
  embeddings: Matrix<Floats>,
  data: Matrix<Floats>,
  exclusions: Exclusions,
): Promise<SimilarityEncoding> {
  if (embeddings.rows !== data.rows) {
    throw new UserError(
      'similarity.items-mismatch',
      `The embeddings have ${embeddings.rows} items and the data ${data.rows}; both must list the same items in the same order.`,
      { embeddings: embeddings.rows, data: data.rows },
    );
  }
  const prepared = prepareHeldOut(data, exclusions);
  const predicted = await heldOutPrediction(engine, zscoreRows(embeddings), prepared);
  const scores = pearsonColumns(predicted, prepared.c);
  return { predicted, scores, score: scores.reduce((sum, r) => sum + r, 0) / scores.length };
}

/** Groups up to this size are gone through pair by pair: most hold one item, and copies would cost more than products. */
const SMALL = 6;

function dotRows({ cols, data }: Matrix64, first: number, second: number): number {
  let sum = 0;
  for (let col = 0, a = first * cols, b = second * cols; col < cols; col++, a++, b++)
    sum += data[a] * data[b];
  return sum;
}

function columnSums({ rows, cols, data }: Matrix64): Float64Array {
  const sums = new Float64Array(cols);
  for (let at = 0, row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, at++) sums[col] += data[at];
  return sums;
}

function dot(z: Matrix64, row: number, vector: Float64Array): number {
  let sum = 0;
  for (let col = 0; col < z.cols; col++) sum += z.data[row * z.cols + col] * vector[col];
  return sum;
}
