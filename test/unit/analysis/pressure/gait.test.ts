import { describe, expect, it } from 'vitest';
import { gaitMeasures } from '../../../../main/analysis/pressure/gait.ts';

describe('gait from contacts', () => {
  it('finds the rhythm that was planted: 100 steps a minute, 0.7 s stance, 0.5 s swing', () => {
    const rate = 100;
    const on = (at: number, shift: number) => (((at - shift) % 120) + 120) % 120 < 70;
    const foot = (shift: number) => Array.from({ length: 1000 }, (_, at) => on(at, shift));
    const gait = gaitMeasures(foot(10), foot(70), rate);
    expect(gait.cadence).toBeCloseTo(100, 9);
    expect(gait.stance).toBeCloseTo(0.7, 9);
    expect(gait.swing).toBeCloseTo(0.5, 9);
  });

  it('says nothing where there are no steps', () => {
    const gait = gaitMeasures([true, true], [false, false], 50);
    expect(gait.steps).toBe(0);
    expect(gait.cadence).toBeNaN();
  });
});
