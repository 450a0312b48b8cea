import { type Floats, type Matrix, zeros } from '../../tensor/matrix.ts';

/** Closest point to `values` with parts of 0 or more that sum to 1 (Duchi et al. 2008). */
function ontoSimplex(values: Float64Array): Float64Array {
  const descending = values.slice().sort().reverse();
  let [sum, shift] = [0, 0];
  for (let count = 1; count <= descending.length; count++) {
    sum += descending[count - 1];
    const candidate = (sum - 1) / count;
    if (descending[count - 1] > candidate) shift = candidate;
  }
  return values.map((value) => Math.max(0, value - shift));
}

/**
 * Per target the weights, 0 or more and summing to 1, whose average of the predictions errs least in squares:
 * w minimising wᵀ E w with E_ab = Σ (y − ŷ_a)(y − ŷ_b), by accelerated projected gradients (Beck and Teboulle 2009).
 * @param measured samples × targets
 * @param predicted one samples × targets matrix per model
 * @returns models × targets
 */
export function simplexWeights(measured: Matrix<Floats>, predicted: readonly Matrix<Floats>[]): Matrix {
  const { rows, cols } = measured;
  const models = predicted.length;
  const out = zeros(models, cols);
  const errors = new Float64Array(models * models);
  for (let col = 0; col < cols; col++) {
    errors.fill(0);
    for (let row = 0; row < rows; row++) {
      const at = row * cols + col;
      for (let a = 0; a < models; a++) {
        const own = measured.data[at] - predicted[a].data[at];
        for (let b = 0; b <= a; b++)
          errors[a * models + b] += own * (measured.data[at] - predicted[b].data[at]);
      }
    }
    let steepest = 0;
    for (let a = 0; a < models; a++) {
      for (let b = 0; b < a; b++) errors[b * models + a] = errors[a * models + b];
      steepest += errors[a * models + a];
    }
    let weights: Float64Array = new Float64Array(models).fill(1 / models);
    let ahead = weights;
    let momentum = 1;
    for (let round = 0; round < 500 && steepest > 0; round++) {
      const trial = ahead.map((value, a) => {
        let slope = 0;
        for (let b = 0; b < models; b++) slope += errors[a * models + b] * ahead[b];
        return value - slope / steepest;
      });
      const next = ontoSimplex(trial);
      const faster = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
      const moved = next.map((value, a) => value + ((momentum - 1) / faster) * (value - weights[a]));
      let change = 0;
      for (let a = 0; a < models; a++) change = Math.max(change, Math.abs(next[a] - weights[a]));
      [weights, ahead, momentum] = [next, moved, faster];
      if (change < 1e-10) break;
    }
    for (let a = 0; a < models; a++) out.data[a * cols + col] = weights[a];
  }
  return out;
}
