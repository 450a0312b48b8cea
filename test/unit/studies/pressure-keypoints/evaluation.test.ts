import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leaveGroupOut, logistic, nearestNeighbours } from '../../../../main/analysis/pressure/classify.ts';
import { lightPreset } from '../../../../main/models/pressure/config.ts';
import type { Detection, Detector } from '../../../../main/models/pressure/detector.ts';
import { classifyByGraph } from '../../../../main/models/pressure/graph-classifier.ts';
import { nearestEdges } from '../../../../main/models/pressure/nearest-edges.ts';
import { scoreDrawings } from '../../../../main/models/pressure/score-drawings.ts';
import { measureStability } from '../../../../main/studies/pressure-keypoints/evaluate-stability.ts';
import { resample, studyFrames } from '../../../../main/studies/pressure-keypoints/evaluation-frames.ts';
import { readPmd } from '../../../../main/studies/pressure-keypoints/pmd-frames.ts';
import type { MatrixEngine } from '../../../../main/tensor/engine.ts';
import { multiplyPlain } from '../../../../main/tensor/plain-engine.ts';
import { createRandom } from '../../../../main/tensor/random/xoshiro.ts';
import { samplesFolder } from '../../../samples.ts';

const engine: MatrixEngine = {
  device: 'TypeScript',
  multiply: async (a, b, options) => multiplyPlain(a, b, options),
  dispose: async () => {},
};

/** Rows of three classes around three middles, from four groups. */
function threeHeaps(width: number): {
  rows: { rows: number; cols: number; data: Float64Array };
  labels: number[];
  groups: string[];
} {
  const random = createRandom(3);
  const labels = Array.from({ length: 60 }, (_, row) => row % 3);
  const data = Float64Array.from(
    { length: 60 * width },
    (_, at) => 3 * Math.cos(labels[Math.floor(at / width)] * 2 + (at % width)) + 0.5 * random.normal(),
  );
  return { rows: { rows: 60, cols: width, data }, labels, groups: labels.map((_, row) => String(row % 4)) };
}

describe('posture classifiers', () => {
  it.each([
    ['nearest neighbours', nearestNeighbours(engine, 3)],
    ['logistic', logistic(engine)],
  ] as const)('%s tell heaps apart that lie apart, and guess on shuffled labels', async (_name, classify) => {
    const { rows, labels, groups } = threeHeaps(6);
    const right = await leaveGroupOut(classify, rows, labels, groups);
    expect(Math.min(...right)).toBeGreaterThan(0.9);
    const random = createRandom(5);
    const wrong = await leaveGroupOut(
      classify,
      rows,
      labels.map(() => random.integer(3)),
      groups,
    );
    expect(wrong.reduce((sum, value) => sum + value, 0) / 4).toBeLessThan(0.6);
  });

  it.each(['GCN', 'GAT', 'GraphSAGE'] as const)('%s learns it from nodes', async (kind) => {
    const { rows, labels } = threeHeaps(8);
    const options = {
      kind,
      nodes: 4,
      width: 2,
      classes: 3,
      edges: nearestEdges(
        [
          [0, 0],
          [0, 1],
          [5, 0],
          [5, 1],
        ],
        1,
      ),
      steps: 60,
      seed: 1,
    };
    const values = Float32Array.from(rows.data);
    const found = await classifyByGraph(
      options,
      values.slice(0, 48 * 8),
      labels.slice(0, 48),
      values.slice(48 * 8),
    );
    const share = found.filter((label, at) => label === labels[48 + at]).length / 12;
    expect(share).toBeGreaterThan(0.9);
  });
});

describe('evaluation', () => {
  it('keeps people apart: nobody is in both parts', () => {
    const { mat, train, test } = studyFrames({ seed: 1, subjects: 8, poses: 1 });
    const people = (indices: readonly number[]) => new Set(indices.map((index) => mat.subjects[index]));
    expect([...people(train)].filter((subject) => people(test).has(subject))).toEqual([]);
    expect(people(test).size).toBe(2);
  });

  it('finds no error in points that move with the map, and the shift in points that stay', async () => {
    const { mat } = studyFrames({ seed: 2, subjects: 8, poses: 1 });
    const cells = mat.rows * mat.cols;
    // Two detectors: the pressure-weighted middle moves with the map, the middle of the mat does not.
    const middle = (frames: Float32Array, fixed: boolean): Detection => {
      const count = frames.length / cells;
      const points = new Float32Array(count * 3);
      for (let frame = 0; frame < count; frame++) {
        let [sum, row, col] = [0, 0, 0];
        for (let cell = 0; cell < cells; cell++) {
          const value = frames[frame * cells + cell];
          sum += value;
          row += value * Math.floor(cell / mat.cols);
          col += value * (cell % mat.cols);
        }
        points.set(fixed ? [1, 31.5, 15.5] : [1, row / sum, col / sum], frame * 3);
      }
      const none = new Float32Array(0);
      return { points, spread: none, features: none, drawn: none };
    };
    const measure = (fixed: boolean) => {
      const detector: Detector = {
        config: { ...lightPreset(), keypoints: 1 },
        detect: async (frames) => middle(frames, fixed),
        release: async () => {},
      };
      return measureStability(detector, mat, [0, 1, 3, 4], middle(mat.frames, fixed), 0.5, 1);
    };
    const moving = await measure(false);
    const still = await measure(true);
    // Parts of the body leave the mat with the shift, so the middle is not exactly equivariant.
    expect(moving.stability.equivariance).toBeLessThan(1);
    expect(still.stability.equivariance).toBeGreaterThan(moving.stability.equivariance);
    expect(moving.stability.keepsPlace).toBe(1);
  });

  it('scores a drawing against itself as perfect', async () => {
    const maps = Float32Array.from({ length: 2 * 32 * 16 }, (_, at) => Math.abs(Math.sin(at)));
    const score = await scoreDrawings(maps, maps, 32, 16);
    expect(score.l1).toBe(0);
    expect(score.ssim).toBeCloseTo(1, 5);
  });

  it('brings a ramp to another grid as the same ramp', () => {
    const ramp = Float32Array.from({ length: 12 * 6 }, (_, at) => Math.floor(at / 6));
    const finer = resample(ramp, 12, 6, 24, 12);
    expect(finer[10 * 12]).toBeCloseTo(10.5 / 2 - 0.5, 5);
  });
});

const folder = samplesFolder();
const pmd = folder === null ? null : join(folder, 'pressure', 'pmd', 'experiment-i');
describe.skipIf(pmd === null)('the PhysioNet mats', () => {
  it('come with their postures, without garbled frames, with hot cells repaired', async () => {
    const { set, corruptFrames, hotCells } = await readPmd(pmd ?? '', new AbortController().signal);
    expect(new Set(set.recordings).size).toBe(18);
    expect(new Set(set.postures)).toEqual(new Set(['supine', 'left', 'right']));
    expect(corruptFrames).toBeGreaterThanOrEqual(17);
    expect(hotCells).toBeGreaterThan(0);
  });

  it('refuse a folder without recordings in one sentence', async () => {
    await expect(readPmd(join(pmd ?? '', 'S1'), new AbortController().signal)).rejects.toThrow(
      /experiment-i/,
    );
  });
});
