import { describe, expect, it } from 'vitest';
import { cellAt, mapShape } from '../../../renderer/viewers/pressure/draw-map.ts';

const mat = { rows: 64, cols: 32 };

describe('the map under a finger', () => {
  it('finds the cell of an upright map, and none outside', () => {
    expect(cellAt(mat, 0, 0)).toEqual({ row: 0, col: 0 });
    expect(cellAt(mat, 0.99, 0.5)).toEqual({ row: 32, col: 31 });
    expect(cellAt(mat, 1, 0.5)).toBeNull();
  });

  it('finds the same cell of a map turned a quarter against the clock', () => {
    // The upper edge lies at the left: rows go to the right, the first column is at the bottom.
    expect(cellAt({ ...mat, lying: true }, 0, 0.999)).toEqual({ row: 0, col: 0 });
    expect(cellAt({ ...mat, lying: true }, 0.5, 0)).toEqual({ row: 32, col: 31 });
  });

  it('is as wide as its cells say', () => {
    const picture = { ...mat, values: new Float32Array(2048), full: 1, style: 'cells' as const };
    const empty = { ...picture, keypoints: [], edges: [], path: [] };
    expect(mapShape(empty)).toBe(0.5);
    expect(mapShape({ ...empty, lying: true })).toBe(2);
    expect(mapShape({ ...empty, aspect: 2 })).toBe(0.25);
  });
});
