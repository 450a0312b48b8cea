import { afterEach, describe, expect, it } from 'vitest';
import { ssim } from '../../../../main/graph/blocks/ssim.ts';
import { encodeModel } from '../../../../main/graph/onnx/encode.ts';
import { operators } from '../../../../main/graph/ops/registry.ts';
import { TypedGraph } from '../../../../main/graph/typed-graph.ts';
import { warpFeeds } from '../../../../main/models/pressure/batches.ts';
import { checkConfig, lightPreset, paperPreset } from '../../../../main/models/pressure/config.ts';
import { countWork } from '../../../../main/models/pressure/count-work.ts';
import { openDetector } from '../../../../main/models/pressure/detector.ts';
import { takeFrames } from '../../../../main/models/pressure/frames.ts';
import { equivarianceLoss, fullObjective } from '../../../../main/models/pressure/losses.ts';
import {
  type KeypointPlan,
  type KeypointRun,
  openKeypointRun,
} from '../../../../main/models/pressure/train-keypoints.ts';
import { drawWarp, noWarp, usualWarp, warpMap, warpPoint } from '../../../../main/models/pressure/warp.ts';
import { warpedJoints } from '../../../../main/models/pressure/warped-joints.ts';
import { evaluateModel } from '../../../../main/runtime/evaluate-model.ts';
import { simulateMat } from '../../../../main/studies/pressure-keypoints/simulated/simulate-mat.ts';
import { createRandom } from '../../../../main/tensor/random/xoshiro.ts';

const runs: KeypointRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.release();
});

const mat = simulateMat({ subjects: 1, poses: 1, frames: 3, rows: 32, cols: 16, cellSize: 6, hotCells: 0 });
const plan: KeypointPlan = {
  config: lightPreset(32, 16, 4),
  objective: fullObjective,
  classificationSteps: 3,
  regressionSteps: 6,
  frozenSteps: 3,
  batch: 2,
  learningRate: 1e-3,
  seed: 4,
  floor: 0.5,
  fullScale: 10,
  augment: noWarp,
  warp: usualWarp,
};

function open(...given: Parameters<typeof openKeypointRun>): KeypointRun {
  const run = openKeypointRun(...given);
  runs.push(run);
  return run;
}

describe('keypoint model', () => {
  it('has the size that the paper states: 138,400 encoder parameters, 0.557 G convolution MACs', () => {
    const work = countWork(paperPreset);
    expect(work.encoderParameters).toBe(138_400);
    expect((work.encoderConvolutionMacs / 1e9).toFixed(3)).toBe('0.557');
  });

  it('refuses sizes that do not divide', () => {
    expect(() => checkConfig(lightPreset(63, 32))).toThrow(/multiples of 8/);
    expect(() => checkConfig({ ...lightPreset(), keypoints: 0 })).toThrow(/at least one keypoint/);
    expect(() => checkConfig(paperPreset)).not.toThrow();
  });

  it('gives a frame the same points whatever frames stand beside it', async () => {
    const run = open(plan, mat, { threads: 1 });
    while (run.step < run.totalSteps) await run.advance();
    const model = { config: plan.config, weights: run.snapshot().state, floor: 0.5, fullScale: 10 };
    const detector = await openDetector(model, { threads: 1 });
    const together = await detector.detect(mat.frames);
    const alone = await detector.detect(takeFrames(mat, [5]).frames);
    await detector.release();
    const own = together.points.subarray(5 * 12, 6 * 12);
    for (const [at, value] of alone.points.entries()) expect(value).toBeCloseTo(own[at], 3);
  });
});

describe('two-stage training', () => {
  it('leaves encoder and fuser as they are, to the bit, until they are unfrozen', async () => {
    const run = open(plan, mat, { threads: 1 });
    for (let step = 0; step < 3; step++) await run.advance();
    const transferred = run.snapshot().state;
    const steps = [await run.advance(), await run.advance(), await run.advance()];
    const still = run.snapshot().state;
    expect(steps.map(({ frozen }) => frozen)).toEqual([true, true, true]);
    for (const name of Object.keys(still).filter(
      (one) => /^(encoder|fuser)\.[^.]+(\.[^.]+)*$/.test(one) && one in transferred,
    )) {
      if (/\.(m|v)$/.test(name)) continue;
      expect(still[name], name).toEqual(transferred[name]);
    }
    expect(still['decoder.linear.weight']).not.toEqual(transferred['decoder.linear.weight']);
    expect((await run.advance()).frozen).toBe(false);
    expect(run.snapshot().state['encoder.stem.weight']).not.toEqual(transferred['encoder.stem.weight']);
  });

  it.each([2, 7])('goes on bit for bit when taken up at step %i', async (at) => {
    const whole = open(plan, mat, { threads: 1 });
    for (let step = 0; step < at; step++) await whole.advance();
    const left = whole.snapshot();
    while (whole.step < whole.totalSteps) await whole.advance();
    const resumed = open(plan, mat, { from: left, threads: 1 });
    while (resumed.step < resumed.totalSteps) await resumed.advance();
    expect(resumed.snapshot()).toEqual(whole.snapshot());
  });
});

