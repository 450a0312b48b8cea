import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sgd } from '../../../main/graph/optimizers/sgd.ts';
import type { KeypointConfig } from '../../../main/models/pressure/config.ts';
import { buildStage, stageParameters } from '../../../main/models/pressure/keypoint-training.ts';
import { CONTROL_POINTS } from '../../../main/models/pressure/warp.ts';
import { openTrainer } from '../../../main/models/training/trainer.ts';
import type { TensorValue } from '../../../main/runtime/tensor-value.ts';

interface FixtureCase {
  readonly mode: 'peak' | 'centre';
  readonly stage: 'classification' | 'regression';
  readonly rendered: number | null;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly [number, number]>>;
}

const fixture = new URL('../../fixtures/models/keypoint-gradients.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: FixtureCase[] };

const BATCH = 2;
const FULL_SCALE = 2;
const small = (coordinates: 'peak' | 'centre', rendered: number | null): KeypointConfig => ({
  rows: 16,
  cols: 16,
  keypoints: 6,
  stem: 8,
  stemStride: 1,
  blocks: [
    { kernel: 3, expand: 16, out: 8, excite: true, stride: 2, dilation: 1, activation: 'relu' },
    { kernel: 3, expand: 24, out: 12, excite: false, stride: 1, dilation: 1, activation: 'relu' },
    { kernel: 5, expand: 24, out: 12, excite: true, stride: 1, dilation: 2, activation: 'hard-swish' },
  ],
  features: rendered === null ? 4 : 0,
  coordinates,
  sharpness: 1,
  rendered,
  decoder: [8, 4],
});

/** The formula that make-keypoint-fixture.py fills weights and maps with. */
function pattern(count: number, salt: number): Float64Array {
  return Float64Array.from({ length: count }, (_, at) =>
    Math.sin(0.7 + 1.3 * salt + 0.37 * at + 0.011 * salt * at),
  );
}

function weightsOf(name: string, dims: readonly number[], kernel: boolean): Float32Array {
  const count = dims.reduce((product, size) => product * size, 1);
  const salt = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 97;
  const fanIn = dims.length === 2 ? dims[0] : count / dims[0];
  const scale = !kernel && name.endsWith('.weight');
  return Float32Array.from(pattern(count, salt), (value) =>
    kernel ? value * Math.sqrt(2 / fanIn) : scale ? 1 + 0.1 * value : 0.1 * value,
  );
}

const tensor = (dims: readonly number[], data: Float32Array): TensorValue => ({
  type: 'float32',
  dims,
  data,
});

function image(salt: number, scale = 1): TensorValue {
  const dims = [BATCH, 1, 16, 16];
  return tensor(
    dims,
    Float32Array.from(pattern(BATCH * 256, salt), (value) => Math.abs(value) * scale),
  );
}

const feeds: Readonly<Record<string, TensorValue>> = {
  map: image(3),
  absolute: image(3, FULL_SCALE),
  'warped.map': image(5),
  'neighbour.map': image(7),
  'warp.linear': tensor([BATCH, 2, 2], Float32Array.from(pattern(BATCH * 4, 13))),
  'warp.shift': tensor(
    [BATCH, 1, 2],
    Float32Array.from(pattern(BATCH * 2, 17), (value) => 0.1 * value),
  ),
  'warp.bend': tensor(
    [BATCH, CONTROL_POINTS.length, 2],
    Float32Array.from(pattern(BATCH * 18, 19), (value) => 0.1 * value),
  ),
  'warp.mirrored': tensor([BATCH, 1, 1], Float32Array.of(1, 0)),
  mask: tensor(
    [BATCH, 1, 16, 16],
    Float32Array.from(pattern(BATCH * 256, 11), (value) => Number(Math.fround(Math.abs(value)) > 0.5)),
  ),
};

describe('keypoint model against PyTorch', () => {
  it.each(cases)(
    '$stage, points at $mode, drawn from Gaussians of width $rendered: loss and every gradient',
    async (expected) => {
      const options = {
        stage: expected.stage,
        batch: BATCH,
        freeze: false,
        fullScale: FULL_SCALE,
        objective: {
          l1: 1,
          mse: 2,
          ssim: 0.5,
          concentration: 3,
          separation: 1.5,
          equivariance: 4,
          temporal: 5,
          coverage: 6,
        },
      };
      const graph = buildStage(small(expected.mode, expected.rendered), options, {
        optimizer: sgd(),
        clip: null,
      });
      const parameters = stageParameters(graph);
      const start = Object.fromEntries(
        parameters.map(({ name, dims, decayed }) => [name, weightsOf(name, dims, decayed)]),
      );
      const wanted = new Set(graph.training.model.graph.inputs.map(({ name }) => name));
      const batch = Object.fromEntries(Object.entries(feeds).filter(([name]) => wanted.has(name)));
      const trainer = await openTrainer(graph.training, start, { beta1: 0, beta2: 0 }, { threads: 1 });
      // Plain descent at rate 1 moves every parameter by its gradient.
      const { loss } = await trainer.train(batch, 1);
      const moved = trainer.state;
      await trainer.release();
      expect(loss).toBeCloseTo(expected.loss, 4);
      expect(parameters.map(({ name }) => name).sort()).toEqual(Object.keys(expected.gradients).sort());
      for (const { name } of parameters) {
        const gradient = Float64Array.from(start[name], (value, at) => value - moved[name][at]);
        const [norm, product] = expected.gradients[name];
        const check = pattern(gradient.length, 23);
        const found = Math.hypot(...gradient);
        const along = gradient.reduce((sum, value, at) => sum + value * check[at], 0);
        const slack = 2e-3 * norm + 2e-5;
        expect(Math.abs(found - norm), `norm of ${name}: ${found} for ${norm}`).toBeLessThan(slack);
        expect(Math.abs(along - product), `${name}: ${along} for ${product}`).toBeLessThan(
          slack * Math.sqrt(gradient.length),
        );
      }
    },
  );
});
