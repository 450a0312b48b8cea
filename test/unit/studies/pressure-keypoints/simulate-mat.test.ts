import { describe, expect, it } from 'vitest';
import { frameOf, repairHotCells } from '../../../../main/models/pressure/frames.ts';
import { simulateMat } from '../../../../main/studies/pressure-keypoints/simulated/simulate-mat.ts';

const clean = { noise: 0, gainSpread: 0, hotCells: 0 };

describe('simulated mat', () => {
  it('is the same for the same seed and another for another', () => {
    const options = { subjects: 1, poses: 1, frames: 1 };
    expect(simulateMat(options).frames).toEqual(simulateMat(options).frames);
    expect(simulateMat({ ...options, seed: 2 }).frames).not.toEqual(simulateMat(options).frames);
  });

  it('carries the weight of a body: total force lies between 50 and 95 kg where nobody hangs over the edge', () => {
    const mat = simulateMat({ ...clean, subjects: 3, poses: 2, frames: 1, rows: 100, cols: 100 });
    for (let frame = 0; frame < mat.subjects.length; frame++) {
      const kilopascals = frameOf(mat, frame).reduce((sum, value) => sum + value, 0);
      const kilograms = (kilopascals * mat.options.cellSize ** 2) / 10 / 9.81;
      expect(kilograms).toBeGreaterThan(45);
      expect(kilograms).toBeLessThan(110);
    }
  });

  it('puts left and right where a person on the back, and on the belly, has them', () => {
    const mat = simulateMat({ ...clean, subjects: 1, poses: 1, frames: 1, postures: ['supine', 'prone'] });
    const col = (frame: number, joint: number) => mat.joints[(frame * 14 + joint) * 2 + 1];
    const [supine, prone] = [0, 1];
    expect(col(supine, 8)).toBeLessThan(col(supine, 9));
    expect(col(prone, 8)).toBeGreaterThan(col(prone, 9));
  });

  it('has hot cells that the repair finds, and leaves a mat without any alone', () => {
    const base = { subjects: 1, poses: 1, frames: 1, seed: 9 };
    const hot = simulateMat(base);
    const cold = simulateMat({ ...base, hotCells: 0 });
    const repaired = frameOf(hot, 0).slice();
    expect(repairHotCells(repaired, 64, 32, 5)).toBe(3);
    expect(Math.max(...repaired)).toBeLessThan(15);
    expect(repairHotCells(frameOf(cold, 0).slice(), 64, 32, 5)).toBe(0);
  });
});
