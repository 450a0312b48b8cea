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
  const z = zscoreRows(embeddings);
  const c = zscoreColumns(data);
  const terms = [
    ...exclusions.map((labels) => ({ groups: membersOf(labels), sign: -1 })),
    ...(exclusions.length === 2
      ? [{ groups: membersOf(bothOf(exclusions[0], exclusions[1])), sign: 1 }]
      : []),
  ];
  const predicted = await engine.multiply(z, await engine.multiply(z, c, { transposeA: true }));
  const total = columnSums(z);
  const allowed = new Float64Array(z.rows).fill(z.rows);
  // Per item: Σ of similarities and Σ of data over A(i); data sum to zero over all items.
  const similarity = Float64Array.from({ length: z.rows }, (_, row) => dot(z, row, total));
  const dataSum = zeros64(c.rows, c.cols);
  for (const { groups, sign } of terms) {
    for (const rows of groups) {
      const zg = takeRows(z, rows);
      const cg = takeRows(c, rows);
      const own = await ownPart(engine, zg, cg);
      const [zSum, cSum] = [columnSums(zg), columnSums(cg)];
      rows.forEach((row, at) => {
        allowed[row] += sign * rows.length;
        similarity[row] += sign * dot(z, row, zSum);
        for (let col = 0; col < c.cols; col++) {
          predicted.data[row * c.cols + col] += sign * own.data[at * c.cols + col];
          dataSum.data[row * c.cols + col] += sign * cSum[col];
        }
      });
    }
  }
  for (let row = 0; row < z.rows; row++) {
    if (allowed[row] < 2) {
      throw new UserError(
        'similarity.few-groups',
        'All items share a story or a word, so none is left to predict them from; add more stories or words.',
      );
    }
    const share = similarity[row] / allowed[row];
    for (let col = 0; col < c.cols; col++) {
      const at = row * c.cols + col;
      predicted.data[at] = (predicted.data[at] - share * dataSum.data[at]) / z.cols;
    }
  }
  const scores = pearsonColumns(predicted, c);
  return { predicted, scores, score: scores.reduce((sum, r) => sum + r, 0) / scores.length };
}

/** Z_g Z_gᵀ C_g of one group; for single items, the most frequent case, without products. */
async function ownPart(engine: MatrixEngine, zg: Matrix64, cg: Matrix64): Promise<Matrix64> {
  if (zg.rows > 4) return engine.multiply(zg, await engine.multiply(zg, cg, { transposeA: true }));
  const out = zeros64(cg.rows, cg.cols);
  for (let i = 0; i < zg.rows; i++) {
    for (let j = 0; j < zg.rows; j++) {
      let product = 0;
      for (let k = 0; k < zg.cols; k++) product += zg.data[i * zg.cols + k] * zg.data[j * zg.cols + k];
      for (let col = 0; col < cg.cols; col++) {
        out.data[i * cg.cols + col] += product * cg.data[j * cg.cols + col];
      }
    }
  }
  return out;
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
