import { afterEach, describe, expect, it } from 'vitest';
import type { OnnxModel, OnnxNode } from '../../../main/graph/onnx/onnx-model.ts';
import { adam } from '../../../main/graph/optimizers/adam.ts';
import { sgd } from '../../../main/graph/optimizers/sgd.ts';
import { LossScale } from '../../../main/models/training/loss-scale.ts';
import { openTrainer, type Trainer, type TrainingState } from '../../../main/models/training/trainer.ts';
import { tinyBatch, tinyState, tinyTraining } from './tiny-gpt.ts';

const open: Trainer[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.release();
});

/**
 * ONNX Runtime's processor has no products of float16 and takes a pair of casts around one of float32 out again. A maximum
 * of one value stays, so that every product's inputs and outputs are really rounded to float16 and overflow as there.
 */
function rounding(model: OnnxModel): OnnxModel {
  const nodes = model.graph.nodes.flatMap((node): OnnxNode[] => {
    const [output] = node.outputs;
    const barrier = (from: string, to: string): OnnxNode => ({
      opType: 'Max',
      inputs: [from],
      outputs: [to],
      attributes: [],
      unknown: [],
    });
    if (node.opType === 'Cast' && output.endsWith('.half'))
      return [{ ...node, outputs: [`${output}.cast`] }, barrier(`${output}.cast`, output)];
    if (output.endsWith('.in_half'))
      return [{ ...node, outputs: [`${output}.product`] }, barrier(`${output}.product`, output)];
    return [node];
  });
  expect(nodes.length).toBeGreaterThan(model.graph.nodes.length);
  return { ...model, graph: { ...model.graph, nodes } };
}

async function trainer(
  options: { half?: boolean; passes?: number; together?: number; plain?: boolean },
  state: TrainingState = tinyState(),
  startStep = 0,
): Promise<Trainer> {
  const { half = true, passes = 1, together = 1, plain = false } = options;
  const built = tinyTraining(
    plain ? sgd() : adam({ weightDecay: 0.01 }),
    /^$/,
    plain ? null : 1,
    passes,
    half,
  );
  const { model, pass } = built;
  const forced = () => (pass === null ? { model: rounding(model) } : { pass: rounding(pass) });
  const graph = half ? { ...built, ...forced() } : built;
  const decay = plain ? { beta1: 0, beta2: 0 } : { beta1: 0.9, beta2: 0.999 };
  const made = await openTrainer(graph, state, decay, { threads: 1, together, startStep });
  open.push(made);
  return made;
}

const copied = (state: TrainingState) =>
  Object.fromEntries(Object.entries(state).map(([name, values]) => [name, values.slice()]));

describe('training with products in float16', () => {
  it('gives the gradients of float32 to the digits that float16 has, scaled and unscaled by powers of two', async () => {
    const moved = await Promise.all(
      [true, false].map(async (half) => {
        const one = await trainer({ half, plain: true });
        const { gradientNorm, loss } = await one.train(tinyBatch(0), 1);
        return { gradientNorm, loss, state: one.state };
      }),
    );
    const [ours, exact] = moved;
    expect(Math.abs(ours.loss - exact.loss)).toBeLessThan(2e-3);
    expect(Math.abs(ours.loss - exact.loss)).toBeGreaterThan(0);
    expect(Math.abs(ours.gradientNorm / exact.gradientNorm - 1)).toBeLessThan(5e-3);
    for (const [name, start] of Object.entries(tinyState())) {
      const gradients = [ours, exact].map(({ state }) => start.map((value, at) => value - state[name][at]));
      const norm = Math.hypot(...gradients[1]);
      const error = Math.hypot(...gradients[1].map((value, at) => value - gradients[0][at]));
      expect(error, name).toBeLessThan(0.02 * norm + 1e-4);
    }
  });

  it.each([1, 2])(
    'does not take a step whose gradient overflows, but halves the scale (%i passes)',
    async (passes) => {
      const batch = passes === 1 ? tinyBatch(0) : [tinyBatch(0), tinyBatch(1)];
      const high = await trainer({ passes }, { ...tinyState(), loss_scale: Float32Array.of(2 ** 30, 7) });
      const first = await high.train(batch, 0.01);
      expect(first.step).toBe(1);
      expect(Number.isFinite(first.gradientNorm)).toBe(true);
      const [scale, good] = high.state.loss_scale;
      expect(scale).toBeLessThan(2 ** 30);
      expect(good).toBe(1);
      expect(scale).toBeGreaterThan(1);
      // To the bit as if the run had begun at the scale that fits.
      const fitting = await trainer({ passes }, { ...tinyState(), loss_scale: Float32Array.of(scale, 0) });
      expect(await fitting.train(batch, 0.01)).toEqual(first);
      expect(fitting.state).toEqual(high.state);
    },
  );

  it('takes several steps in one run with the same outcome, overflow included', async () => {
    const start = { ...tinyState(), loss_scale: Float32Array.of(2 ** 30, 0) };
    const joint = await trainer({ together: 3 }, start);
    const results = await joint.trainTogether([0, 1, 2].map(tinyBatch), [0.01, 0.01, 0.01]);
    expect(results.every(({ gradientNorm }) => Number.isFinite(gradientNorm))).toBe(true);
    const [scale] = joint.state.loss_scale;
    const single = await trainer({}, { ...tinyState(), loss_scale: Float32Array.of(scale, 0) });
    for (const n of [0, 1, 2]) await single.train(tinyBatch(n), 0.01);
    expect(single.state).toEqual(joint.state);
  });

  it('learns, and goes on to the bit from its kept state', async () => {
    const through = await trainer({});
    const first = await through.train(tinyBatch(0), 0.01);
    for (let n = 1; n < 10; n++) await through.train(tinyBatch(n), 0.01);
    const kept = copied(through.state);
    let last = first;
    for (let n = 10; n < 30; n++) last = await through.train(tinyBatch(n), 0.01);
    const resumed = await trainer({}, kept, 10);
    for (let n = 10; n < 30; n++) await resumed.train(tinyBatch(n), 0.01);
    expect(resumed.state).toEqual(through.state);
    expect(last.loss).toBeLessThan(0.6 * first.loss);
  });

  it('gives up where the gradient is not a number at any scale', async () => {
    const state = tinyState();
    state['wte.weight'][3] = Number.NaN;
    const broken = await trainer({}, state);
    const { gradientNorm } = await broken.train(tinyBatch(0), 0.01);
    expect(gradientNorm).toBeNaN();
    expect(broken.state.loss_scale[0]).toBe(1);
  });
});

describe('LossScale', () => {
  it('doubles after 2,000 good steps and counts from the start again', () => {
    const scale = new LossScale(Float32Array.of(1024, 1998));
    expect(scale.accepts(1)).toBe(true);
    expect(scale.value).toBe(1024);
    expect(scale.accepts(1)).toBe(true);
    expect([...scale.state]).toEqual([2048, 0]);
  });

  it('halves for an infinite and for an undefined norm', () => {
    const scale = new LossScale();
    expect(scale.value).toBe(65_536);
    expect(scale.accepts(Number.POSITIVE_INFINITY)).toBe(false);
    expect(scale.accepts(Number.NaN)).toBe(false);
    expect([...scale.state]).toEqual([16_384, 0]);
  });
});
