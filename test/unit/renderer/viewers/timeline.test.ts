import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBand,
  addCurve,
  curveOpacity,
  type DensityGrid,
  densityGrid,
  paintDensity,
} from '../../../../renderer/viewers/timeline/density.ts';
import { formatValue } from '../../../../renderer/viewers/timeline/numbers.ts';
import {
  axisTicks,
  clampRange,
  fromUnits,
  niceTicks,
  toUnits,
  zoomRange,
} from '../../../../renderer/viewers/timeline/step-axis.ts';

const axis = fc.constantFrom('linear' as const, 'log' as const, 'tokens' as const);

describe('the step axis', () => {
  test('units and back, whichever the axis; later steps lie further right', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), axis, fc.integer({ min: 1, max: 4096 }), (a, b, kind, tokens) => {
        const seen = kind === 'tokens' ? a * tokens : a;
        expect(fromUnits(toUnits(a, kind, tokens), kind)).toBeCloseTo(seen, seen > 1e6 ? -3 : 6);
        if (a < b) expect(toUnits(a, kind, tokens)).toBeLessThan(toUnits(b, kind, tokens));
      }),
    );
  });

  test('ticks lie in the range, ascend and are not too many', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 1e6 }),
        axis,
        fc.integer({ min: 2, max: 20 }),
        (from, span, kind, most) => {
          const range = { from: toUnits(from, kind, 1), to: toUnits(from + span, kind, 1) };
          const ticks = axisTicks(range, kind, most);
          expect(ticks.length).toBeLessThanOrEqual(3 * most + 3);
          for (const [place, { at, step }] of ticks.entries()) {
            expect(at).toBeGreaterThanOrEqual(range.from - 1e-9);
            expect(at).toBeLessThanOrEqual(range.to * (1 + 1e-8));
            if (place > 0) expect(step).toBeGreaterThan(ticks[place - 1].step);
          }
        },
      ),
    );
  });

  test('decades on a logarithmic axis, and no minus zero', () => {
    expect(axisTicks({ from: 0, to: Math.log1p(1000) }, 'log', 4).map(({ step }) => step)).toEqual([
      0, 1, 10, 100, 1000,
    ]);
    expect(niceTicks(-0.1, 1, 3)).toEqual([0, 0.5, 1]);
  });

  test('zooming keeps the place under the pointer, and ranges stay within the course', () => {
    const whole = { from: 0, to: 100 };
    const zoomed = zoomRange({ from: 20, to: 60 }, 0.5, 30);
    expect(zoomed).toEqual({ from: 25, to: 45 });
    expect((30 - zoomed.from) / (zoomed.to - zoomed.from)).toBeCloseTo((30 - 20) / (60 - 20));
    expect(clampRange({ from: -10, to: 30 }, whole)).toEqual({ from: 0, to: 40 });
    expect(clampRange({ from: -10, to: 300 }, whole)).toEqual(whole);
  });
});

test('values are written so that they fit beside their axis, in both languages', () => {
  expect([0, 2.5, 0.0005, 1234.5].map((value) => formatValue(value, 'en'))).toEqual([
    '0',
    '2.5',
    '0.0005',
    '1,235',
  ]);
  expect([2e8, -3e-6, 1e20].map((value) => formatValue(value, 'en'))).toEqual(['200M', '-3E-6', '1E20']);
  expect(formatValue(2e8, 'zh')).toBe('2亿');
});

describe('density of curves', () => {
  const drawn = (x: number[], y: number[], width = 8, height = 6) => {
    const grid = densityGrid(width, height);
    addCurve(grid, Float32Array.from(x), Float32Array.from(y), x.length);
    return { grid, at: (column: number, row: number) => inkOf(grid, column)[row] };
  };
  /** Ink of the rows of a column, rounded to what single precision is good for. */
  const inkOf = ({ cells, height }: DensityGrid, column: number): number[] => {
    let sum = 0;
    return Array.from({ length: height }, (_, row) => {
      sum += cells[column * (height + 2) + row];
      return Math.round(sum * 1e5) / 1e5 + 0;
    });
  };

  test('a flat line inks one pixel of every column it crosses, shared by the rows it lies between', () => {
    const { at } = drawn([1, 6], [2.75, 2.75]);
    expect([at(1, 2), at(1, 3)]).toEqual([0.75, 0.25]);
    expect(at(3, 2) + at(3, 3)).toBeCloseTo(1);
    expect(at(7, 2)).toBe(0);
  });

  test('a column has ink from the lowest to the highest point in it, once', () => {
    const { at } = drawn([3.1, 3.4, 3.6, 3.9], [1.5, 4.5, 1.5, 4.5]);
    expect([0, 1, 2, 3, 4, 5].map((row) => at(3, row))).toEqual([0, 1, 1, 1, 1, 0]);
  });

  test('gaps stay empty, a lone point is a dot', () => {
    const { at } = drawn([0, 1, 3, 5, 6], [2.5, 2.5, Number.NaN, 2.5, Number.NaN]);
    expect(at(0, 2)).toBe(1);
    expect(at(3, 2)).toBe(0);
    expect(at(5, 2)).toBe(1);
  });

  test('no curve inks more than one pixel a column more than it rises there', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.float({ min: Math.fround(0.1), max: 3, noNaN: true }),
            fc.float({ min: 0, max: 20, noNaN: true }),
          ),
          {
            minLength: 2,
            maxLength: 30,
          },
        ),
        (pairs) => {
          let place = -2;
          const x = pairs.map(([gap]) => (place += gap));
          const y = pairs.map(([, value]) => value);
          const { grid } = drawn(x, y, 16, 24);
          const rise = Math.max(...y) - Math.min(...y);
          for (let column = 0; column < grid.width; column++) {
            const ink = inkOf(grid, column);
            expect(ink.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(rise + 1 + 1e-3);
            expect(Math.max(...ink)).toBeLessThanOrEqual(1 + 1e-5);
            expect(Math.min(...ink)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  test('a band fills what lies between its edges', () => {
    const grid = densityGrid(4, 6);
    addBand(grid, Float32Array.of(0, 4), Float32Array.of(1, 1), Float32Array.of(4, 4), 2, 0.5);
    expect(inkOf(grid, 2)).toEqual([0, 0.5, 0.5, 0.5, 0, 0]);
  });

  test('ink adds up like layers of glass', () => {
    const grid = densityGrid(1, 2);
    grid.cells.set([1, 1]);
    const pixels = new Uint8ClampedArray(8);
    paintDensity(grid, [10, 20, 30], 0.5, pixels);
    expect([...pixels]).toEqual([10, 20, 30, 128, 10, 20, 30, 191]);
    expect(curveOpacity(1)).toBeGreaterThan(curveOpacity(1000));
  });
});
