import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leaveGroupOut, logistic, nearestNeighbours } from '../../../../main/analysis/pressure/classify.ts';
import {
  type Ablation,
  ablationVerdict,
  type WarmStart,
} from '../../../../main/contract/pressure-keypoints.ts';
import { lightPreset } from '../../../../main/models/pressure/config.ts';
import type { Detection, Detector } from '../../../../main/models/pressure/detector.ts';
import { classifyByGraph } from '../../../../main/models/pressure/graph-classifier.ts';
import { classifyByMap } from '../../../../main/models/pressure/map-classifier.ts';
import { nearestEdges } from '../../../../main/models/pressure/nearest-edges.ts';
import { scoreDrawings } from '../../../../main/models/pressure/score-drawings.ts';
import { mirrored } from '../../../../main/studies/pressure-keypoints/evaluate-postures.ts';
import { measureStability } from '../../../../main/studies/pressure-keypoints/evaluate-stability.ts';
import { resample, studyFrames } from '../../../../main/studies/pressure-keypoints/evaluation-frames.ts';
import { gallery } from '../../../../main/studies/pressure-keypoints/failures.ts';
import { marksOf } from '../../../../main/studies/pressure-keypoints/marks.ts';
import { acrossSeeds } from '../../../../main/studies/pressure-keypoints/parts.ts';
import { readPmd } from '../../../../main/studies/pressure-keypoints/pmd-frames.ts';
import { simulateMat } from '../../../../main/studies/pressure-keypoints/simulated/simulate-mat.ts';
import type { MatrixEngine } from '../../../../main/tensor/engine.ts';
import { multiplyBatchPlain, multiplyPlain } from '../../../../main/tensor/plain-engine.ts';
import { createRandom } from '../../../../main/tensor/random/xoshiro.ts';
import { samplesFolder } from '../../../samples.ts';

const engine: MatrixEngine = {
  device: 'TypeScript',
  multiply: async (a, b, options) => multiplyPlain(a, b, options),
  multiplyBatch: async (a, b) => multiplyBatchPlain(a, b),
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
    const share = (right: readonly boolean[]) => right.filter((value) => value).length / right.length;
    const right = await leaveGroupOut(classify, { features: rows, labels, groups });
    expect(share(right)).toBeGreaterThan(0.9);
    const random = createRandom(5);
    const shuffled = labels.map(() => random.integer(3));
    const wrong = await leaveGroupOut(classify, { features: rows, labels: shuffled, groups });
    expect(share(wrong)).toBeLessThan(0.6);
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

describe('convolutional classifier of maps', () => {
  it('tells a blob above from a blob below, wherever it lies across', async () => {
    const random = createRandom(8);
    const [rows, cols, count] = [16, 16, 48];
    const maps = new Float32Array(count * rows * cols);
    const labels = Array.from({ length: count }, (_, at) => at % 2);
    for (const [at, label] of labels.entries()) {
      const [row, col] = [(label === 0 ? 1 : 10) + random.integer(4), 1 + random.integer(12)];
      for (const [down, across] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ])
        maps[(at * rows + row + down) * cols + col + across] = 1;
    }
    const cut = 36 * rows * cols;
    const options = { rows, cols, classes: 2, steps: 60, seed: 1 };
    const found = await classifyByMap(options, maps.slice(0, cut), labels.slice(0, 36), maps.slice(cut));
    expect(found.filter((label, at) => label === labels[36 + at]).length).toBeGreaterThanOrEqual(11);
  });
});

describe('what the study holds itself to', () => {
  const score = (method: string, meanCm: number) => ({
    method,
    meanCm,
    low: 0,
    high: 0,
    pck: 0,
    penalty: null,
  });
  const joints = [
    score('discovered points', 6),
    score('supervised regressor', 5),
    score('peak grid', 10),
    score('k-means on pressure', 8),
  ];
  const run = (seed: number, regressionSteps: number | null): WarmStart => ({
    seed,
    directLoss: 1,
    directSteps: 100,
    directReached: 50,
    regressionSteps,
    classificationSteps: 10,
    frozenSteps: 5,
    initialisation: 'he',
  });

  it('is met or not by the numbers alone', () => {
    const marks = marksOf(joints, [run(1, 40), run(2, null), run(3, 60)]);
    expect(marks.map(({ mark, met }) => [mark, met])).toEqual([
      ['gain-over-peak-grid', true],
      ['gain-over-k-means', false],
      ['ratio-to-supervised', true],
      ['warm-start', false],
      ['warm-start-in-all', false],
    ]);
    expect(marks.map(({ value }) => value)).toEqual([
      expect.closeTo(0.4, 9),
      expect.closeTo(0.25, 9),
      expect.closeTo(1.2, 9),
      expect.closeTo(1.2, 9),
      expect.closeTo(1.4, 9),
    ]);
  });

  it('counts the steps of the mask stage apart and together', () => {
    const [regression, both] = marksOf(joints, [run(1, 38), run(2, 39), run(3, 45)]).slice(-2);
    expect(regression).toMatchObject({ mark: 'warm-start', value: 0.78, met: true });
    expect(both).toMatchObject({ mark: 'warm-start-in-all', value: 0.98, met: true });
    expect(marksOf(joints, [run(1, 42), run(2, 42), run(3, 42)]).at(-1)).toMatchObject({ met: false });
  });

  it('counts seeds that never got there as longer than any', () => {
    expect(marksOf(joints, [run(1, null), run(2, null), run(3, 10)]).at(-1)).toMatchObject({
      value: null,
      met: false,
    });
  });
});