describe('losses', () => {
  it('counts an image as entirely similar to itself and less so to its shifted self', async () => {
    const graph = new TypedGraph('ssim', operators);
    const [a, b] = ['a', 'b'].map((name) => graph.input(name, 'float32', [1, 1, 32, 16]));
    graph.output(ssim(graph, a, b), 'float32', [], 'same');
    const random = createRandom(2);
    const data = Float64Array.from({ length: 512 }, () => random.uniform());
    const image = (values: Float64Array) => ({ type: 'float32', dims: [1, 1, 32, 16], data: values });
    const score = async (other: Float64Array) =>
      (await evaluateModel(encodeModel(graph.build()), { a: image(data), b: image(other) })).same.data[0];
    expect(await score(data)).toBeCloseTo(1, 5);
    expect(await score(Float64Array.from(data, (_, at) => data[(at + 5) % 512]))).toBeLessThan(0.5);
  });

  it('is zero for points that moved with the map, mirrored pairs included, and grows when they lag behind', async () => {
    const warps = [
      drawWarp(createRandom(3), { ...usualWarp, flip: 1 }),
      drawWarp(createRandom(5), { ...usualWarp, flip: 0 }),
    ];
    const graph = new TypedGraph('equivariance', operators);
    const [points, moved] = ['points', 'moved'].map((name) => graph.input(name, 'float32', [2, 4, 2]));
    const feeds = warpFeeds(warps);
    const warp = Object.fromEntries(
      Object.entries(feeds).map(([name, { dims }]) => [name.slice(5), graph.input(name, 'float32', dims)]),
    );
    const { linear, shift, bend, mirrored } = warp;
    graph.output(
      equivarianceLoss(graph, points, moved, { linear, shift, bend, mirrored }),
      'float32',
      [],
      'loss',
    );
    const model = encodeModel(graph.build());
    const after = [0.1, 0.05, -0.2, -0.1, 0.3, 0.12, -0.35, 0.02];
    const partner = [1, 0, 3, 2];
    // What stands at `after` in the copy came from S(after); in a mirrored copy, under its partner's name.
    const before = warps.flatMap((one) => {
      const from = [0, 1, 2, 3].map((at) => warpPoint(one, after[2 * at], after[2 * at + 1]));
      return (one.mirrored ? partner.map((at) => from[at]) : from).flat();
    });
    const lossOf = async (values: readonly number[]) => {
      const plain = (data: Float32Array, dims: readonly number[]) => ({
        type: 'float32',
        dims,
        data: Float64Array.from(data),
      });
      const given = Object.fromEntries(
        Object.entries(feeds).map(([name, { data, dims }]) => [name, plain(data, dims)]),
      );
      const result = await evaluateModel(model, {
        ...given,
        points: plain(Float32Array.from(before), [2, 4, 2]),
        moved: plain(Float32Array.from(values), [2, 4, 2]),
      });
      return result.loss.data[0];
    };
    expect(await lossOf([...after, ...after])).toBeLessThan(1e-10);
    expect(await lossOf([...after, ...after].map((value) => value + 0.05))).toBeGreaterThan(1e-3);
  });

  it('moves joints as it moves the map, and lets left and right change names in a mirrored copy', () => {
    const [rows, cols] = [32, 16];
    const places = [12, 5, 20, 9];
    for (const flip of [0, 1]) {
      const warp = drawWarp(createRandom(11), { ...usualWarp, flip, bend: 0 });
      const moved = warpedJoints(warp, places, rows, cols, [1, 0]);
      for (const joint of [0, 1]) {
        const map = new Float32Array(rows * cols);
        const out = new Float32Array(rows * cols);
        const from = warp.mirrored ? 1 - joint : joint;
        map[places[2 * from] * cols + places[2 * from + 1]] = 1;
        warpMap(map, rows, cols, warp, out);
        const total = out.reduce((sum, value) => sum + value, 0);
        const mean = (place: (cell: number) => number) =>
          out.reduce((sum, value, cell) => sum + value * place(cell), 0) / total;
        expect(mean((cell) => Math.floor(cell / cols))).toBeCloseTo(moved[2 * joint], 0);
        expect(mean((cell) => cell % cols)).toBeCloseTo(moved[2 * joint + 1], 0);
      }
    }
  });

  it('warps a map as it warps points: a shifted map has its peak where the shift says', () => {
    const map = new Float32Array(32 * 16);
    map[10 * 16 + 6] = 1;
    const out = new Float32Array(map.length);
    const warp = { ...drawWarp(createRandom(1), noWarp), shift: [3 / 32, -2 / 32] as const };
    warpMap(map, 32, 16, warp, out);
    expect(out[7 * 16 + 8]).toBeCloseTo(1, 5);
  });
});
