import type { FeatureSpaceInfo, Word } from '../contract/stimuli.ts';
import type { ReportProgress } from '../core/progress.ts';
import type { Matrix } from '../tensor/matrix.ts';

/** Settings that some spaces heed; part of the cache key. */
export interface FeatureSettings {
  /** Words before the word in question that a contextual encoder sees. */
  readonly lookBackWords: number;
  /** Seed of the untrained encoder's weights. */
  readonly seed: number;
}

export const DEFAULT_FEATURE_SETTINGS: FeatureSettings = { lookBackWords: 20, seed: 1 };

export interface FeatureOptions {
  readonly settings: FeatureSettings;
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
}

/** Something that turns the words of one run into numbers, one row a word. */
export interface FeatureSpace {
  readonly info: FeatureSpaceInfo;
  /**
   * What averaging within a sample does: 'mean' over its words for properties of words, 'sum' for counts. Lanczos treats
   * both alike.
   */
  readonly pooling: 'mean' | 'sum';
  /** Those settings that change this space's values; others do not enter the cache key. */
  readonly uses: readonly (keyof FeatureSettings)[];
  /** Primary language subtag of the words it was made for ("en"); null where any language will do. */
  readonly language: string | null;
  /** Hash of the data or weights behind the space. */
  fingerprint(): Promise<string>;
  /** One word × dimension matrix per layer, in the order of `info.layers`. Words must be in order of onset. */
  compute(words: readonly Word[], options: FeatureOptions): Promise<Matrix[]>;
  /** Frees what `compute` kept open. */
  release(): Promise<void>;
}
