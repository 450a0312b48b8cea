import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { centrePath } from '../../../main/analysis/pressure/centre-path.ts';
import {
  defaultMeasures,
  measureFrame,
  type PressureGrid,
  peakBlock,
} from '../../../main/analysis/pressure/measures.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const grid: PressureGrid = { rows: 6, cols: 5, cellWidth: 1, cellHeight: 2, cellArea: 1.8 };

function frame(loads: Readonly<Record<string, number>>): Float32Array {
  const values = new Float32Array(30);
  for (const [place, value] of Object.entries(loads)) {
    const [row, col] = place.split(',').map(Number);
    values[row * 5 + col] = value;
  }
  return values;
}

describe('measures of one frame', () => {
  test('two cells, by hand', () => {
    const measures = measureFrame(frame({ '1,1': 10, '4,3': 30 }), grid, defaultMeasures);
    expect(measures).toMatchObject({ loadedCells: 2, peak: 30, mean: 20, sum: 40, variation: 50 });
    expect(measures.contactArea).toBeCloseTo(3.6, 12);
    expect(measures.load).toBeCloseTo(40 * 1.8 * 0.1, 12);
    // (10·1.5 + 30·3.5) / 40 columns of 1 cm; (10·1.5 + 30·4.5) / 40 rows of 2 cm.
    expect([measures.centreX, measures.centreY]).toEqual([3, 7.5]);
  });

  test('absent cells and cells at the threshold count nowhere', () => {
    const values = frame({ '0,0': 5, '2,2': 9 });
    values[1] = Number.NaN;
    const measures = measureFrame(values, grid, { ...defaultMeasures, threshold: 5 });
    expect(measures).toMatchObject({ loadedCells: 1, sum: 9, centreX: 2.5, centreY: 5 });
  });

  test('no load gives no centre, and no 0, 0 either', () => {
    const measures = measureFrame(frame({}), grid, defaultMeasures);
    expect([measures.centreX, measures.centreY]).toEqual([Number.NaN, Number.NaN]);
    expect(measures).toMatchObject({ peak: 0, mean: 0, dispersionIndex: 0, peakPressureIndex: 0 });
  });

  test('the index blocks are the best ones, against trying all', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 30, maxLength: 30 }), (cells) => {
        const options = { ...defaultMeasures, region: [3, 2] as const, peakArea: 7.2 };
        const [down, across] = peakBlock(grid, options.peakArea);
        const best = (height: number, width: number): number => {
          let most = 0;
          for (let row = 0; row + height <= 6; row++)
            for (let col = 0; col + width <= 5; col++) {
              let sum = 0;
              for (let r = row; r < row + height; r++)
                for (let c = col; c < col + width; c++) sum += cells[r * 5 + c];
              most = Math.max(most, sum);
            }
          return most;
        };
        const measures = measureFrame(cells, grid, options);
        const total = cells.reduce((sum, value) => sum + value, 0);
        expect(measures.peakPressureIndex).toBeCloseTo(best(down, across) / (down * across), 9);
        expect(measures.dispersionIndex).toBeCloseTo(total === 0 ? 0 : (100 * best(3, 2)) / total, 9);
      }),
    );
  });

  test('the centre moves with the load and scales with nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 2, max: 9 }),
        (cells, factor) => {
          const one = measureFrame(cells, grid, defaultMeasures);
          const more = measureFrame(
            cells.map((value) => value * factor),
            grid,
            defaultMeasures,
          );
          expect(more.centreX).toBeCloseTo(one.centreX, 9);
          expect(more.dispersionIndex).toBeCloseTo(one.dispersionIndex, 9);
          expect(more.load).toBeCloseTo(one.load * factor, 6);
        },
      ),
    );
  });

  test('a block of 10 cm² of 1 × 1 cm cells is 3 × 3 or 2 × 5, the squarer', () => {
    const cells = { ...grid, cellHeight: 1, cellArea: 1, rows: 20, cols: 20 };
    expect(peakBlock(cells, 9)).toEqual([3, 3]);
  });
});

describe('path of the centre of pressure', () => {
  test('a square walked once, with a gap that is not bridged', () => {
    const path = centrePath([0, 3, 3, Number.NaN, 0], [0, 0, 4, Number.NaN, 4], 50);
    expect(path).toMatchObject({ points: 4, length: 7, rangeX: 3, rangeY: 4, resolvesSway: true });
    expect(path.meanVelocity).toBe((7 * 50) / 2);
  });

  test('the ellipse of points on a circle has the area of their covariance', () => {
    const angles = Array.from({ length: 3600 }, (_, at) => (at * Math.PI) / 1800);
    const path = centrePath(
      angles.map((a) => 2 * Math.cos(a)),
      angles.map((a) => 3 * Math.sin(a)),
      10,
    );
    // Variances of the circle's coordinates are r²/2.
    expect(path.ellipseArea).toBeCloseTo(Math.PI * 5.991465 * ((2 * 3) / 2), 1);
    expect(path.resolvesSway).toBe(false);
  });

  test('the axes of the ellipse are those of the covariance, and π a b is its area', () => {
    const turn = Math.PI / 6;
    const angles = Array.from({ length: 3600 }, (_, at) => (at * Math.PI) / 1800);
    const [x, y]: number[][] = [[], []];
    for (const angle of angles) {
      const [along, across] = [4 * Math.cos(angle), Math.sin(angle)];
      x.push(10 + along * Math.cos(turn) - across * Math.sin(turn));
      y.push(20 + along * Math.sin(turn) + across * Math.cos(turn));
    }
    const { ellipse, ellipseArea } = centrePath(x, y, 50);
    expect(ellipse?.x).toBeCloseTo(10, 6);
    expect(ellipse?.y).toBeCloseTo(20, 6);
    expect(ellipse?.angle).toBeCloseTo(turn, 6);
    expect(ellipse?.major).toBeCloseTo(Math.sqrt(5.991465 * 8), 2);
    expect(ellipse?.minor).toBeCloseTo(Math.sqrt(5.991465 * 0.5), 2);
    expect(Math.PI * (ellipse?.major ?? 0) * (ellipse?.minor ?? 0)).toBeCloseTo(ellipseArea, 9);
  });

  test('95 % of normal sway lies within the ellipse', () => {
    const random = createRandom(5);
    const [x, y]: number[][] = [[], []];
    for (let at = 0; at < 20_000; at++) {
      const [a, b] = [random.normal(), random.normal()];
      x.push(1.5 * a);
      y.push(0.4 * a + 0.8 * b);
    }
    const { ellipse } = centrePath(x, y, 100);
    if (ellipse === null) throw new Error('there is an ellipse');
    const within = x.filter((value, at) => {
      const [dx, dy] = [value - ellipse.x, y[at] - ellipse.y];
      const along = dx * Math.cos(ellipse.angle) + dy * Math.sin(ellipse.angle);
      const across = dy * Math.cos(ellipse.angle) - dx * Math.sin(ellipse.angle);
      return (along / ellipse.major) ** 2 + (across / ellipse.minor) ** 2 <= 1;
    });
    expect(within.length / x.length).toBeCloseTo(0.95, 2);
  });
});
