import { phaseRandomise } from '../../tensor/fourier/phase-randomise.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { pearsonColumns } from '../metrics.ts';
import { permutationP } from './permutation-count.ts';

/** r of every column with p from surrogates of the prediction that have its power spectrum. */
export interface PhaseNull {
  readonly r: Float32Array;
  /** One-sided (r greater), never 0. */
  readonly p: Float64Array;
}

/**
 * Phase-shuffle test of r between prediction and data, column by column: each surrogate is the prediction with
 * random phases, so it is as autocorrelated as the prediction. For one continuous stretch of samples.
 * @param predicted, measured samples × columns
 */
export function phaseNullTest(
  predicted: Matrix<Floats>,
  measured: Matrix<Floats>,
  options: { readonly seed: number; readonly permutations?: number },
): PhaseNull {
  const { rows, cols } = predicted;
  const draws = options.permutations ?? 1000;
  const r = pearsonColumns(predicted, measured);
  const p = new Float64Array(cols);
  const [x, y] = [new Float64Array(rows), new Float64Array(rows)];
  const nulls = new Float64Array(draws);
  for (let col = 0; col < cols; col++) {
    const random = createRandom(options.seed, col);
    for (let row = 0; row < rows; row++) {
      x[row] = predicted.data[row * cols + col];
      y[row] = measured.data[row * cols + col];
    }
    for (let draw = 0; draw < draws; draw++) {
      nulls[draw] = pearsonColumns(
        { rows, cols: 1, data: phaseRandomise(random, x) },
        { rows, cols: 1, data: y },
      )[0];
    }
    p[col] = permutationP(r[col], nulls);
  }
  return { r, p };
}
