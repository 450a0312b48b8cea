import { expect, test } from 'vitest';
import type { JobProgress } from '../../../main/contract/jobs.ts';
import { createCrashBreaker } from '../../../main/jobs/crash-breaker.ts';
import { createProgressMeter } from '../../../main/jobs/progress-meter.ts';

/** Reports one unit per `stepMs` for `steps` steps, all on a clock of its own. */
function measure(steps: number, stepMs: number, total: number | null = steps, phase = () => 'p') {
  let now = 0;
  const seen: (JobProgress & { at: number })[] = [];
  const report = createProgressMeter({ now: () => now }, (progress) => seen.push({ ...progress, at: now }));
  for (let done = 0; done <= steps; done++) {
    report({ phase: phase(), done, unit: 'volumes', ...(total === null ? {} : { total }) });
    now += stepMs;
  }
  return seen;
}

test('updates are at least 300 ms apart, and begin and end are always told', () => {
  const seen = measure(1000, 10);
  const gaps = seen.slice(1, -1).map(({ at }, index) => at - seen[index].at);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300);
  expect(seen[0].done).toBe(0);
  expect(seen.at(-1)).toMatchObject({ done: 1000, total: 1000, etaSeconds: 0 });
});

test('a steady rate gives that rate and the right time left, after a second', () => {
  const seen = measure(1000, 10);
  expect(
    seen.filter(({ at }) => at < 1000).every(({ rate, etaSeconds }) => rate === null && etaSeconds === null),
  ).toBe(true);
  for (const { done, rate, etaSeconds } of seen.filter(({ at }) => at >= 1000)) {
    expect(rate).toBeCloseTo(100, 6);
    expect(etaSeconds).toBeCloseTo((1000 - done) / 100, 6);
  }
});

test('the rate follows a change within the window', () => {
  let now = 0;
  const seen: JobProgress[] = [];
  const report = createProgressMeter({ now: () => now }, (progress) => seen.push(progress));
  let done = 0;
  for (const perSecond of [100, 10]) {
    for (let second = 0; second < 30; second++) {
      report({ phase: 'p', done, total: 10_000, unit: 'u' });
      done += perSecond;
      now += 1000;
    }
  }
  expect(seen.at(-1)?.rate).toBeCloseTo(10, 6);
});

test('steps slower than the window still have a rate', () => {
  expect(measure(4, 60_000).at(-2)).toMatchObject({ rate: 1 / 60, etaSeconds: 60 });
});

test('without a total there is a rate and no time left', () => {
  expect(measure(100, 100, null).at(-1)).toMatchObject({ total: null, rate: 10, etaSeconds: null });
});

test('a new phase is told at once and begins its own rate', () => {
  let now = 0;
  const seen: JobProgress[] = [];
  const report = createProgressMeter({ now: () => now }, (progress) => seen.push(progress));
  report({ phase: 'a', done: 0, total: 5, unit: 'u' });
  now = 5000;
  report({ phase: 'a', done: 3, total: 5, unit: 'u' });
  now = 5010;
  report({ phase: 'b', done: 0, total: 5, unit: 'u' });
  expect(seen.map(({ phase, rate }) => [phase, rate])).toEqual([
    ['a', null],
    ['a', 0.6],
    ['b', null],
  ]);
});

test('the breaker opens at the third crash within a minute and then counts anew', () => {
  let now = 0;
  const breaker = createCrashBreaker({ now: () => now });
  const at = (seconds: number) => {
    now = seconds * 1000;
    return breaker.crashed();
  };
  expect([at(0), at(50), at(61), at(100), at(105)]).toEqual([false, false, false, true, false]);
});
