import type { LanguageBatches } from './language-batches.ts';

/** Cross-entropy in nats of simple models on the very tokens that a language model is scored on. */
export interface NgramBaselines {
  /** Knows how often each token is. */
  readonly unigram: number;
  /** Knows the token before, too. */
  readonly bigram: number;
}

/** Strengths of smoothing that are tried for bigrams. */
const STRENGTHS = [1, 3, 10, 30, 100, 300, 1000];

/**
 * Unigrams with one count added to each token, and bigrams smoothed towards them (hierarchical Dirichlet prior, MacKay
 * & Peto 1995): p(b|a) = (n(ab) + s·p(b)) / (n(a) + s). The strength s is the one that does best on the scored tokens
 * themselves: what is compared with these must beat them at their best.
 * @param training tokens that are counted
 * @param count of held-out batches that are scored
 */
export function ngramBaselines(
  training: Int32Array,
  batches: LanguageBatches,
  count: number,
  vocabularySize: number,
): NgramBaselines {
  const unigrams = new Float64Array(vocabularySize).fill(1);
  for (const token of training) unigrams[token]++;
  const total = training.length + vocabularySize;
  const bigrams = new Map<number, number>();
  const firsts = new Float64Array(vocabularySize);
  for (let at = 1; at < training.length; at++) {
    const pair = training[at - 1] * vocabularySize + training[at];
    bigrams.set(pair, (bigrams.get(pair) ?? 0) + 1);
    firsts[training[at - 1]]++;
  }
  let unigram = 0;
  let scored = 0;
  const sums = STRENGTHS.map(() => 0);
  for (let index = 0; index < count; index++) {
    const { ids, targets } = batches.heldOut(index);
    const [before, after] = [ids, targets].map(({ data }) => Array.from(data as BigInt64Array, Number));
    for (const [at, token] of after.entries()) {
      const alone = unigrams[token] / total;
      unigram -= Math.log(alone);
      const together = bigrams.get(before[at] * vocabularySize + token) ?? 0;
      for (const [slot, strength] of STRENGTHS.entries())
        sums[slot] -= Math.log((together + strength * alone) / (firsts[before[at]] + strength));
      scored++;
    }
  }
  return { unigram: unigram / scored, bigram: Math.min(...sums) / scored };
}
