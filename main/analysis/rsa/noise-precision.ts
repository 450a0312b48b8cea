import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { cholesky, solveCholesky } from '../../tensor/linear/cholesky.ts';
import { type Floats, type Matrix, type Matrix64, zeros64 } from '../../tensor/matrix.ts';
import { columnMeans } from '../metrics.ts';

/**
 * What a sample covariance is pulled towards: its own diagonal (Schäfer and Strimmer 2005) or a multiple of the identity
 * (Ledoit and Wolf 2004); how far follows from the data.
 */
export type Shrinkage = 'diagonal' | 'identity';

/** A covariance and how far it was pulled, 0 to 1. */
export interface ShrunkCovariance {
  readonly covariance: Matrix64;
  readonly shrinkage: number;
}

/**
 * Shrunk noise covariance of channels from residuals. Same as rsatoolbox's cov_from_residuals.
 * @param residuals samples × channels; column means are taken off
 * @param degrees of freedom left in the residuals; default samples − 1
 * @throws UserError `rsa.residuals`
 */
export async function shrunkCovariance(
  engine: MatrixEngine,
  residuals: Matrix<Floats>,
  target: Shrinkage = 'diagonal',
  degrees = residuals.rows - 1,
): Promise<ShrunkCovariance> {
  const { rows: n, cols: p, data } = residuals;
  if (n < 3 || degrees < 1 || data.some((value) => !Number.isFinite(value))) {
    throw new UserError(
      'rsa.residuals',
      `${n} rows of residuals give no noise covariance; at least 3 rows of finite numbers are needed.`,
      { rows: n },
    );
  }
  const means = columnMeans(residuals);
  const [centred, squared] = [zeros64(n, p), zeros64(n, p)];
  for (let row = 0, at = 0; row < n; row++) {
    for (let col = 0; col < p; col++, at++) {
      centred.data[at] = data[at] - means[col];
      squared.data[at] = centred.data[at] ** 2;
    }
  }
  // Σ (x_i x_j) and Σ (x_i x_j)² over samples, as products of the data and of the squared data.
  const sum = await engine.multiply(centred, centred, { transposeA: true });
  const power = await engine.multiply(squared, squared, { transposeA: true });
  return target === 'diagonal'
    ? towardsDiagonal(sum, power, n, degrees)
    : towardsIdentity(sum, power, n, degrees);
}

function towardsDiagonal(sum: Matrix64, power: Matrix64, n: number, degrees: number): ShrunkCovariance {
  const p = sum.rows;
  const variances = Float64Array.from({ length: p }, (_, i) => sum.data[i * p + i] / degrees);
  let [above, below] = [0, 0];
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      const scale = variances[i] * variances[j];
      if (i === j || !(scale > 0)) continue;
      const mean = sum.data[i * p + j] / Math.sqrt(scale) / (n - 1);
      above += (n / degrees ** 2) * (power.data[i * p + j] / scale / (n - 1) - mean ** 2);
      below += mean ** 2;
    }
  }
  const shrinkage = below > 0 ? Math.max(0, Math.min(1, above / below)) : 1;
  const covariance = zeros64(p, p);
  for (let at = 0; at < covariance.data.length; at++)
    covariance.data[at] = (sum.data[at] / degrees) * (at % (p + 1) === 0 ? 1 : 1 - shrinkage);
  return { covariance, shrinkage };
}

function towardsIdentity(sum: Matrix64, power: Matrix64, n: number, degrees: number): ShrunkCovariance {
  const p = sum.rows;
  let trace = 0;
  for (let i = 0; i < p; i++) trace += sum.data[i * p + i] / n / p;
  let [spread, noise] = [0, 0];
  for (let at = 0; at < sum.data.length; at++) {
    const value = sum.data[at] / n;
    spread += (value - (at % (p + 1) === 0 ? trace : 0)) ** 2;
    noise += (power.data[at] / n - value ** 2) / n;
  }
  const shrinkage = spread > 0 ? Math.min(1, noise / spread) : 1;
  const covariance = zeros64(p, p);
  for (let at = 0; at < covariance.data.length; at++) {
    const value = (sum.data[at] / n) * (1 - shrinkage) + (at % (p + 1) === 0 ? shrinkage * trace : 0);
    covariance.data[at] = (value * n) / degrees;
  }
  return { covariance, shrinkage };
}

/** Inverse of a covariance. @throws UserError `linear.not-positive-definite` where a channel is constant */
export async function precisionOf(engine: MatrixEngine, covariance: Matrix64): Promise<Matrix64> {
  const identity = zeros64(covariance.rows, covariance.rows);
  for (let i = 0; i < covariance.rows; i++) identity.data[i * covariance.rows + i] = 1;
  return solveCholesky(engine, await cholesky(engine, covariance), identity);
}
