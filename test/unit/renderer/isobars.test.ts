import { describe, expect, it } from 'vitest';
import { isobars } from '../../../renderer/viewers/pressure/isobars.ts';

describe('isobars', () => {
  it('cross a ramp where it has the value', () => {
    const ramp = Float32Array.from({ length: 12 }, (_, at) => at % 4);
    for (const [, from, , to] of isobars(ramp, 3, 4, 1.25)) expect([from, to]).toEqual([1.25, 1.25]);
    expect(isobars(ramp, 3, 4, 1.25)).toHaveLength(2);
  });

  it('close around a peak, and are absent where nothing reaches the value', () => {
    const peak = new Float32Array(25);
    peak[12] = 2;
    expect(isobars(peak, 5, 5, 1)).toHaveLength(4);
    expect(isobars(peak, 5, 5, 3)).toEqual([]);
  });
});
