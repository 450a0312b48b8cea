import { z } from 'zod';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { encodeModel } from '../../graph/onnx/encode.ts';
import { openSession, type Session, type SessionOptions } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import {
  buildUseLite,
  USE_LITE_LAYERS,
  USE_LITE_MAX_TOKENS,
  type UseLiteWeights,
} from '../architectures/use-lite.ts';
import { UnigramTokenizer } from '../tokenizers/unigram.ts';
import type { ContextEncoder, EncodeOptions } from './context-encoder.ts';
import { lengthSortedBatches, padTokens } from './token-batch.ts';
import { untrainedWeights, weightsOf } from './use-lite-weights.ts';

/** Windows per run: enough to keep two cores busy, small enough to be cancelled soon. */
const BATCH_WINDOWS = 48;
/** Pieces of the vocabulary that never match text: unknown, sentence marks, three spare ones. */
const RESERVED_PIECES = 6;

/** A few pieces come without a score; the reference counts them as 0. */
const vocabularySchema = z.array(
  z.tuple([
    z.string(),
    z
      .number()
      .nullable()
      .transform((score) => score ?? 0),
  ]),
);

export interface UseLiteOptions extends SessionOptions {
  /** Seed of the random weights of an untrained copy; trained weights where it is left out. */
  readonly untrainedSeed?: number;
}

/** The tokenizer of the bundled encoder. @throws UserError `resources.missing` */
export async function openUseLiteTokenizer(resources: ResourceStore): Promise<UnigramTokenizer> {
  const text = new TextDecoder().decode(await resources.read(RESOURCES.encoderVocabulary));
  return new UnigramTokenizer(vocabularySchema.parse(JSON.parse(text)), RESERVED_PIECES);
}

/** Weights of the bundled encoder, trained or drawn anew. @throws UserError `resources.missing` */
export async function loadUseLiteWeights(
  resources: ResourceStore,
  untrainedSeed?: number,
): Promise<UseLiteWeights> {
  const trained = weightsOf(await resources.read(RESOURCES.encoder));
  return untrainedSeed === undefined ? trained : untrainedWeights(trained, untrainedSeed);
}

/**
 * Opens the bundled text encoder (Universal Sentence Encoder lite) for words in context: layers hidden_0 (embedding and
 * position, 256), hidden_1 and hidden_2 (512). The model sees both directions, so windows must end where the reader or
 * listener is.
 * @throws UserError `resources.missing`, `runtime.load-failed`
 */
export async function openUseLite(
  resources: ResourceStore,
  options: UseLiteOptions = {},
): Promise<ContextEncoder> {
  const tokenizer = await openUseLiteTokenizer(resources);
  const weights = await loadUseLiteWeights(resources, options.untrainedSeed);
  const session = await openSession(encodeModel(buildUseLite(weights, 'last-word')), options);
  return {
    layers: USE_LITE_LAYERS,
    encodeWindows: (windows, encodeOptions) => encodeWindows(session, tokenizer, windows, encodeOptions),
    release: () => session.release(),
  };
}

/** A window as ids, and how many of them, at its end, are the last word's. */
interface TokenWindow {
  readonly ids: readonly number[];
  readonly lastWord: number;
}

function tokenWindow(tokenizer: UnigramTokenizer, words: readonly string[]): TokenWindow {
  const ids: number[] = [];
  const last = tokenizer.encodeWord(words.at(-1) ?? '').slice(0, USE_LITE_MAX_TOKENS);
  ids.push(...last);
  for (let index = words.length - 2; index >= 0; index--) {
    const before = tokenizer.encodeWord(words[index]);
    if (ids.length + before.length > USE_LITE_MAX_TOKENS) break;
    ids.unshift(...before);
  }
  return { ids, lastWord: last.length };
}

async function encodeWindows(
  session: Session,
  tokenizer: UnigramTokenizer,
  windows: readonly (readonly string[])[],
  { signal, report }: EncodeOptions,
): Promise<Matrix[]> {
  const layers = USE_LITE_LAYERS.map(({ dimensions }) => zeros(windows.length, dimensions));
  const tokens = windows.map((words) => tokenWindow(tokenizer, words));
  // A window whose last word has no tokens (empty text) keeps zeros.
  const filled = tokens.flatMap(({ lastWord }, index) => (lastWord > 0 ? [index] : []));
  let done = windows.length - filled.length;
  for (const batch of lengthSortedBatches(
    filled.map((index) => tokens[index].ids.length),
    BATCH_WINDOWS,
  )) {
    signal.throwIfAborted();
    const rows = batch.map((position) => filled[position]);
    const results = await session.run(lastWordFeeds(rows.map((row) => tokens[row])));
    USE_LITE_LAYERS.forEach(({ name, dimensions }, layer) => {
      const values = float32Of(results[name], name);
      rows.forEach((row, at) => {
        layers[layer].data.set(values.subarray(at * dimensions, (at + 1) * dimensions), row * dimensions);
      });
    });
    done += rows.length;
    report({ phase: 'encoding', done, total: windows.length, unit: 'words' });
  }
  return layers;
}

function lastWordFeeds(windows: readonly TokenWindow[]): Record<string, TensorValue> {
  const { ids, mask } = padTokens(windows.map((window) => window.ids));
  const pieces = Math.max(...windows.map((window) => window.lastWord));
  const dims = [windows.length, pieces];
  const positions = new BigInt64Array(windows.length * pieces);
  const weights = new Float32Array(windows.length * pieces);
  windows.forEach(({ ids: row, lastWord }, at) => {
    for (let piece = 0; piece < lastWord; piece++) {
      positions[at * pieces + piece] = BigInt(row.length - lastWord + piece);
      weights[at * pieces + piece] = 1 / lastWord;
    }
  });
  return {
    ids,
    mask,
    positions: { type: 'int64', dims, data: positions },
    weights: { type: 'float32', dims, data: weights },
  };
}
