import type { ReportProgress } from '../../core/progress.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { SplitManifest } from '../splits/split-manifest.ts';
import type { TargetSource } from '../target-source.ts';

/** What is done to features and targets inside every fold, with the numbers of its training samples only. */
export type Scaling = 'none' | 'center' | 'zscore';

/** What a penalty is chosen by on inner folds. */
export type PenaltyCriterion = 'squared-error' | 'correlation';

/** One encoding model: a feature space fitted to all targets under one split manifest. */
export interface EncodingOptions {
  /** Samples × features (already delayed), in the sample order of the manifest. */
  readonly features: Matrix<Floats>;
  readonly targets: TargetSource;
  readonly split: SplitManifest;
  /** Ridge penalties to choose from, per target. Default `defaultPenalties`. */
  readonly penalties?: readonly number[];
  /**
   * What inner folds choose the penalty by: least mean squared error (default), or highest correlation, which is what
   * counts where r is the score; error punishes shrinkage that r does not feel.
   */
  readonly penaltyBy?: PenaltyCriterion;
  /** Default 'zscore' for both. */
  readonly featureScaling?: Scaling;
  readonly targetScaling?: Scaling;
  /** Targets per batch. The default keeps a batch's working set near 32 MB. Part of what fixes the bytes. */
  readonly batch?: number;
  /** First target to fit: where a resumed job goes on. Must be a multiple of the batch. Default 0. */
  readonly firstTarget?: number;
  readonly signal?: AbortSignal;
  readonly report?: ReportProgress;
}

/** Results for targets start ≤ t < stop, handed over as soon as they are final, so that a job can commit them. */
export interface EncodingBlock {
  readonly start: number;
  readonly stop: number;
  /** Outer folds × block targets: index into the penalties, chosen on inner folds. */
  readonly penaltyIndex: Matrix;
  /** Outer folds × block targets: mean R² (or r, by `penaltyBy`) over inner folds at that penalty. Chooses layers; never a result. */
  readonly innerScore: Matrix;
  /** Outer folds × block targets: Pearson r between prediction and data over the fold's test samples. */
  readonly foldR: Matrix;
  /** Outer folds × block targets: R² over the fold's test samples. */
  readonly foldR2: Matrix;
  /** Block targets: mean over outer folds. 0 for a constant target or prediction. */
  readonly r: Float32Array;
  readonly r2: Float32Array;
  /** Samples × block targets: each sample predicted by the fold that tests it, in the fold's target scaling; NaN elsewhere. */
  readonly predictions: Matrix;
  /** Block targets: 1 where the target is constant, NaN or infinite somewhere; its scores are NaN. */
  readonly excluded: Uint8Array;
}

/** Takes a finished block; awaited before the next is computed. */
export type TakeEncodingBlock = (block: EncodingBlock) => void | Promise<void>;
