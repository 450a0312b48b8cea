import { describe, expect, it } from 'vitest';
import { makeFiner } from '../../../renderer/viewers/pressure/cell-painter.ts';

const [rows, cols, times] = [6, 5, 4];
const grid = (of: (row: number, col: number) => number) =>
  Float32Array.from({ length: rows * cols }, (_, at) => of(Math.floor(at / cols), at % cols));

describe('a finer grid of cells', () => {
  it('keeps what is even, to the edge', () => {
    const fine = makeFiner(rows, cols, times).of(grid(() => 3.5));
    expect(fine.length).toBe(rows * cols * times * times);
    for (const value of fine) expect(value).toBeCloseTo(3.5, 5);
  });

  it('keeps a slope where two cells lie on either side, each value at the centre of its own place', () => {
    const fine = makeFiner(rows, cols, times).of(grid((row, col) => 2 * row - 3 * col));
    const centre = (at: number) => (at + 0.5) / times - 0.5;
    for (let row = 1.5 * times; row < (rows - 1.5) * times; row++)
      for (let col = 1.5 * times; col < (cols - 1.5) * times; col++)
        expect(fine[row * cols * times + col]).toBeCloseTo(2 * centre(row) - 3 * centre(col), 4);
  });

  it('gives the next picture no rest of the one before', () => {
    const finer = makeFiner(rows, cols, times);
    const first = Float32Array.from(finer.of(grid((row, col) => row * col)));
    finer.of(grid(() => 100));
    expect(finer.of(grid((row, col) => row * col))).toEqual(first);
  });
});