describe('ablations', () => {
  const row = (variant: string, ...seedsCm: number[]): Ablation => ({
    variant,
    jointsCm: 0,
    seedsCm,
    pck: 0.5,
    l1: 0.1,
    ssim: 0.8,
    equivariance: 1,
    repeatability: 0.1,
    keepsPlace: 0.9,
  });

  it('are put together over seeds, and only differences that all seeds agree on are told', () => {
    const one = { ...row('all', 8), jointsCm: 8 };
    const other = { ...row('all', 6), jointsCm: 6, pck: 0.7 };
    const all = acrossSeeds([one, other]);
    expect(all).toMatchObject({ jointsCm: 7, seedsCm: [8, 6], pck: expect.closeTo(0.6, 9), l1: 0.1 });
    expect(ablationVerdict(row('a', 7.9, 5.9), all)).toBe('better');
    expect(ablationVerdict(row('b', 8.1, 6.1), all)).toBe('worse');
    expect(ablationVerdict(row('c', 7.9, 6.1), all)).toBe('undecided');
  });
});

describe('people left out', () => {
  it('a mirrored frame shows the other side', () => {
    const mat = simulateMat({ subjects: 1, poses: 1, frames: 1, hotCells: 0 });
    const other = mirrored(mat);
    expect(other.postures).toEqual(['supine', 'right', 'left']);
    expect(other.frames[5]).toBe(mat.frames[mat.cols - 6]);
    expect(mirrored(other).frames).toEqual(mat.frames);
  });

  it('do not train, nor do their mirrored copies', async () => {
    const rows = (values: readonly number[]) => ({
      rows: values.length,
      cols: 1,
      data: Float64Array.from(values),
    });
    const seen: number[][] = [];
    const own = { features: rows([1, 2, 3]), labels: [0, 1, 1], groups: ['a', 'a', 'b'] };
    const copies = { features: rows([-1, -2, -3]), labels: [0, 1, 1], groups: ['a', 'a', 'b'] };
    const right = await leaveGroupOut(
      async (train, labels, test) => {
        seen.push([...train.data]);
        return Array.from({ length: test.rows }, () => labels[0]);
      },
      own,
      copies,
    );
    expect(seen).toEqual([
      [3, -3],
      [1, 2, -1, -2],
    ]);
    expect(right).toEqual([false, true, false]);
  });
});

describe('failures', () => {
  it('come with what a picture of them needs: the worst of each kind, one of a recording', () => {
    const mat = simulateMat({ subjects: 1, poses: 1, frames: 2, hotCells: 0 });
    const count = mat.subjects.length;
    const points = Float32Array.from({ length: count * 2 * 3 }, (_, at) => at);
    const none = new Float32Array(0);
    const row = (value: number) => ({ rows: 1, cols: 2, data: Float64Array.of(value, value + 0.126) });
    const found = gallery(
      [
        { kind: 'changed-places', frame: 0, keypoint: 1, value: 3 },
        { kind: 'changed-places', frame: 0, keypoint: 0, value: 9 },
        { kind: 'joint-far-off', frame: 2, keypoint: null, value: 20 },
      ],
      {
        set: mat,
        detection: { points, spread: none, features: none, drawn: none },
        keypoints: 2,
        floor: 0.5,
        tested: [2],
        truth: row(1),
        foretold: row(4),
      },
    );
    expect(found.map(({ kind, value, recording }) => [kind, value, recording])).toEqual([
      ['changed-places', 9, mat.recordings[0]],
      ['joint-far-off', 20, mat.recordings[2]],
    ]);
    const [swap, far] = found.map(({ view }) => view);
    expect(swap).toMatchObject({
      points: [
        [1, 2],
        [4, 5],
      ],
      next: [
        [7, 8],
        [10, 11],
      ],
      joints: null,
    });
    expect(far).toMatchObject({ next: null, joints: [[1, 1.13]], foretold: [[4, 4.13]] });
    expect(swap?.map).toHaveLength(mat.rows * mat.cols);
    expect(Math.max(...(swap?.map ?? []))).toBe(255);
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
