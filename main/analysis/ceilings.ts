import type { Matrix } from '../tensor/matrix.ts';
import { columnDeviations, columnMeans, pearsonColumns } from './metrics.ts';

/** Noise ceiling of every voxel from repeats of one stimulus. */
export interface Ceiling {
  /** Share of a single repeat's variance that repeats have in common, bias-corrected; may be below 0. */
  readonly explainableVariance: Float32Array;
  /** Highest r that any model can reach against a single repeat: √max(EV, 0). */
  readonly singleTrial: Float32Array;
  /** Highest r against the mean of all repeats: √(N·EV / (1 + (N − 1)·EV)), EV clipped at 0. */
  readonly meanOfRepeats: Float32Array;
  readonly repeats: number;
}

/**
 * Explainable variance from N ≥ 2 repeats (samples × voxels each, same stimulus, same length). Each repeat is
 * z-scored over time; EV = 1 − mean over time and repeats of (y_i − ȳ)², then corrected for the small number of
 * repeats: EV ← EV − (1 − EV)/(N − 1).
 * Source: Hsu, Borst and Theunissen 2004 (doi 10.1088/0954-898X_15_2_002); same estimator as the voxelwise
 * modelling tutorials. A voxel that is constant in any repeat gets 0.
 */
export function ceilingFromRepeats(repeats: readonly Matrix[]): Ceiling {
  const count = repeats.length;
  if (count < 2) throw new Error(`a ceiling needs at least two repeats, not ${count}`);
  const { rows, cols } = repeats[0];
  const odd = repeats.find((repeat) => repeat.rows !== rows || repeat.cols !== cols);
  if (odd !== undefined)
    throw new Error(`repeats of ${rows} × ${cols} and ${odd.rows} × ${odd.cols} cannot be compared`);
  const means = repeats.map((repeat) => columnMeans(repeat));
  const deviations = repeats.map((repeat, index) => columnDeviations(repeat, means[index]));
  const residual = new Float64Array(cols);
  const scaled = new Float64Array(count);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      let mean = 0;
      for (let index = 0; index < count; index++) {
        scaled[index] = (repeats[index].data[at] - means[index][col]) / deviations[index][col];
        mean += scaled[index] / count;
      }
      for (let index = 0; index < count; index++) residual[col] += (scaled[index] - mean) ** 2;
    }
  }
  const explainable = Float32Array.from(residual, (sum) => {
    const raw = 1 - sum / (rows * count);
    return Number.isFinite(raw) ? raw - (1 - raw) / (count - 1) : 0;
  });
  return {
    explainableVariance: explainable,
    singleTrial: explainable.map((ev) => Math.sqrt(Math.max(0, ev))),
    meanOfRepeats: explainable.map((ev) => Math.sqrt(spearmanBrown(Math.max(0, ev), count))),
    repeats: count,
  };
}

/** Spearman-Brown prophecy: reliability of the mean of `factor` measurements of reliability `r` each. */
export function spearmanBrown(r: number, factor: number): number {
  return (factor * r) / (1 + (factor - 1) * r);
}

/**
 * Split-half reliability of every voxel: Pearson r between two halves (means of odd and even repeats, or of two
 * groups), stepped up to full length by Spearman-Brown. Negative r stays as it is.
 */
export function splitHalfReliability(first: Matrix, second: Matrix): Float32Array {
  return pearsonColumns(first, second).map((r) => (r > 0 ? spearmanBrown(r, 2) : r));
}

/** r ÷ ceiling, voxel by voxel; NaN where the ceiling is under `least` (default 0.1: nothing to explain there). */
export function normaliseByCeiling(r: Float32Array, ceiling: Float32Array, least = 0.1): Float32Array {
  return r.map((value, voxel) => (ceiling[voxel] >= least ? value / ceiling[voxel] : Number.NaN));
}
