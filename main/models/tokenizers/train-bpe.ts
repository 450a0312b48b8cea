import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReportProgress } from '../../core/progress.ts';
import { BYTE_CHARACTERS, textPieces, toByteCharacters } from './byte-level.ts';
import { MergeQueue, type Pair } from './merge-queue.ts';

/** What byte-pair encoding learnt: tokens by id, and the merges in the order in which they apply. */
export interface TrainedBpe {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

export interface BpeOptions {
  /** Tokens in all, special ones and the 256 bytes included. Fewer come out of a short text. */
  readonly vocabularySize: number;
  /** Tokens that stand for no text; they get the first ids. */
  readonly specialTokens: readonly string[];
  /** Pairs that are rarer are not merged. Default 2. */
  readonly minFrequency?: number;
}

/**
 * Byte-level byte-pair encoding (Sennrich, Haddow & Birch 2016, over bytes as in GPT-2). Deterministic: the most
 * frequent pair is merged first, of equally frequent ones that with the smaller ids. Follows the trainer of Hugging
 * Face's tokenizers step by step, so that both learn the same merges.
 */
export async function trainBpe(
  texts: Iterable<string>,
  options: BpeOptions,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<TrainedBpe> {
  const { vocabularySize, specialTokens, minFrequency = 2 } = options;
  const tokens = [...specialTokens, ...BYTE_CHARACTERS.toSorted((a, b) => (a < b ? -1 : 1))];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const words = countWords(texts, ids);
  const counts = new Map<Pair, number>();
  const queue = new MergeQueue();
  let seen = new Map<Pair, Set<number>>();
  for (const [at, { symbols, count }] of words.entries()) {
    for (let slot = 1; slot < symbols.length; slot++) note(symbols[slot - 1], symbols[slot], 1, at, count);
  }
  const enqueue = () => {
    for (const [pair, where] of seen) {
      const count = counts.get(pair) ?? 0;
      if (count > 0) queue.push({ pair, count, where });
    }
    seen = new Map();
  };
  enqueue();
  const merges: [string, string][] = [];
  while (tokens.length < vocabularySize) {
    const top = queue.pop();
    if (top === undefined) break;
    const now = counts.get(top.pair) ?? 0;
    if (top.count !== now) {
      // Other merges have used some of its places up since it was queued.
      queue.push({ ...top, count: now });
      continue;
    }
    if (top.count < Math.max(1, minFrequency)) break;
    const [first, second] = partsOf(top.pair);
    const token = tokens[first] + tokens[second];
    const id = ids.get(token) ?? tokens.length;
    if (id === tokens.length) {
      tokens.push(token);
      ids.set(token, id);
    }
    merges.push([tokens[first], tokens[second]]);
    for (const at of top.where) {
      mergeIn(words[at].symbols, first, second, id, (a, b, change) =>
        note(a, b, change, at, words[at].count),
      );
    }
    enqueue();
    if (merges.length % 64 === 0) {
      await nextTurn();
      signal.throwIfAborted();
      report({ phase: 'tokenizer', done: tokens.length, total: vocabularySize, unit: 'tokens' });
    }
  }
  return { tokens, merges };

  function note(a: number, b: number, change: number, at: number, count: number): void {
    const pair = pairOf(a, b);
    counts.set(pair, (counts.get(pair) ?? 0) + change * count);
    if (change < 0) return;
    const where = seen.get(pair);
    if (where === undefined) seen.set(pair, new Set([at]));
    else where.add(at);
  }
}

/** Ids of a pair as one number, ordered as the pairs are. */
const pairOf = (first: number, second: number): Pair => first * 2 ** 26 + second;
const partsOf = (pair: Pair): [number, number] => [Math.floor(pair / 2 ** 26), pair % 2 ** 26];

function countWords(
  texts: Iterable<string>,
  ids: ReadonlyMap<string, number>,
): { readonly symbols: number[]; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const piece of textPieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  return [...counts].map(([piece, count]) => ({
    symbols: Array.from(toByteCharacters(piece), (character) => ids.get(character) ?? 0),
    count,
  }));
}

/** Replaces every pair in a word, left to right, and tells which neighbouring pairs went and came. */
function mergeIn(
  symbols: number[],
  first: number,
  second: number,
  id: number,
  tell: (a: number, b: number, change: number) => void,
): void {
  for (let at = 0; at + 1 < symbols.length; at++) {
    if (symbols[at] !== first || symbols[at + 1] !== second) continue;
    if (at > 0) {
      tell(symbols[at - 1], first, -1);
      tell(symbols[at - 1], id, 1);
    }
    symbols.splice(at, 2, id);
    if (at + 1 < symbols.length) {
      tell(second, symbols[at + 1], -1);
      tell(id, symbols[at + 1], 1);
    }
  }
}
