import { afterEach, describe, expect, it } from 'vitest';
import { adam } from '../../../main/graph/optimizers/adam.ts';
import { sgd } from '../../../main/graph/optimizers/sgd.ts';
import { openTrainer, type StepResult, type Trainer } from '../../../main/models/training/trainer.ts';
import { tinyBatch, tinyState, tinyTraining } from './tiny-gpt.ts';

const open: Trainer[] = [];
const decay = { beta1: 0.9, beta2: 0.999 };

async function trainer(...given: Parameters<typeof openTrainer>): Promise<Trainer> {
  const made = await openTrainer(...given);
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.release();
});

describe('training a small GPT', () => {
  it('has the gradient that central differences of its loss give, through every kind of layer', async () => {
    // Plain descent at rate 1 moves each parameter by exactly its gradient.
    const graph = tinyTraining(sgd());
    const start = tinyState();
    const once = await trainer(graph, start, decay, { threads: 1 });
    await once.train(tinyBatch(0), 1);
    const moved = once.state;
    const lossAt = async (name: string, at: number, value: number): Promise<number> => {
      const nudged = { ...start, [name]: start[name].with(at, value) };
      const one = await openTrainer(graph, nudged, decay, { threads: 1 });
      const { loss } = await one.train(tinyBatch(0), 0);
      await one.release();
      return loss;
    };
    const probes: [string, number][] = [
      ['wte.weight', 9],
      ['h.0.ln_1.weight', 1],
      ['h.0.attn.c_attn.weight', 30],
      ['h.1.mlp.c_fc.weight', 17],
    ];
    for (const [name, at] of probes) {
      const step = 0.01;
      const [up, down] = [start[name][at] + step, start[name][at] - step];
      const slope = ((await lossAt(name, at, up)) - (await lossAt(name, at, down))) / (2 * step);
      expect(start[name][at] - moved[name][at], `${name}[${at}]`).toBeCloseTo(slope, 3);
    }
  });

  it('learns a rule, and goes on bit for bit where a copy of its state is resumed', async () => {
    const graph = tinyTraining(adam({ weightDecay: 0.01 }), /^$/, 1);
    const through = await trainer(graph, tinyState(), decay, { threads: 1 });
    const first = await through.train(tinyBatch(0), 0.01);
    for (let n = 1; n < 20; n++) await through.train(tinyBatch(n), 0.01);
    const kept = Object.fromEntries(
      Object.entries(through.state).map(([name, data]) => [name, data.slice()]),
    );
    for (let n = 20; n < 40; n++) await through.train(tinyBatch(n), 0.01);
    const resumed = await trainer(graph, kept, decay, { threads: 1, startStep: 20 });
    let last = first;
    for (let n = 20; n < 40; n++) last = await resumed.train(tinyBatch(n), 0.01);
    expect(resumed.state).toEqual(through.state);
    expect(last.loss).toBeLessThan(0.5 * first.loss);
    expect(last.step).toBe(40);
  });

  it('takes several steps in one run, to the bit those of single runs, frozen rows included', async () => {
    const masks = Object.fromEntries(
      Object.entries(tinyState())
        .filter(([name]) => /c_attn\.weight$/.test(name))
        .map(([name, values]) => [name, new Float32Array(values.length).fill(1).fill(0, 0, 50)]),
    );
    const graph = tinyTraining(adam({ weightDecay: 0.01 }), /c_attn\.weight$/, 1);
    const single = await trainer(graph, tinyState(), decay, { threads: 1, masks });
    const joint = await trainer(graph, tinyState(), decay, { threads: 1, masks, together: 3 });
    const rates = [0.01, 0.02, 0.005];
    for (const first of [0, 3]) {
      const batches = [first, first + 1, first + 2].map(tinyBatch);
      const expected: StepResult[] = [];
      for (const [at, batch] of batches.entries()) expected.push(await single.train(batch, rates[at]));
      expect(await joint.trainTogether(batches, rates)).toEqual(expected);
      expect(joint.state).toEqual(single.state);
    }
    // Single steps can be taken in between.
    expect(await joint.train(tinyBatch(6), 0.01)).toEqual(await single.train(tinyBatch(6), 0.01));
    expect(joint.step).toBe(7);
    expect(joint.state).toEqual(single.state);
    expect(joint.state['wte.weight']).not.toEqual(tinyState()['wte.weight']);
  });

  it('leaves frozen rows bit-identical even where they moved before (momentum)', async () => {
    const name = 'h.0.attn.c_attn.weight';
    const graph = tinyTraining(adam({ weightDecay: 0.1 }), /c_attn\.weight$/);
    const start = tinyState();
    const masks = Object.fromEntries(
      graph.parameters
        .filter((parameter) => parameter.masked)
        .map((parameter) => [parameter.name, new Float32Array(start[parameter.name].length).fill(1)]),
    );
    const free = await trainer(graph, start, decay, { threads: 1, masks });
    for (let n = 0; n < 5; n++) await free.train(tinyBatch(n), 0.01);
    const state = Object.fromEntries(Object.entries(free.state).map(([key, data]) => [key, data.slice()]));
    masks[name].fill(0, 0, 50);
    const frozen = await trainer(graph, state, decay, { threads: 1, masks, startStep: 5 });
    for (let n = 5; n < 10; n++) await frozen.train(tinyBatch(n), 0.01);
    for (const key of [name, `${name}.m`, `${name}.v`]) {
      expect(frozen.state[key].slice(0, 50)).toEqual(state[key].slice(0, 50));
      expect(frozen.state[key].slice(50)).not.toEqual(state[key].slice(50));
    }
  });

  it('takes the step that the published algorithm of Adam gives', async () => {
    const options = { weightDecay: 0.1, epsilon: 1e-6 };
    const plain = await trainer(tinyTraining(sgd()), tinyState(), decay, { threads: 1 });
    await plain.train(tinyBatch(0), 1);
    const start = tinyState();
    const stepped = await trainer(tinyTraining(adam(options)), start, decay, { threads: 1 });
    await stepped.train(tinyBatch(0), 0.01);
    const name = 'h.1.mlp.c_fc.weight';
    for (const [at, old] of start[name].entries()) {
      const gradient = old - plain.state[name][at];
      const corrected = gradient / (Math.abs(gradient) + options.epsilon);
      expect(stepped.state[name][at]).toBeCloseTo(old - 0.01 * (corrected + 0.1 * old), 4);
    }
  });

  it('clips the joint norm of the gradients', async () => {
    const limit = 0.05;
    const start = tinyState();
    const one = await trainer(tinyTraining(sgd(), /^$/, limit), start, decay, { threads: 1 });
    const { gradientNorm } = await one.train(tinyBatch(0), 1);
    let squares = 0;
    for (const [name, data] of Object.entries(one.state))
      for (const [at, value] of data.entries()) squares += (start[name][at] - value) ** 2;
    expect(gradientNorm).toBeGreaterThan(limit);
    expect(Math.sqrt(squares)).toBeCloseTo(limit, 4);
  });

  it('takes the mean gradient of several passes, step after step', async () => {
    const start = tinyState();
    const apart = await Promise.all(
      [0, 1].map(async (n) => {
        const one = await trainer(tinyTraining(sgd()), start, decay, { threads: 1 });
        const { loss } = await one.train(tinyBatch(n), 1);
        return { loss, state: one.state };
      }),
    );
    const together = await trainer(tinyTraining(sgd(), /^$/, null, 2), start, decay, { threads: 1 });
    const { loss } = await together.train([tinyBatch(0), tinyBatch(1)], 1);
    expect(loss).toBeCloseTo((apart[0].loss + apart[1].loss) / 2, 6);
    for (const [name, values] of Object.entries(together.state)) {
      for (const [at, value] of values.entries())
        expect(value, name).toBeCloseTo((apart[0].state[name][at] + apart[1].state[name][at]) / 2, 5);
    }
    // Sums begin at zero again: a second step on the same batches is that of the same mean gradient.
    const again = await trainer(tinyTraining(sgd(), /^$/, null, 2), together.state, decay, { threads: 1 });
    await again.train([tinyBatch(0), tinyBatch(1)], 0.5);
    await together.train([tinyBatch(0), tinyBatch(1)], 0.5);
    expect(together.state).toEqual(again.state);
  });
});
