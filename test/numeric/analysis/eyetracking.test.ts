import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBlinks, interpolateSpans } from '../../../main/analysis/eyetracking/blinks.ts';
import {
  detectByDispersion,
  detectByVelocity,
  gazeVelocity,
} from '../../../main/analysis/eyetracking/detect-events.ts';
import { readingMeasures, type WordArea } from '../../../main/analysis/eyetracking/reading-measures.ts';

/** Gaze that rests at planted places and jumps between them in 20 ms, 500 Hz. */
function planted(places: readonly [number, number, number][]): { time: number[]; x: number[]; y: number[] } {
  const track = { time: [] as number[], x: [] as number[], y: [] as number[] };
  const push = (x: number, y: number): void => {
    track.time.push(track.time.length * 2);
    track.x.push(x);
    track.y.push(y);
  };
  places.forEach(([x, y, duration], index) => {
    for (let at = 0; at < duration / 2; at++) push(x + 0.02 * Math.sin(at), y);
    const next = places[index + 1];
    if (next !== undefined)
      for (let at = 1; at < 10; at++) push(x + ((next[0] - x) * at) / 10, y + ((next[1] - y) * at) / 10);
  });
  return track;
}

const places: [number, number, number][] = [
  [0, 0, 200],
  [4, 0, 260],
  [8, 1, 180],
  [1, 3, 400],
];

describe('events in samples', () => {
  test.each([
    ['I-VT', (track: ReturnType<typeof planted>) => detectByVelocity(track)],
    ['I-DT', (track: ReturnType<typeof planted>) => detectByDispersion(track)],
  ])('%s finds the planted fixations', (_, detect) => {
    const fixations = detect(planted(places)).filter(({ kind }) => kind === 'fixation');
    expect(fixations).toHaveLength(4);
    fixations.forEach(({ x, y, start, end }, index) => {
      // I-DT takes in samples of a saccade up to its dispersion: a shift of a fraction of a degree, known of it.
      expect(Math.hypot(x - places[index][0], y - places[index][1])).toBeLessThan(0.15);
      expect(Math.abs(end - start - places[index][2])).toBeLessThan(12);
    });
  });

  test('saccades carry amplitude and peak velocity', () => {
    const [saccade] = detectByVelocity(planted(places)).filter(({ kind }) => kind === 'saccade');
    expect(saccade.amplitude).toBeCloseTo(4, 0);
    expect(saccade.peakVelocity).toBeCloseTo(200, -1);
  });

  test('velocity of a steady pursuit is its slope; missing samples are not bridged', () => {
    const time = [0, 4, 8, 12, 16, 20];
    const velocity = gazeVelocity({ time, x: [0, 0.1, 0.2, Number.NaN, 0.4, 0.5], y: time.map(() => 0) });
    expect([...velocity].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
      25,
      25,
      25,
      Number.NaN,
      25,
      25,
    ]);
  });
});

describe('blinks', () => {
  test('a straight line comes back whole from under any blink', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40 }), fc.integer({ min: 1, max: 20 }), (first, length) => {
        const time = Array.from({ length: 80 }, (_, at) => at * 2);
        const truth = time.map((at) => 3 + 0.25 * at);
        const seen = truth.map((value, at) => (at >= first && at < first + length ? Number.NaN : value));
        const spans = findBlinks(time, seen, { longest: 500, margin: 4 });
        expect(spans).toEqual([{ first: first - 2, last: first + length + 1 }]);
        interpolateSpans(time, seen, spans).forEach((value, at) => {
          expect(value).toBeCloseTo(truth[at], 9);
        });
      }),
    );
  });

  test('long gaps and gaps at the ends stay', () => {
    const time = Array.from({ length: 10 }, (_, at) => at * 100);
    const seen = [Number.NaN, 1, 2, Number.NaN, Number.NaN, Number.NaN, 6, 7, 8, Number.NaN];
    expect(findBlinks(time, seen, { longest: 150, margin: 0 })).toEqual([]);
  });
});

describe('reading measures', () => {
  const words: WordArea[] = ['The', 'cat', 'sat', 'down'].map((word, index) => ({
    word,
    line: 0,
    left: index * 10,
    right: index * 10 + 10,
    top: 0,
    bottom: 10,
  }));
  /** [word (1 to 4), duration] in order. */
  const read = (path: readonly [number, number][]) => {
    let clock = 0;
    return readingMeasures(
      words,
      path.map(([word, duration]) => {
        const start = clock;
        clock += duration + 20;
        return { start, end: start + duration, x: word * 10 - 7.5, y: 5 };
      }),
    );
  };

  test('a regression and a skip, by hand', () => {
    // The (200) · sat (150, 100) · back to cat (180) · sat (90) · down (220) · The (50)
    const [the, cat, sat, down] = read([
      [1, 200],
      [3, 150],
      [3, 100],
      [2, 180],
      [3, 90],
      [4, 220],
      [1, 50],
    ]);
    expect(the).toMatchObject({
      firstFixation: 200,
      gazeDuration: 200,
      goPast: 200,
      total: 250,
      regressionsIn: 1,
      skipped: false,
    });
    expect(cat).toMatchObject({
      firstFixation: 0,
      gazeDuration: 0,
      goPast: 0,
      total: 180,
      skipped: true,
      regressionsIn: 1,
    });
    expect(sat).toMatchObject({
      firstFixation: 150,
      gazeDuration: 250,
      goPast: 150 + 100 + 180 + 90,
      total: 340,
      regressionsOut: 1,
    });
    expect(down).toMatchObject({ firstFixation: 220, gazeDuration: 220, goPast: 270, regressionsOut: 1 });
    expect(the.landing).toBeCloseTo(0.25, 9);
    expect(cat.landing).toBeNaN();
  });

  test('first fixation ≤ gaze duration ≤ go-past, gaze duration ≤ total, for any path', () => {
    const path = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 20, max: 500 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(path, (steps) => {
        const measures = read(steps);
        for (const one of measures) {
          expect(one.firstFixation).toBeLessThanOrEqual(one.gazeDuration);
          expect(one.gazeDuration).toBeLessThanOrEqual(one.goPast);
          expect(one.gazeDuration).toBeLessThanOrEqual(one.total);
        }
        const fixated = steps.map(([word]) => word).filter((word) => word <= 4);
        measures.forEach(({ skipped }, index) => {
          // By the definition itself: some later word was fixated before the first look at this one.
          const first = fixated.indexOf(index + 1);
          const before = first < 0 ? fixated : fixated.slice(0, first);
          expect(skipped).toBe(before.some((word) => word > index + 1));
        });
        const onWords = steps.filter(([word]) => word <= 4).reduce((sum, [, duration]) => sum + duration, 0);
        expect(measures.reduce((sum, { total }) => sum + total, 0)).toBe(onWords);
      }),
    );
  });
});
