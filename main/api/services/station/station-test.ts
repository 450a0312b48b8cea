import type { FrameMeasures, PressureGrid } from '../../../analysis/pressure/measures.ts';
import { standing, walking } from '../../../analysis/pressure/stand-and-walk.ts';
import type { PressureTest, Sway, TestResult } from '../../../contract/pressure-tests.ts';

/** A balance or gait test that gathers frames. */
export interface RunningTest {
  readonly kind: PressureTest;
  /** Seconds since its first frame. */
  readonly seconds: number;
  /** @param left,right load on the halves of the mat; @param seconds time of the frame */
  see(measures: FrameMeasures, left: number, right: number, seconds: number): void;
  /** What it says so far. */
  result(): TestResult;
  /** What is drawn of a balance test; null for gait. */
  sway(): Sway | null;
}

/** Begins a test. */
export function startStationTest(kind: PressureTest, grid: PressureGrid): RunningTest {
  const [x, y, sum]: number[][] = [[], [], []];
  const [left, right, times]: number[][] = [[], [], []];
  const series = { x, y, sum, left, right, times };
  return {
    kind,
    get seconds() {
      return times.length < 2 ? 0 : times[times.length - 1] - times[0];
    },
    see(measures, onLeft, onRight, time) {
      x.push(measures.centreX);
      y.push(measures.centreY);
      sum.push(measures.sum);
      left.push(onLeft);
      right.push(onRight);
      times.push(time);
    },
    result: () => (kind === 'balance' ? standing(series, grid).result : walking(series)),
    sway: () => (kind === 'balance' ? standing(series, grid).sway : null),
  };
}
