import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../main/core/progress.ts';
import { readModel } from '../../../main/models/folder/read-model.ts';
import { type CausalReader, openCausalReader } from '../../../main/models/generation/causal-reader.ts';
import { generate } from '../../../main/models/generation/generate.ts';
import type { GenerationOptions, Strategy } from '../../../main/models/generation/generation-options.ts';
import {
  logSoftmax,
  noRepeatNgram,
  nucleus,
  type TokenFilter,
  temperature,
  topK,
  topOf,
} from '../../../main/models/generation/token-scores.ts';
import { openLanguageModel } from '../../../main/models/running/language-model.ts';
import { openTextScorer } from '../../../main/models/scoring/text-scorer.ts';

interface Continuation {
  readonly ids: number[];
  readonly stopped: boolean;
}
interface Fixture {
  readonly prompts: number[][];
  readonly new_tokens: number;
  readonly models: Record<
    string,
    { stop: number; runs: Record<string, Continuation[]>; log_probabilities: number[][] }
  >;
  readonly filters: { scores: number[]; tokens: number[]; results: Record<string, (number | null)[]> };
}

const folder = join(import.meta.dirname, '../../fixtures/models');
const fixture: Fixture = JSON.parse(readFileSync(join(folder, 'generation.json'), 'utf8'));
const models = Object.entries(fixture.models);
const { signal } = new AbortController();

const options = (
  strategy: Strategy,
  stopIds: readonly number[] = [],
  filters: readonly TokenFilter[] = [],
  newTokens = fixture.new_tokens,
): GenerationOptions => ({ strategy, stopIds, filters, newTokens, signal, report: ignoreProgress });

const beam = (beams: number, lengthPenalty: number): Strategy => ({ kind: 'beam', beams, lengthPenalty });
const settings: Record<string, readonly [Strategy, readonly TokenFilter[]]> = {
  greedy: [{ kind: 'greedy' }, []],
  'greedy, no 2-gram twice': [{ kind: 'greedy' }, [noRepeatNgram(2)]],
  'beam 3': [beam(3, 1), []],
  'beam 4, no 3-gram twice': [beam(4, 1), [noRepeatNgram(3)]],
  'beam 3, length penalty 0': [beam(3, 0), []],
  'beam 5, length penalty 2': [beam(5, 2), []],
};

async function withReader<T>(name: string, use: (reader: CausalReader) => Promise<T>): Promise<T> {
  const reader = await openCausalReader(await readModel(join(folder, name)));
  try {
    return await use(reader);
  } finally {
    await reader.release();
  }
}

describe.each(models)('%s', (name, expected) => {
  it('read piece by piece, gives the scores it gives at once', async () => {
    const model = await openLanguageModel(await readModel(join(folder, name)));
    const text = [9, 33, 2, 58, 17, 17, 40, 5, 26, 11];
    const { logits } = await model.run([text], { hidden: [], attention: [], logits: true });
    await model.release();
    if (logits === null) throw new Error('a causal model has logits');
    const size = model.config.vocabularySize;
    const worst = await withReader(name, async (reader) => {
      let largest = 0;
      for (const first of [1, 4]) {
        let scores = await reader.start([text.slice(0, first)]);
        for (let read = first; read < text.length; read++) {
          const whole = logits.subarray((read - 1) * size, read * size);
          for (let at = 0; at < size; at++) largest = Math.max(largest, Math.abs(scores[at] - whole[at]));
          scores = await reader.next([text[read]], [0]);
        }
      }
      return largest;
    });
    expect(worst).toBeLessThanOrEqual(1e-5);
    expect(worst).toBeGreaterThanOrEqual(0);
  });

  it.each(Object.keys(settings))('continues as transformers does: %s', async (label) => {
    const [strategy, filters] = settings[label];
    const results = await withReader(name, (reader) =>
      generate(reader, fixture.prompts, options(strategy, [expected.stop], filters)),
    );
    expect(results.map(({ ids, ended }) => ({ ids, stopped: ended === 'stop' }))).toEqual(
      expected.runs[label],
    );
  });

  it('scores texts as torch does, whatever batch they are in', async () => {
    const scorer = await openTextScorer(await readModel(join(folder, name)));
    const scores = await scorer.score(fixture.prompts, { begin: null, signal, report: ignoreProgress });
    const marked = await scorer.score(
      fixture.prompts.map((text) => text.slice(1)),
      { begin: fixture.prompts[1][0], signal, report: ignoreProgress },
    );
    await scorer.release();
    for (const [at, score] of scores.entries()) {
      const reference = expected.log_probabilities[at];
      expect(score.logProbabilities).toHaveLength(reference.length);
      for (const [token, value] of score.logProbabilities.entries())
        expect(Math.abs(value - reference[token])).toBeLessThanOrEqual(1e-5);
      expect(score.total).toBeCloseTo(
        reference.reduce((sum, value) => sum + value, 0),
        4,
      );
    }
    // The mark takes the place of the first token: the same text, the same sum.
    expect(marked[1].total).toBeCloseTo(scores[1].total, 4);
  });
});

