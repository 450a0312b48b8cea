import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignLines } from '../../../main/analysis/eyetracking/lines/assign-lines.ts';
import { type Point, textLayout } from '../../../main/analysis/eyetracking/lines/layout.ts';
import { partition } from '../../../main/analysis/eyetracking/lines/partition.ts';
import type { WordArea } from '../../../main/analysis/eyetracking/reading-measures.ts';
import { type LineMethod, lineMethodSchema } from '../../../main/contract/reading-lines.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const methods = lineMethodSchema.options;
const [LINES, WORDS, SPACING, WIDTH] = [8, 9, 64, 110];

const words: WordArea[] = Array.from({ length: LINES * WORDS }, (_, at) => {
  const [line, place] = [Math.floor(at / WORDS), at % WORDS];
  const [left, top] = [300 + place * WIDTH, 120 + line * SPACING];
  return { word: `w${at}`, line, left, top, right: left + WIDTH - 16, bottom: top + 30 };
});
const text = textLayout(words);

interface Drift {
  readonly noise?: number;
  /** Pixels down per pixel to the right. */
  readonly slope?: number;
  /** Growth of line distances. */
  readonly shift?: number;
  readonly offset?: number;
}

/** Simulated reading after Carr et al.'s simulation: one fixation a word, noise, slope, shift and offset. */
function read(
  { noise = 0, slope = 0, shift = 0, offset = 0 }: Drift,
  seed = 1,
): { points: Point[]; truth: number[] } {
  const random = createRandom(seed);
  const points = words.map(({ left, right, line }) => {
    const x = left + (right - left) * (0.5 + 0.3 * (random.uniform() - 0.5));
    const y = 135 + line * SPACING * (1 + shift) + (x - 300) * slope + offset + noise * random.normal();
    return { x, y };
  });
  return { points, truth: words.map(({ line }) => line) };
}

function accuracy(method: LineMethod, drift: Drift, seed = 1): number {
  const { points, truth } = read(drift, seed);
  const { lines } = assignLines(points, text, [method]);
  return lines.filter((line, at) => line === truth[at]).length / truth.length;
}

