import { UserError } from '../core/errors.ts';
import { type Floats, type Matrix, transpose } from '../tensor/matrix.ts';
import { multiplyPlain } from '../tensor/plain-engine.ts';
import { zscoreRows } from './similarity/similarity-encoding.ts';

/** Pearson r of every predicted item with every measured one: items × items. */
function itemCorrelations(predicted: Matrix<Floats>, measured: Matrix<Floats>): Float64Array {
  if (predicted.rows !== measured.rows || predicted.cols !== measured.cols || predicted.rows < 2) {
    throw new UserError(
      'retrieval.shapes',
      `Predictions of ${predicted.rows} × ${predicted.cols} cannot be matched with data of ${measured.rows} × ${measured.cols}; at least two items of the same shape are needed.`,
      { predicted: predicted.rows, measured: measured.rows },
    );
  }
  const product = multiplyPlain(zscoreRows(predicted), transpose(zscoreRows(measured)));
  return product.data.map((value) => value / predicted.cols);
}

/** How well items can be told from each other by their predicted patterns. */
export interface Retrieval {
  /** Mean over items of 1 − (rank − 1)/(n − 1), rank 1 being the best match; chance .5. Ties count half. */
  readonly rankAccuracy: number;
  /** Share of items whose best match is the right one; chance 1/n. */
  readonly topOne: number;
  /** Rank accuracy of every item. */
  readonly perItem: Float64Array;
  /**
   * Share of pairs of items i, j for which the right pairing correlates more than the swapped one,
   * r(i,i) + r(j,j) > r(i,j) + r(j,i); chance .5. Source: Mitchell et al. 2008, doi 10.1126/science.1152876.
   */
  readonly twoVersusTwo: number;
}

/**
 * Identification of items from predicted patterns, by Pearson r over columns. Rank accuracy is also the mean pairwise
 * accuracy: the share of foils that an item's own pattern beats.
 * @param predicted items × columns
 * @param measured items × columns
 * @throws UserError `retrieval.shapes`, `similarity.constant-row`
 */
export function retrieval(predicted: Matrix<Floats>, measured: Matrix<Floats>): Retrieval {
  const r = itemCorrelations(predicted, measured);
  const n = predicted.rows;
  const perItem = new Float64Array(n);
  let [right, pairs, firsts] = [0, 0, 0];
  const won = (difference: number): number => (difference > 0 ? 1 : difference === 0 ? 0.5 : 0);
  for (let i = 0; i < n; i++) {
    const own = r[i * n + i];
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      perItem[i] += won(own - r[i * n + j]);
      if (j < i) continue;
      right += won(own + r[j * n + j] - r[i * n + j] - r[j * n + i]);
      pairs++;
    }
    if (perItem[i] === n - 1) firsts++;
    perItem[i] /= n - 1;
  }
  const rankAccuracy = perItem.reduce((sum, value) => sum + value, 0) / n;
  return { rankAccuracy, topOne: firsts / n, perItem, twoVersusTwo: right / pairs };
}