describe('generation', () => {
  it('draws by the seed alone, whatever texts are beside', async () => {
    await withReader('llama', async (reader) => {
      const strategy: Strategy = { kind: 'sample', seed: 5, temperature: 1.3, topK: 30, nucleus: 0.95 };
      const [first] = await generate(reader, [fixture.prompts[0]], options(strategy));
      const [again, other] = await generate(reader, [fixture.prompts[0], [7, 7, 7, 7]], options(strategy));
      expect(again.ids).toEqual(first.ids);
      expect(other.ids).not.toEqual(first.ids);
      const [changed] = await generate(reader, [fixture.prompts[0]], options({ ...strategy, seed: 6 }));
      expect(changed.ids).not.toEqual(first.ids);
    });
  });

  it('draws tokens as often as the model says', async () => {
    await withReader('gpt2', async (reader) => {
      const prompt = fixture.prompts[0];
      const probabilities = logSoftmax(await reader.start([prompt])).map(Math.exp);
      const draws = 3000;
      const counts = new Float64Array(probabilities.length);
      const texts = Array.from({ length: draws }, () => prompt);
      const results = await generate(reader, texts, options({ kind: 'sample', seed: 3 }, [], [], 1));
      for (const { ids } of results) counts[ids[0]]++;
      const chiSquare = counts.reduce(
        (sum, count, at) => sum + (count - draws * probabilities[at]) ** 2 / (draws * probabilities[at]),
        0,
      );
      // Chi-square of 59 degrees of freedom passes 98.3 once in a thousand times.
      expect(chiSquare).toBeLessThan(98.3);
    });
  });

  it('ends at the longest sequence of the model and says so', async () => {
    await withReader('gpt2', async (reader) => {
      const prompt = Array.from({ length: 20 }, (_, at) => at);
      for (const strategy of [{ kind: 'greedy' } as const, beam(2, 1)]) {
        const [result] = await generate(reader, [prompt], options(strategy));
        expect(result.ids).toHaveLength(4);
        expect(result.ended).toBe('model-limit');
      }
    });
  });

  it('ranks beams by the scorer it is given', async () => {
    await withReader('llama', async (reader) => {
      const wanted = [11, 22, 33];
      const results = await generate(
        reader,
        [fixture.prompts[0]],
        options(
          {
            kind: 'beam',
            beams: 2,
            lengthPenalty: 0,
            breadth: 60,
            scorer: async (candidates) =>
              candidates.map(({ ids }) => ids.filter((id, at) => id === wanted[at]).length),
          },
          [],
          [],
          3,
        ),
      );
      expect(results[0].ids).toEqual(wanted);
    });
  });

  it('gives the log-probability of what it chose', async () => {
    const scorer = await openTextScorer(await readModel(join(folder, 'qwen2')));
    await withReader('qwen2', async (reader) => {
      const prompt = fixture.prompts[2];
      for (const strategy of [{ kind: 'sample', seed: 1, temperature: 2 } as const, beam(3, 1)]) {
        const [result] = await generate(reader, [prompt], options(strategy));
        const [score] = await scorer.score([[...prompt, ...result.ids]], {
          begin: null,
          signal,
          report: ignoreProgress,
        });
        const tail = score.logProbabilities.slice(prompt.length - 1).reduce((sum, value) => sum + value, 0);
        expect(result.logProbability).toBeCloseTo(tail, 4);
      }
    });
    await scorer.release();
  });
});

describe('filters', () => {
  const { scores, tokens, results } = fixture.filters;
  const ours: Record<string, TokenFilter> = {
    'temperature 0.7': temperature(0.7),
    'top-k 5': topK(5),
    'nucleus 0.8': nucleus(0.8),
    'nucleus 0.05': nucleus(0.05),
    'no 3-gram twice': noRepeatNgram(3),
    'no 1-gram twice': noRepeatNgram(1),
  };
  it.each(Object.keys(results))('%s does what transformers does', (label) => {
    const filtered = Float64Array.from(scores);
    ours[label](filtered, tokens);
    expect([...filtered]).toEqual(
      results[label].map((value) => (value === null ? Number.NEGATIVE_INFINITY : expect.closeTo(value, 6))),
    );
  });

  const anyScores = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 });

  it('the nucleus is the smallest set of likeliest tokens that reaches the mass', () => {
    fc.assert(
      fc.property(anyScores, fc.double({ min: 0.01, max: 1, noNaN: true }), (given, mass) => {
        const kept = Float64Array.from(given);
        nucleus(mass)(kept, []);
        const probabilities = logSoftmax(given).map(Math.exp);
        const inside = probabilities.filter((_, at) => kept[at] !== Number.NEGATIVE_INFINITY);
        const outside = probabilities.filter((_, at) => kept[at] === Number.NEGATIVE_INFINITY);
        const sum = inside.reduce((total, value) => total + value, 0);
        expect(inside.length).toBeGreaterThan(0);
        expect(Math.min(...inside)).toBeGreaterThanOrEqual(Math.max(0, ...outside));
        expect(sum).toBeGreaterThanOrEqual(mass - 1e-9);
        expect(sum - Math.min(...inside)).toBeLessThan(mass + 1e-9);
      }),
    );
  });

  it('the largest scores come largest first, in order where equal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 })),
        fc.integer({ min: 1, max: 10 }),
        (given, count) => {
          const sorted = given.map((_, at) => at).sort((a, b) => given[b] - given[a] || a - b);
          expect(topOf(given, count)).toEqual(sorted.slice(0, count));
        },
      ),
    );
  });

  it('no run of tokens comes twice', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }), (given) => {
        const filtered = new Float64Array(4);
        noRepeatNgram(3)(filtered, given);
        const runs = given.slice(2).map((_, at) => given.slice(at, at + 3).join());
        for (let token = 0; token < 4; token++) {
          const next = [...given.slice(-2), token].join();
          expect(filtered[token] === Number.NEGATIVE_INFINITY).toBe(given.length >= 2 && runs.includes(next));
        }
      }),
    );
  });
});
