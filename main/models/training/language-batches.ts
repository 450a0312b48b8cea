import { UserError } from '../../core/errors.ts';
import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import type { PassSize } from './language-loss.ts';
import type { Batch } from './trainer.ts';

/** Marks that a masked model is trained with. */
export interface MaskingTokens {
  readonly begin: number;
  readonly end: number;
  readonly mask: number;
  readonly vocabularySize: number;
  /** Ids below this stand for no text and are never put in place of a token. */
  readonly firstText: number;
}

/** Streams of random numbers of one seed: batches must not share theirs with first weights. */
const BATCHES = 1_000_000_000;
const HELD_OUT = 2_000_000_000;

/**
 * Batches of a row of tokens. Every batch follows from seed, step and pass alone, so a resumed run sees the very same.
 * Windows begin anywhere in the row.
 */
export interface LanguageBatches {
  training(seed: number, step: number, pass: number): Batch;
  /** The n-th batch that scores: windows that follow each other, the same for every seed and step. */
  heldOut(index: number): Batch;
  /** How many batches the held-out row gives. */
  readonly heldOutCount: number;
}

/**
 * Next-token batches, or masked ones where `masking` is given (Devlin et al. 2019: of the guessed tokens 80 % are
 * masked, 10 % replaced, 10 % left; each sequence has the same number of them).
 * @throws UserError `corpus.too-short`
 */
export function languageBatches(
  training: Int32Array,
  heldOut: Int32Array,
  size: PassSize,
  masking: MaskingTokens | null,
): LanguageBatches {
  const { batch, sequence } = size;
  // A next-token window holds one token more than it reads, a masked one two fewer, for its marks.
  const window = masking === null ? sequence + 1 : sequence - 2;
  for (const [row, what] of [
    [training, 'training'],
    [heldOut, 'held-out'],
  ] as const) {
    if (row.length >= window) continue;
    throw new UserError(
      'corpus.too-short',
      `The ${what} part of the corpus has ${row.length} tokens, fewer than one sequence of ${window}: give more text, or shorter sequences.`,
      { part: what, tokens: row.length, needed: window },
    );
  }
  const make = (row: Int32Array, starts: readonly number[], random: Random): Batch =>
    masking === null
      ? nextTokenBatch(row, starts, sequence)
      : maskedBatch(row, starts, size, masking, random);
  const windows = Math.floor(
    (heldOut.length - (masking === null ? 1 : 0)) / (masking === null ? sequence : window),
  );
  return {
    training(seed, step, pass) {
      const random = createRandom(seed, BATCHES + step * 1024 + pass);
      const starts = Array.from({ length: batch }, () => random.integer(training.length - window + 1));
      return make(training, starts, random);
    },
    heldOut(index) {
      const stride = masking === null ? sequence : window;
      const starts = Array.from({ length: batch }, (_, at) => ((index * batch + at) % windows) * stride);
      return make(heldOut, starts, createRandom(0, HELD_OUT + index));
    },
    heldOutCount: Math.max(1, Math.floor(windows / batch)),
  };
}

function nextTokenBatch(row: Int32Array, starts: readonly number[], sequence: number): Batch {
  const ids = new BigInt64Array(starts.length * sequence);
  const targets = new BigInt64Array(ids.length);
  for (const [line, start] of starts.entries()) {
    for (let at = 0; at < sequence; at++) {
      ids[line * sequence + at] = BigInt(row[start + at]);
      targets[line * sequence + at] = BigInt(row[start + at + 1]);
    }
  }
  return {
    ids: { type: 'int64', dims: [starts.length, sequence], data: ids },
    targets: { type: 'int64', dims: [targets.length], data: targets },
  };
}

function maskedBatch(
  row: Int32Array,
  starts: readonly number[],
  { sequence, guessed }: PassSize,
  { begin, end, mask, vocabularySize, firstText }: MaskingTokens,
  random: Random,
): Batch {
  const ids = new BigInt64Array(starts.length * sequence);
  const targets = new BigInt64Array(starts.length * guessed);
  const positions = new BigInt64Array(targets.length);
  for (const [line, start] of starts.entries()) {
    const base = line * sequence;
    ids[base] = BigInt(begin);
    ids[base + sequence - 1] = BigInt(end);
    for (let at = 1; at < sequence - 1; at++) ids[base + at] = BigInt(row[start + at - 1]);
    for (const [slot, place] of chosen(random, sequence - 2, guessed).entries()) {
      const at = base + 1 + place;
      targets[line * guessed + slot] = ids[at];
      positions[line * guessed + slot] = BigInt(at);
      const fate = random.uniform();
      if (fate < 0.8) ids[at] = BigInt(mask);
      else if (fate < 0.9) ids[at] = BigInt(firstText + random.integer(vocabularySize - firstText));
    }
  }
  return {
    ids: { type: 'int64', dims: [starts.length, sequence], data: ids },
    targets: { type: 'int64', dims: [targets.length], data: targets },
    positions: { type: 'int64', dims: [positions.length], data: positions },
  };
}

/** So many different places of `length`, ascending (Fisher–Yates, cut short). */
function chosen(random: Random, length: number, count: number): number[] {
  const places = Array.from({ length }, (_, at) => at);
  for (let at = 0; at < count; at++) {
    const other = at + random.integer(length - at);
    [places[at], places[other]] = [places[other], places[at]];
  }
  return places.slice(0, count).sort((a, b) => a - b);
}
