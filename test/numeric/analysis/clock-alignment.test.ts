import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitClock, pairUp } from '../../../main/analysis/alignment/fit-clock.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

/** Word onsets of simulated speech: 0.15 to 0.75 s apart. */
function speech(count: number, seed: number): number[] {
  const random = createRandom(seed);
  let clock = 0.4;
  return Array.from({ length: count }, () => {
    clock += 0.15 + 0.6 * random.uniform();
    return clock;
  });
}

interface Planted {
  readonly offset: number;
  readonly drift: number;
  /** Shares of onsets without a mark, and of strangers among the onsets' number. */
  readonly dropped?: number;
  readonly strangers?: number;
  /** Standard deviation of marks, seconds. */
  readonly jitter?: number;
}

function marksOf(onsets: readonly number[], planted: Planted, seed: number): number[] {
  const { offset, drift, dropped = 0, strangers = 0, jitter = 0 } = planted;
  const random = createRandom(seed, 1);
  const own = onsets.flatMap((onset) =>
    random.uniform() < dropped ? [] : [offset + (1 + drift) * onset + jitter * random.normal()],
  );
  const end = offset + onsets[onsets.length - 1];
  const others = Array.from(
    { length: Math.round(strangers * onsets.length) },
    () => offset + random.uniform() * (end - offset),
  );
  return [...own, ...others].sort((a, b) => a - b);
}

const options = { tolerance: 0.05, maxDrift: 0.001, near: null };

describe('the stimulus clock', () => {
  test('offset and drift planted in marks come back to a microsecond, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 300, noNaN: true }),
        fc.double({ min: -5e-4, max: 5e-4, noNaN: true }),
        fc.integer({ min: 1, max: 1000 }),
        (offset, drift, seed) => {
          const onsets = speech(150, seed);
          const fit = fitClock(onsets, marksOf(onsets, { offset, drift }, seed), options);
          expect(fit?.offset).toBeCloseTo(offset, 6);
          expect(fit?.drift).toBeCloseTo(drift, 8);
          expect(fit?.pairs).toHaveLength(150);
          expect(fit?.alternative).toBeNull();
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each<[string, Omit<Planted, 'offset' | 'drift'>]>([
    ['30 % of triggers lost', { dropped: 0.3 }],
    ['as many strangers as marks', { strangers: 1 }],
    ['half lost, as many strangers, 4 ms of jitter', { dropped: 0.5, strangers: 0.5, jitter: 0.004 }],
  ])('%s: still found, within three standard errors', (_, harm) => {
    const [offset, drift] = [12.345, 8e-5];
    for (let seed = 1; seed <= 5; seed++) {
      const onsets = speech(600, seed);
      const fit = fitClock(onsets, marksOf(onsets, { offset, drift, ...harm }, seed), options);
      const [offsetError, driftError] = [fit?.offsetError ?? Number.NaN, fit?.driftError ?? Number.NaN];
      expect(Math.abs((fit?.offset ?? 0) - offset)).toBeLessThan(
        1e-9 + 3.5 * offsetError + 2e-3 * (harm.strangers ?? 0),
      );
      expect(Math.abs((fit?.drift ?? 0) - drift)).toBeLessThan(
        1e-9 + 3.5 * driftError + 1e-5 * (harm.strangers ?? 0),
      );
      expect(Math.abs((fit?.offset ?? 0) - offset)).toBeLessThan(0.003);
    }
  });

  test('standard errors are what the spread over repetitions is', () => {
    const onsets = speech(200, 7);
    const found = Array.from({ length: 80 }, (_, seed) =>
      fitClock(onsets, marksOf(onsets, { offset: 3, drift: 1e-4, jitter: 0.005 }, seed + 1), options),
    );
    const spread = (values: readonly number[]): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    };
    const ratio = (name: 'offset' | 'drift', error: 'offsetError' | 'driftError'): number =>
      spread(found.map((fit) => fit?.[name] ?? Number.NaN)) /
      (found.reduce((sum, fit) => sum + (fit?.[error] ?? Number.NaN), 0) / found.length);
    expect(ratio('offset', 'offsetError')).toBeGreaterThan(0.8);
    expect(ratio('offset', 'offsetError')).toBeLessThan(1.35);
    expect(ratio('drift', 'driftError')).toBeGreaterThan(0.8);
    expect(ratio('drift', 'driftError')).toBeLessThan(1.35);
  });

  test('a regular train of marks that lost its first is called ambiguous', () => {
    const onsets = Array.from({ length: 60 }, (_, at) => at * 0.5);
    const marks = onsets.slice(1).map((onset) => onset + 2);
    const fit = fitClock(onsets, marks, options);
    expect(fit?.alternative).not.toBeNull();
    const near = fitClock(onsets, marks, { ...options, tolerance: 0.02, near: 2 });
    expect(near?.offset).toBeCloseTo(2, 6);
  });

  test('one mark gives the offset and no error; none gives nothing', () => {
    const one = fitClock([0], [17.25], { ...options, maxDrift: 0 });
    expect(one).toMatchObject({ drift: 0, offsetError: null, driftError: null, alternative: null });
    expect(one?.offset).toBeCloseTo(17.25, 9);
    expect(fitClock([0, 1], [], options)).toBeNull();
  });

  test('pairs are one to one', () => {
    const pairs = pairUp([0, 0.01, 1], [0.004, 1.002, 1.003], { offset: 0, drift: 0 }, 0.05);
    expect(pairs.map(({ onset, mark }) => [onset, mark])).toEqual([
      [0, 0],
      [2, 1],
    ]);
  });
});
