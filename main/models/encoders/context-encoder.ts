import type { ReportProgress } from '../../core/progress.ts';
import type { Matrix } from '../../tensor/matrix.ts';

/** How long work is watched and stopped. */
export interface EncodeOptions {
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
}

/** A model that gives each word of a text a state per layer, computed from a window that ends in that word. */
export interface ContextEncoder {
  /** Lowest first. */
  readonly layers: readonly { readonly name: string; readonly dimensions: number }[];
  /**
   * States of the last word of each window: one window × dimensions matrix per layer. The word's state is the mean over
   * its sub-word tokens. A window longer than the model's limit loses words at its beginning.
   */
  encodeWindows(windows: readonly (readonly string[])[], options: EncodeOptions): Promise<Matrix[]>;
  /** Frees native memory. Safe to call twice. */
  release(): Promise<void>;
}
