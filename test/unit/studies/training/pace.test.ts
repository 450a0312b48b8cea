import { describe, expect, it } from 'vitest';
import { brokenTensor, DivergenceWatch, troubleOf } from '../../../../main/studies/training/divergence.ts';
import { Pace } from '../../../../main/studies/training/pace.ts';

/** Kinds of the runs that a pace chooses where a single step and one of a joint run take so many milliseconds. */
function chosen(single: number, joint: number, runs = 14): number[] {
  const pace = new Pace(4);
  return Array.from({ length: runs }, (_, run) => {
    const steps = pace.next(true);
    // The first run of each kind is slow: it is not what a run takes.
    const slow = run === 0 || run === 5 ? 10 : 1;
    pace.took(slow * (steps === 1 ? single : 4 * joint), steps);
    return steps;
  });
}

describe('the pace of a training run', () => {
  it('times both kinds and keeps to the faster', () => {
    expect(chosen(10, 9)).toEqual([1, 1, 1, 1, 1, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
    expect(chosen(9, 10)).toEqual([1, 1, 1, 1, 1, 4, 4, 4, 4, 4, 1, 1, 1, 1]);
  });

  it('takes single steps where a checkpoint lies between, and where there are no joint runs', () => {
    const pace = new Pace(4);
    for (let run = 0; run < 5; run++) pace.took(10, 1);
    expect([pace.next(true), pace.next(false)]).toEqual([4, 1]);
    const single = new Pace(1);
    for (let run = 0; run < 9; run++) single.took(10, 1);
    expect(single.next(true)).toBe(1);
  });

  it('keeps long steps single, so that a run can be stopped', () => {
    expect(chosen(2000, 100)).toEqual(Array(14).fill(1));
  });
});

describe('the divergence watch', () => {
  const parameters = [{ name: 'first' }, { name: 'second' }];
  const sound = { step: 1, loss: 1, gradientNorm: 1, gradientSquares: Float32Array.of(1, 2) };

  it.each([
    ['loss', { ...sound, loss: Number.NaN }],
    ['gradient', { ...sound, gradientNorm: Number.POSITIVE_INFINITY }],
  ])('stops at once for a %s that is not finite', (_what, result) => {
    const watch = new DivergenceWatch(300);
    expect(watch.diverges(sound)).toBe(false);
    expect(watch.diverges(result)).toBe(true);
  });

  it('names the tensor that is broken, or else the one with the largest gradient', () => {
    const gradientSquares = Float32Array.of(Number.NaN, 2);
    expect(troubleOf({ ...sound, gradientSquares }, parameters).tensor).toBe('first');
    expect(troubleOf(sound, parameters)).toEqual({
      what: 'the loss keeps rising, and the largest gradient is that of second',
      tensor: 'second',
    });
  });

  it('finds the weight that overflowed in an update', () => {
    const weights = (value: number) => [
      { name: 'first', values: Float32Array.of(1, -1) },
      { name: 'second', values: Float32Array.of(3e38, 3e38, value) },
    ];
    expect(brokenTensor(weights(3e38))).toBeNull();
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY])
      expect(brokenTensor(weights(value))).toMatchObject({ tensor: 'second' });
  });
});
