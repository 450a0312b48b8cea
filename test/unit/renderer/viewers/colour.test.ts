import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colorAt,
  divergingColorMaps,
  sequentialColorMaps,
} from '../../../../renderer/viewers/colour/color-map.ts';
import {
  defaultDisplay,
  formatValue,
  robustRange,
  ticks,
} from '../../../../renderer/viewers/colour/range.ts';
import { significanceOf, thresholdKinds } from '../../../../renderer/viewers/colour/significance.ts';
import {
  countAbove,
  thresholdLimits,
  thresholdStrength,
  valueOpacity,
} from '../../../../renderer/viewers/colour/threshold.ts';
import { benjaminiHochberg } from '../../../../renderer/viewers/maths/fdr.ts';

const fixture: { x: number[]; maps: Record<string, number[][]> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/viewers/colormaps.json'), 'utf8'),
);

describe('colour maps', () => {
  it.each([...divergingColorMaps, ...sequentialColorMaps])('%s has the bytes of matplotlib', (name) => {
    expect(fixture.x.map((x) => colorAt(name, x))).toEqual(fixture.maps[name]);
  });

  it('RdBu_r is blue below and red above zero', () => {
    const [low, high] = [colorAt('RdBu_r', 0.1), colorAt('RdBu_r', 0.9)];
    expect(low[2]).toBeGreaterThan(low[0]);
    expect(high[0]).toBeGreaterThan(high[2]);
  });
});

describe('thresholds', () => {
  const byValue = thresholdLimits({ kind: 'value', positive: 0.2, negative: 0.4 });

  it('treats signs apart by value', () => {
    expect(thresholdStrength(byValue, 0.2, Number.NaN)).toBe(1);
    expect(thresholdStrength(byValue, 0.1, Number.NaN)).toBeCloseTo(0.5, 12);
    expect(thresholdStrength(byValue, -0.2, Number.NaN)).toBeCloseTo(0.5, 12);
    expect(thresholdStrength(byValue, -0.4, Number.NaN)).toBe(1);
    expect(thresholdStrength(byValue, Number.NaN, Number.NaN)).toBe(0);
  });

  it('treats signs apart by p, and knows nothing without p', () => {
    const limits = thresholdLimits({ kind: 'p', positive: 0.05, negative: 0.001 });
    expect(thresholdStrength(limits, 1, 0.05)).toBe(1);
    expect(thresholdStrength(limits, -1, 0.05)).toBeCloseTo(Math.log(0.05) / Math.log(0.001), 12);
    expect(thresholdStrength(limits, 1, 1)).toBe(0);
    expect(thresholdStrength(limits, 1, Number.NaN)).toBe(0);
  });

  it('hides, fades with the square, or shows', () => {
    expect(valueOpacity(byValue, 'hide', 0.1, Number.NaN, 0.8)).toBe(0);
    expect(valueOpacity(byValue, 'translucent', 0.1, Number.NaN, 0.8)).toBeCloseTo(0.2, 12);
    expect(valueOpacity(byValue, 'show', 0.1, Number.NaN, 0.8)).toBe(0.8);
    expect(valueOpacity(byValue, 'hide', 0.3, Number.NaN, 0.8)).toBe(0.8);
  });

  it('keeps a sign that is switched off out of every style', () => {
    for (const kind of ['value', 'p', 'fdr'] as const) {
      const limits = thresholdLimits({ kind, positive: 0.05, negative: null });
      for (const below of ['hide', 'translucent', 'show'] as const) {
        expect(valueOpacity(limits, below, -3, 0.0001, 1)).toBe(0);
        expect(valueOpacity(limits, below, 3, 0.0001, 1)).toBe(1);
      }
    }
  });

  it('is monotone in the value and never above the opacity', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const of = (v: number) => valueOpacity(byValue, 'translucent', v, Number.NaN, 0.7);
        expect(of(less)).toBeLessThanOrEqual(of(more) + 1e-12);
        expect(of(more)).toBeLessThanOrEqual(0.7);
      }),
    );
  });

  it('counts both signs', () => {
    const display = {
      ...defaultDisplay([], true),
      threshold: { kind: 'value', positive: 0.5, negative: 0.2 } as const,
    };
    expect(countAbove(display, Float32Array.of(0.6, 0.4, -0.3, -0.1, Number.NaN), null)).toEqual({
      positive: 1,
      negative: 1,
    });
  });
});

describe('false discovery rate', () => {
  it("gives R's p.adjust(method = 'BH')", () => {
    const q = benjaminiHochberg(Float32Array.of(0.01, 0.02, 0.03, 0.04, 0.05, 0.9, Number.NaN));
    const expected = [0.06, 0.06, 0.06, 0.06, 0.06, 0.9];
    for (const [at, value] of expected.entries()) expect(q[at]).toBeCloseTo(value, 6);
    expect(q[6]).toBeNaN();
  });

  it('is made from p where q is not given, once', () => {
    const layer = { id: 'a', label: 'a', values: Float32Array.of(1, 2), p: Float32Array.of(0.01, 0.5) };
    const q = significanceOf(layer, 'fdr');
    expect(q?.[0]).toBeCloseTo(0.02, 6);
    expect(significanceOf(layer, 'fdr')).toBe(q);
    expect(significanceOf(layer, 'value')).toBeNull();
    expect(thresholdKinds([layer])).toEqual(['value', 'p', 'fdr']);
    expect(thresholdKinds([layer, { id: 'b', label: 'b', values: layer.values }])).toEqual(['value']);
  });
});

describe('colour range', () => {
  it('is symmetric for signed maps and common to all layers', () => {
    const layer = (values: number[]) => ({ id: '', label: '', values: Float32Array.from(values) });
    expect(robustRange([layer([0.1, -0.2]), layer([0.313])], true, 1)).toEqual([-0.32, 0.32]);
    expect(robustRange([layer([0.1, -5])], false, 1)).toEqual([0, 0.1]);
    expect(robustRange([], true)).toEqual([-1, 1]);
  });

  it('starts with FDR where there are p values, else with the given threshold, and fades below', () => {
    const layer = { id: '', label: '', values: Float32Array.of(0.5, -0.5), p: Float32Array.of(0.01, 0.2) };
    expect(defaultDisplay([layer], true, 0.1).threshold).toEqual({
      kind: 'fdr',
      positive: 0.05,
      negative: 0.05,
    });
    const bare = [{ ...layer, p: undefined }];
    expect(defaultDisplay(bare, true, 0.12).threshold).toEqual({
      kind: 'value',
      positive: 0.12,
      negative: 0.12,
    });
    // Rounded up: no value below the given threshold passes, and a threshold of nothing stays.
    expect(defaultDisplay(bare, true, 0.4150331).threshold.positive).toBe(0.416);
    expect(defaultDisplay(bare, true, 0).threshold.positive).toBe(0);
    expect(defaultDisplay(bare, false).threshold).toEqual({ kind: 'value', positive: 0.1, negative: null });
    expect(defaultDisplay(bare, false).below).toBe('translucent');
  });

  it('has round ticks with zero among them', () => {
    expect(ticks([-0.37, 0.37])).toEqual([-0.2, 0, 0.2]);
    expect(ticks([0, 1])).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it('writes numbers with a real minus and no negative zero', () => {
    expect(formatValue(-0.12345)).toBe('\u22120.123');
    expect(formatValue(-0)).toBe('0');
    expect(formatValue(Number.NaN)).toBe('–');
  });
});
