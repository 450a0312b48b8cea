import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { columnDeviations, columnMeans } from '../metrics.ts';
import type { TargetSource } from '../target-source.ts';
import type { Scaling } from './encoding-types.ts';
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

/** |mean| over deviation of a target beyond which float32 squares lose what distinguishes penalties. */
const LARGE_OFFSET = 10;

/** Median over targets of |mean| ÷ deviation; targets without variation are left out. */
function typicalOffset(targets: Matrix<Floats>): number {
  const means = columnMeans(targets);
  const deviations = columnDeviations(targets, means);
  const offsets = means
    .map((mean, col) => Math.abs(mean) / deviations[col])
    .filter(Number.isFinite)
    .sort();
  return offsets.length === 0 ? 0 : offsets[Math.floor(offsets.length / 2)];
}

/**
 * Small problems are computed in float64 throughout: it costs them nothing. So are targets that are neither centred
 * nor small beside their mean (raw scanner values): errors are differences of sums of squares, and float32 would
 * spend its digits on the mean.
 * @param sample some targets as they will be multiplied; left out where they are centred
 */
export function choosePrecision(
  features: Matrix<Floats>,
  targets: number,
  sample?: Matrix<Floats>,
): Precision {
  if (sample !== undefined && typicalOffset(sample) > LARGE_OFFSET) return 'float64';
  return features.rows * Math.min(features.rows, features.cols) * targets < 2e9 ? 'float64' : 'float32';
}

/** The first few targets, for `choosePrecision`; none where scaling takes their means off. */
export async function offsetSample(
  targets: TargetSource,
  scaling: Scaling,
): Promise<Matrix<Floats> | undefined> {
  return scaling === 'none' ? targets.read(0, Math.min(64, targets.targets)) : undefined;
}

/**
 * Targets per batch whose working arrays take some 20 MB: enough for products at full speed.
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
  return Math.max(1, Math.min(targets, Math.floor(20e6 / perTarget)));
}
