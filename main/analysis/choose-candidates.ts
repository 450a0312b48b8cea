import type { Matrix } from '../tensor/matrix.ts';

/** Scores at the candidate (layer) that inner folds chose, per target and outer fold. */
export interface CandidateChoice {
  /** Outer folds × targets: index of the chosen candidate. */
  readonly chosen: Matrix;
  /** Targets: mean over outer folds of the chosen candidate's test r. */
  readonly r: Float32Array;
}

/**
 * Chooses among candidates (layers, feature spaces, smoothing widths) per target and outer fold by inner-fold
 * score only, so that the test samples have no say; the lower candidate wins a tie.
 * @param candidates per candidate: inner scores and test r, both outer folds × targets
 */
export function chooseCandidates(
  candidates: readonly { readonly innerScore: Matrix; readonly foldR: Matrix }[],
): CandidateChoice {
  const { rows, cols } = candidates[0].innerScore;
  const chosen = new Float32Array(rows * cols);
  const r = new Float32Array(cols);
  for (let at = 0; at < rows * cols; at++) {
    let best = 0;
    for (let index = 1; index < candidates.length; index++) {
      if (candidates[index].innerScore.data[at] > candidates[best].innerScore.data[at]) best = index;
    }
    chosen[at] = best;
    r[at % cols] += candidates[best].foldR.data[at] / rows;
  }
  return { chosen: { rows, cols, data: chosen }, r };
}
