import type { ItemText } from '../../contract/item-sets.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { FeatureSpace } from '../../stimuli/feature-space.ts';
import { type Matrix, stackRows } from '../../tensor/matrix.ts';

export interface EmbedOptions {
  /** Words before the word in question that a contextual model sees; never words of another text. */
  readonly lookBackWords: number;
  /** Seed of untrained weights. */
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
}

/** Embeddings of every word of all texts, text after text: one matrix words × dimensions per layer. */
export interface TextEmbeddings {
  readonly layers: readonly { readonly name: string; readonly values: Matrix }[];
  /** 0 for words that the model has nothing for; their rows are zeros. */
  readonly known: Uint8Array;
}

/** 1 for rows that are not all zeros in the first layer. */
export function knownRows({ rows, cols, data }: Matrix): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, row) =>
    data.subarray(row * cols, (row + 1) * cols).some((value) => value !== 0) ? 1 : 0,
  );
}

/**
 * Embeddings of all words by a feature space. Models of words out of context are asked once for all texts, contextual
 * ones text by text, so that no context passes from one text to the next.
 */
export async function embedTexts(
  space: FeatureSpace,
  texts: readonly ItemText[],
  { lookBackWords, seed, signal, report }: EmbedOptions,
): Promise<TextEmbeddings> {
  const contextual = space.uses.includes('lookBackWords') && texts.some(({ words }) => words.length > 1);
  const groups = contextual ? texts.map(({ words }) => words) : [texts.flatMap(({ words }) => words)];
  const total = groups.reduce((sum, words) => sum + words.length, 0);
  const parts: Matrix[][] = [];
  let done = 0;
  for (const words of groups) {
    signal.throwIfAborted();
    const timed = words.map(({ text }, onset) => ({ text, onset, duration: 1 }));
    const settings = { lookBackWords: contextual ? lookBackWords : 0, seed };
    parts.push(await space.compute(timed, { settings, signal, report: () => {} }));
    done += words.length;
    report({ phase: `embeddings ${space.info.id}`, done, total, unit: 'words' });
  }
  const layers = space.info.layers.map((name, layer) => ({
    name,
    values: stackRows(parts.map((part) => part[layer])),
  }));
  return { layers, known: knownRows(layers[0].values) };
}
