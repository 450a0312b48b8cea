import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { Precision } from './fold-model.ts';

/** @throws UserError `ridge.sample-mismatch`, `ridge.features-not-finite`, `ridge.no-features` */
export function checkInputs(features: Matrix<Floats>, targetSamples: number, splitSamples: number): void {
  if (features.rows !== targetSamples || features.rows !== splitSamples) {
    throw new UserError(
      'ridge.sample-mismatch',
      `Features have ${features.rows} samples, targets ${targetSamples} and the split ${splitSamples}; all three must be equal.`,
      { features: features.rows, targets: targetSamples, split: splitSamples },
    );
  }
  if (features.cols === 0)
    throw new UserError('ridge.no-features', 'The feature space has no columns; choose another.');
  const bad = features.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [row, column] = [Math.floor(bad / features.cols), bad % features.cols];
    throw new UserError(
      'ridge.features-not-finite',
      `Feature column ${column} holds NaN or infinity at sample ${row}; fill or drop it before fitting.`,
      { row, column },
    );
  }
}

/** Small problems are computed in float64 throughout: it costs them nothing. */
export function choosePrecision(features: Matrix<Floats>, targets: number): Precision {
  return features.rows * Math.min(features.rows, features.cols) * targets < 2e9 ? 'float64' : 'float32';
}

/**
 * Targets per batch whose working arrays take some 256 MB.
 * @param kept folds whose products stay until the penalty is chosen
 */
export function defaultBatch(
  features: Matrix<Floats>,
  targets: number,
  precision: Precision,
  kept = 1,
): number {
  const rank = Math.min(features.rows, features.cols);
  const width = precision === 'float64' ? 8 : 4;
  const perTarget = features.rows * (4 + 2 * width) + rank * (2 * kept * width + 32);
  return Math.max(1, Math.min(targets, Math.floor(256e6 / perTarget)));
}
