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
    expect(gait.stride).toBeCloseTo(1.2, 9);
    // Half a cycle apart, 0.7 s of 1.2 s each: both feet stand 2 × 0.1 s of every 1.2 s.
    expect(gait.doubleSupport).toBeCloseTo((100 * 0.2) / 1.2, 9);
    expect(gait.asymmetry).toBeCloseTo(0, 9);
  });

  it('tells a limp: 0.8 s on the left, 0.6 s on the right', () => {
    const foot = (stance: number, shift: number) =>
      Array.from({ length: 1000 }, (_, at) => (((at - shift) % 120) + 120) % 120 < stance);
    const gait = gaitMeasures(foot(80, 10), foot(60, 70), 100);
    expect(gait.leftStance).toBeCloseTo(0.8, 9);
    expect(gait.rightStance).toBeCloseTo(0.6, 9);
    expect(gait.asymmetry).toBeCloseTo((100 * 0.2) / 0.7, 9);
  });

  it('of one foot tells stance and swing, and neither cadence nor double support', () => {
    const on = Array.from({ length: 500 }, (_, at) => at % 100 > 20 && at % 100 < 80);
    const gait = gaitMeasures(
      on,
      on.map(() => false),
      100,
    );
    expect([gait.steps, gait.stance]).toEqual([5, 0.59]);
    expect([gait.cadence, gait.doubleSupport, gait.asymmetry]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('says nothing where there are no steps', () => {
    const gait = gaitMeasures([true, true], [false, false], 50);
    expect(gait.steps).toBe(0);
    expect(gait.cadence).toBeNaN();
  });
});
