import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSafetensors } from '../../../main/formats/safetensors/safetensors.ts';
import { differentiate } from '../../../main/graph/differentiate.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { readModel } from '../../../main/models/folder/read-model.ts';
import { guessesMasked, languageLoss } from '../../../main/models/training/language-loss.ts';
import { evaluateModel } from '../../../main/runtime/evaluate-model.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models');
const plain = (type: string, dims: readonly number[], data: ArrayLike<number>) => ({
  type,
  dims,
  data: Float64Array.from(data),
});

/** Whole models against torch (make-gradients.py): the loss, and its gradient with respect to every parameter. */
describe('gradients of whole models', () => {
  it.each(['gpt2', 'gpt-neox', 'llama', 'bert', 'roberta'])('%s within 1e-4 of torch', async (name) => {
    const { config, parameters } = await readModel(join(fixtures, name));
    const reference = await openSafetensors(join(fixtures, name, 'gradients.safetensors'));
    const numbers = (key: string): number[] => JSON.parse(reference.metadata[key]);
    const shapes = new Map([...parameters].map(([own, { shape }]) => [own, shape]));
    const targets = numbers('targets');
    const size = { batch: 2, sequence: 7, guessed: guessesMasked(config) ? targets.length / 2 : 0 };
    const { graph, loss, parameters: trained } = languageLoss(config, shapes, size);
    const gradients = differentiate(
      graph,
      loss,
      trained.map((parameter) => parameter.name),
    );
    graph.output(loss, 'float32', [], 'loss');
    for (const [at, { name: own, dims }] of trained.entries())
      graph.output(gradients[at], 'float32', dims, `d.${own}`);
    const results = await evaluateModel(encodeModel(graph.build()), {
      ids: plain('int64', [2, 7], numbers('ids')),
      targets: plain('int64', [targets.length], targets),
      ...(size.guessed > 0 && { positions: plain('int64', [targets.length], numbers('positions')) }),
      ...Object.fromEntries(
        [...parameters].map(([own, { shape, values }]) => [own, plain('float32', shape, values)]),
      ),
    });
    expect(results.loss.data[0]).toBeCloseTo(Number(reference.metadata.loss), 5);

    const worst: [string, number][] = [];
    for (const full of reference.tensors.keys()) {
      // Hugging Face puts the family's name before the names of its body.
      const own = trained.find((parameter) => full === parameter.name || full.endsWith(`.${parameter.name}`));
      expect(own, `${full} is trained here too`).toBeDefined();
      const expected = await reference.float32(full);
      const found = results[`d.${own?.name}`].data;
      const norm = Math.hypot(...expected);
      const difference = Math.hypot(...expected.map((value, at) => value - found[at]));
      // A bias of the keys moves no attention at all; its gradient is rounding, compared absolutely.
      worst.push([full, norm > 1e-6 ? difference / norm : difference]);
    }
    await reference.close();
    expect(worst.length).toBe(trained.length);
    console.info(name, Math.max(...worst.map(([, error]) => error)));
    expect(worst.filter(([, error]) => !(error <= 1e-4))).toEqual([]);
  });
});
