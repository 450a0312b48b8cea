import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import { beamSearch } from './beam-search.ts';
import type { CausalReader } from './causal-reader.ts';
import { type Generated, type GenerationOptions, room, type Strategy } from './generation-options.ts';
import { largestOf, logSoftmax, nucleus, temperature, topK } from './token-scores.ts';

/**
 * Continues texts. Texts of one length are read together; greedy and beam continuations are fully determined, drawn ones
 * by the seed.
 * @throws UserError as `CausalReader.start`
 */
export async function generate(
  reader: CausalReader,
  texts: readonly (readonly number[])[],
  options: GenerationOptions,
): Promise<Generated[]> {
  const { strategy } = options;
  const results: Generated[] = [];
  let done = 0;
  const finished = () =>
    options.report({ phase: 'generating', done: ++done, total: texts.length, unit: 'texts' });
  if (strategy.kind === 'beam') {
    for (const [at, text] of texts.entries()) {
      results[at] = await beamSearch(reader, text, strategy, options);
      finished();
    }
    return results;
  }
  const choosers = texts.map((_, at) => chooser(strategy, at));
  for (const places of Map.groupBy(texts.keys(), (at) => texts[at].length).values()) {
    const continuations = await continueTogether(
      reader,
      places.map((at) => texts[at]),
      places.map((at) => choosers[at]),
      options,
      finished,
    );
    places.forEach((at, index) => {
      results[at] = continuations[index];
    });
  }
  return results;
}

type Chooser = (scores: Float64Array, tokens: readonly number[]) => number;

function chooser(strategy: Exclude<Strategy, { kind: 'beam' }>, place: number): Chooser {
  if (strategy.kind === 'greedy') return largestOf;
  const filters = [
    ...(strategy.temperature === undefined ? [] : [temperature(strategy.temperature)]),
    ...(strategy.topK === undefined ? [] : [topK(strategy.topK)]),
    ...(strategy.nucleus === undefined ? [] : [nucleus(strategy.nucleus)]),
  ];
  const random = createRandom(strategy.seed, place);
  return (scores, tokens) => {
    for (const filter of filters) filter(scores, tokens);
    return drawn(scores, random);
  };
}

/** A position drawn with the probabilities of softmax(scores). */
function drawn(scores: Float64Array, random: Random): number {
  const logs = logSoftmax(scores);
  let left = random.uniform();
  let last = 0;
  for (let at = 0; at < logs.length; at++) {
    const probability = Math.exp(logs[at]);
    if (probability === 0) continue;
    last = at;
    left -= probability;
    if (left < 0) return at;
  }
  return last;
}

async function continueTogether(
  reader: CausalReader,
  texts: readonly (readonly number[])[],
  choosers: readonly Chooser[],
  { newTokens, stopIds, filters, signal }: GenerationOptions,
  finished: () => void,
): Promise<Generated[]> {
  const limit = room(reader, texts[0], newTokens);
  const tokens = texts.map((text) => [...text]);
  const totals = texts.map(() => 0);
  const ended = texts.map((): Generated['ended'] => (limit < newTokens ? 'model-limit' : 'length'));
  let open = texts.map((_, at) => at);
  signal.throwIfAborted();
  let scores = await reader.start(texts);
  for (let step = 1; step <= limit; step++) {
    const size = reader.config.vocabularySize;
    const kept: number[] = [];
    const next: number[] = [];
    for (const [row, at] of open.entries()) {
      const logs = logSoftmax(scores.subarray(row * size, (row + 1) * size));
      const filtered = logs.slice();
      for (const filter of filters) filter(filtered, tokens[at]);
      const id = choosers[at](filtered, tokens[at]);
      totals[at] += logs[id];
      if (stopIds.includes(id)) {
        ended[at] = 'stop';
        finished();
      } else {
        tokens[at].push(id);
        kept.push(row);
        next.push(id);
      }
    }
    open = kept.map((row) => open[row]);
    if (step === limit || open.length === 0) break;
    signal.throwIfAborted();
    scores = await reader.next(next, kept);
  }
  for (const _ of open) finished();
  return texts.map((text, at) => ({
    ids: tokens[at].slice(text.length),
    logProbability: totals[at],
    ended: ended[at],
  }));
}
