import { pearsonColumns } from '../../analysis/metrics.ts';
import {
  type HeldOutData,
  heldOutPrediction,
  prepareHeldOut,
} from '../../analysis/similarity/held-out-similarity.ts';
import { zscoreColumns } from '../../analysis/similarity/similarity-encoding.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix, type Matrix64, takeRows, zeros, zeros64 } from '../../tensor/matrix.ts';
import { permutation } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { Candidate } from './candidates.ts';
import type { TextEmbeddings } from './embed-texts.ts';
import { standardRows } from './standard-rows.ts';

/** Everything about one set that does not depend on the model. */
export interface PreparedSet {
  readonly data: Matrix;
  readonly whole: HeldOutData;
  /** The same of at most 64 evenly spaced columns: what shuffles and choices are made on. */
  readonly sample: HeldOutData;
  /** Per outer fold: rows outside of it, and their data made ready by themselves. */
  readonly inner: readonly { readonly rows: Int32Array; readonly data: HeldOutData }[];
  readonly folds: Int32Array;
  readonly candidates: readonly Candidate[];
}

/** Predictions of one layer, or of what the inner folds chose, with its score per column. */
export interface LayerScore {
  /** Items × columns, columns z-scored. */
  readonly predicted: Matrix64;
  readonly scores: Float32Array;
}

/** One candidate way of one layer. */
interface Tried {
  readonly layer: number;
  readonly candidate: Candidate;
  readonly predicted: Matrix64;
  /** Mean r over columns on the items outside each fold, each predicted without the fold. */
  readonly innerScore: readonly number[];
}

export interface ModelScore {
  readonly layers: readonly LayerScore[];
  readonly chosen: LayerScore;
  /** Per outer fold what was chosen on the others. */
  readonly choices: readonly Pick<Tried, 'layer' | 'candidate'>[];
}

/** Splits data for scoring. @param exclusions labels of the items, see `prepareHeldOut` */
export function prepareSet(
  data: Matrix,
  exclusions: readonly ArrayLike<number>[],
  folds: Int32Array,
  candidates: readonly Candidate[],
): PreparedSet {
  const count = Math.max(...folds) + 1;
  const few = spacedColumns(data, SAMPLED_COLUMNS);
  const inner = Array.from({ length: count }, (_, fold) => {
    const rows = Int32Array.from(folds.keys()).filter((row) => folds[row] !== fold);
    const labels = exclusions.map((list) => Int32Array.from(rows, (row) => list[row]));
    return { rows, data: prepareHeldOut(takeRows(few, rows), labels) };
  });
  const sample = prepareHeldOut(few, exclusions);
  return { data, whole: prepareHeldOut(data, exclusions), sample, inner, folds, candidates };
}

/** Columns times shuffles, at least: a mean over few columns needs more shuffles to be known as well. */
const LEAST_SHUFFLED = 400;
/** Columns that are enough to compare means over columns by. */
const SAMPLED_COLUMNS = 64;

/** At most `most` columns at even distances; all of them where there are no more. */
function spacedColumns(data: Matrix, most: number): Matrix {
  if (data.cols <= most) return data;
  const out = zeros(data.rows, most);
  for (let row = 0; row < data.rows; row++) {
    for (let at = 0; at < most; at++)
      out.data[row * most + at] = data.data[row * data.cols + Math.floor((at * data.cols) / most)];
  }
  return out;
}

const meanOf = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Scores every layer of a model. Where a layer has several candidate ways, each fold takes the way that did best on
 * the other folds; `chosen` does the same over ways and layers. No item's own data enter its prediction or its choice.
 */
export async function scoreModel(
  engine: MatrixEngine,
  set: PreparedSet,
  { layers }: TextEmbeddings,
): Promise<ModelScore> {
  const tried: Tried[] = [];
  const needsInner = layers.length > 1 || set.candidates.length > 1;
  for (const [layer, { values }] of layers.entries()) {
    for (const candidate of set.candidates) {
      const z = standardRows(await candidate.embed(values));
      const predicted = zscoreColumns(await heldOutPrediction(engine, z, set.whole));
      const innerScore: number[] = [];
      for (const { rows, data } of needsInner ? set.inner : []) {
        const inside = await heldOutPrediction(engine, takeRows(z, rows), data);
        innerScore.push(meanOf(pearsonColumns(inside, data.c)));
      }
      tried.push({ layer, candidate, predicted, innerScore });
    }
  }
  const score = (predicted: Matrix64): LayerScore => ({
    predicted,
    scores: pearsonColumns(predicted, set.whole.c),
  });
  const choices = set.inner.map((_, fold) => bestOf(tried, fold));
  return {
    layers: layers.map((_, layer) => {
      const own = tried.filter((one) => one.layer === layer);
      return score(assembled(set, (fold) => bestOf(own, fold)));
    }),
    chosen: score(assembled(set, (fold) => choices[fold])),
    choices,
  };
}

function bestOf(tried: readonly Tried[], fold: number): Tried {
  return tried.reduce((best, one) =>
    (one.innerScore[fold] ?? 0) > (best.innerScore[fold] ?? 0) ? one : best,
  );
}

/** Rows of every fold from the prediction that was chosen for it. */
function assembled(set: PreparedSet, choice: (fold: number) => Tried): Matrix64 {
  const { rows, cols } = set.whole.c;
  const out = zeros64(rows, cols);
  const chosen = set.inner.map((_, fold) => choice(fold).predicted.data);
  for (let row = 0; row < rows; row++)
    out.data.set(chosen[set.folds[row]].subarray(row * cols, (row + 1) * cols), row * cols);
  return out;
}

/**
 * Mean score of a layer with its embeddings shuffled among the words: the null of every score. Word times, story
 * bounds and data stay, so for volumes the shuffled words pass through the same response. Scored on the sampled
 * columns, whose spread is no smaller than that of all.
 * @param words among which embeddings are shuffled: those that a model knows
 * @returns one mean r per shuffle; shuffle k is the same order for every subject and layer
 */
export async function shuffledScores(
  engine: MatrixEngine,
  set: PreparedSet,
  values: Matrix,
  words: Int32Array,
  { shuffles, seed }: { readonly shuffles: number; readonly seed: number },
  signal: AbortSignal,
): Promise<number[]> {
  const scores: number[] = [];
  const [candidate] = set.candidates;
  const few = Math.ceil(LEAST_SHUFFLED / set.sample.c.cols);
  for (let shuffle = 0; shuffle < Math.max(shuffles, few); shuffle++) {
    signal.throwIfAborted();
    const order = permutation(createRandom(seed, 100 + shuffle), words.length);
    const mixed = { ...values, data: values.data.slice() };
    words.forEach((word, at) => {
      const from = words[order[at]] * values.cols;
      mixed.data.set(values.data.subarray(from, from + values.cols), word * values.cols);
    });
    const z = standardRows(await candidate.embed(mixed));
    scores.push(meanOf(pearsonColumns(await heldOutPrediction(engine, z, set.sample), set.sample.c)));
  }
  return scores;
}