describe('lines of fixations', () => {
  test.each(methods)('%s finds every line where nothing drifts', (method) => {
    expect(accuracy(method, {})).toBe(1);
    expect(accuracy(method, { noise: 4 })).toBe(1);
  });

  test.each<[string, Drift, LineMethod[]]>([
    [
      'an offset of 0.6 lines',
      { noise: 5, offset: 38 },
      ['cluster', 'merge', 'regress', 'segment', 'stretch', 'warp'],
    ],
    ['a slope of 0.05', { noise: 5, slope: 0.05 }, ['merge', 'regress', 'segment', 'warp']],
    [
      'lines 8 % too far apart',
      { noise: 5, shift: 0.08 },
      ['cluster', 'merge', 'segment', 'stretch', 'warp'],
    ],
  ])('under %s the methods made for it stay right, and the nearest line is wrong', (_, drift, able) => {
    for (const method of able) expect([method, accuracy(method, drift) >= 0.97]).toEqual([method, true]);
    expect(accuracy('attach', drift)).toBeLessThan(0.95);
  });

  test('segment is led astray by one line read again, warp and attach are not', () => {
    const { points, truth } = read({ noise: 4 });
    const again = [
      ...points.slice(0, 3 * WORDS),
      ...points.slice(WORDS, 2 * WORDS),
      ...points.slice(3 * WORDS),
    ];
    const real = [...truth.slice(0, 3 * WORDS), ...truth.slice(WORDS, 2 * WORDS), ...truth.slice(3 * WORDS)];
    const right = (method: LineMethod) =>
      assignLines(again, text, [method]).lines.filter((line, at) => line === real[at]).length / real.length;
    expect(right('segment')).toBeLessThan(0.9);
    expect(right('attach')).toBe(1);
    expect(right('chain')).toBe(1);
  });

  test('assignments do not depend on the unit of gaze nor on where the text stands', () => {
    const drift = { noise: 8, slope: 0.02, offset: 12 };
    fc.assert(
      fc.property(
        fc.constantFrom(...methods),
        fc.integer({ min: 1, max: 50 }),
        // Powers of two scale without rounding, so that equality may be exact.
        fc.constantFrom(0.0625, 0.25, 1, 4),
        (method, seed, scale) => {
          const { points } = read(drift, seed);
          const scaled = textLayout(
            words.map((word) => ({
              ...word,
              left: word.left * scale,
              right: word.right * scale,
              top: word.top * scale,
              bottom: word.bottom * scale,
            })),
          );
          const moved = points.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
          expect(assignLines(moved, scaled, [method]).lines).toEqual(
            assignLines(points, text, [method]).lines,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a consensus is no worse than the median method, and tells how far methods agree', () => {
    const drift = { noise: 12, slope: 0.03, offset: 15 };
    const { points, truth } = read(drift, 3);
    const single = methods.map((method) => accuracy(method, drift, 3)).sort((a, b) => a - b);
    const { lines, agreement } = assignLines(points, text, methods);
    const right = lines.filter((line, at) => line === truth[at]).length / truth.length;
    expect(right).toBeGreaterThanOrEqual(single[methods.length >> 1]);
    for (const share of agreement)
      expect(share * methods.length).toBeCloseTo(Math.round(share * methods.length), 9);
    expect(Math.max(...agreement)).toBe(1);
    expect(Math.min(...agreement)).toBeLessThan(1);
  });

  test('of equal votes the method that comes first decides', () => {
    const { points } = read({ offset: 38 });
    const of = (first: LineMethod, second: LineMethod) => assignLines(points, text, [first, second]).lines;
    expect(of('attach', 'segment')).toEqual(assignLines(points, text, ['attach']).lines);
    expect(of('segment', 'attach')).toEqual(assignLines(points, text, ['segment']).lines);
  });

  test('one line, one fixation, none: nothing breaks', () => {
    const line = textLayout(words.slice(0, WORDS));
    expect(assignLines([{ x: 1, y: 999 }], line, ['merge']).lines).toEqual([0]);
    expect(assignLines([], text, ['warp']).lines).toEqual([]);
    for (const method of methods) {
      const [one] = assignLines([{ x: 500, y: 135 + 2 * SPACING }], text, [method]).lines;
      expect(one).toBeGreaterThanOrEqual(0);
      expect(one).toBeLessThan(LINES);
    }
  });
});

test('one-dimensional clusters are those of least sum of squares', () => {
  const cost = (values: readonly number[], groups: readonly number[]): number => {
    let sum = 0;
    for (const group of new Set(groups)) {
      const own = values.filter((_, at) => groups[at] === group);
      const mean = own.reduce((total, value) => total + value, 0) / own.length;
      sum += own.reduce((total, value) => total + (value - mean) ** 2, 0);
    }
    return sum;
  };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 8 }), (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      let best = Number.POSITIVE_INFINITY;
      for (let first = 1; first < sorted.length; first++)
        for (let second = first + 1; second < sorted.length; second++)
          best = Math.min(
            best,
            cost(
              sorted,
              sorted.map((_, at) => (at < first ? 0 : at < second ? 1 : 2)),
            ),
          );
      expect(cost(values, partition(values, 3))).toBeCloseTo(best, 6);
    }),
  );
});

describe('against eyekit 0.7.1 on simulated pages', () => {
  interface Fixture {
    readonly lines: number[];
    readonly words: [number, number][];
    readonly spacing: number;
    readonly cases: {
      settings: Drift;
      points: [number, number][];
      truth: number[];
      lines: Partial<Record<LineMethod, number[]>>;
    }[];
  }
  const file = new URL('../../fixtures/eyetracking/lines.json', import.meta.url);
  const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));
  const page = {
    lines: fixture.lines,
    words: fixture.words.map(([x, y]) => ({ x, y })),
    spacing: fixture.spacing,
  };

  test.each(['chain', 'merge', 'segment', 'warp'] as const)('%s assigns the very same lines', (method) => {
    for (const { points, lines } of fixture.cases) {
      const own = assignLines(
        points.map(([x, y]) => ({ x, y })),
        page,
        [method],
      ).lines;
      expect(own).toEqual(lines[method]);
    }
  });

  // Their optimisers and k-means are local searches from one start; ours are exact or from a grid.
  test.each(['cluster', 'regress', 'split', 'stretch'] as const)(
    '%s is right at least as often',
    (method) => {
      for (const { points, truth, lines } of fixture.cases) {
        const own = assignLines(
          points.map(([x, y]) => ({ x, y })),
          page,
          [method],
        ).lines;
        const right = (assigned: readonly number[]) =>
          assigned.filter((line, at) => line === truth[at]).length;
        expect(right(own)).toBeGreaterThanOrEqual(right(lines[method] ?? []));
      }
    },
  );
});
