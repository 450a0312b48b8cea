import type { ReportProgress } from '../../core/progress.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { Fold } from '../splits/split-manifest.ts';
import type { TargetSource } from '../target-source.ts';
import type { Band } from './bands.ts';
import type { Scaling } from './encoding-types.ts';

/** Ridge with a weight per band of features, found by random search, beside a penalty per target. */
export interface BandedOptions {
  readonly features: Matrix<Floats>;
  readonly bands: readonly Band[];
  readonly targets: TargetSource;
  readonly folds: readonly Fold[];
  readonly penalties: readonly number[];
  /** Weight vectors to try: a number of Dirichlet draws (default 100), or the vectors themselves. */
  readonly search?: number | readonly Float64Array[];
  /** Steps of gradient descent on the weights and the penalty of every target after the search. Default 0. */
  readonly refine?: number;
  readonly seed: number;
  /** Default 'none'. */
  readonly scaling?: Scaling;
  /** Targets at once: the features are decomposed anew for each batch. The default takes some 512 MB. */
  readonly batch?: number;
  /** False leaves out r and the split (zeros). Default true. */
  readonly details?: boolean;
  /** False leaves out coefficients (0 × targets). Default true. */
  readonly coefficients?: boolean;
  readonly signal?: AbortSignal;
  readonly report?: ReportProgress;
}

/** Results for targets start ≤ t < stop. Excluded targets (constant, NaN, infinite) have NaN throughout. */
export interface BandedBlock {
  readonly start: number;
  readonly stop: number;
  /** Bands × targets: the chosen weights γ, summing to 1. */
  readonly weights: Matrix;
  /** The chosen penalty λ; band b is penalised by λ / γ_b. */
  readonly penalty: Float32Array;
  /** Mean over folds of R² at that choice; optimistic, since the same samples chose. */
  readonly score: Float32Array;
  /** Mean over folds of Pearson r at that choice. */
  readonly r: Float32Array;
  /** Bands × targets: product-measure R², mean over folds; sums to the joint R². */
  readonly split: Matrix;
  /** Features × targets in the units of features and targets as given: y ≈ x · coefficients + intercept. */
  readonly coefficients: Matrix;
  /** Zeros where nothing is centred. */
  readonly intercept: Float32Array;
  readonly excluded: Uint8Array;
}
