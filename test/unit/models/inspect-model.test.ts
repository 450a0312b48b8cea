import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../main/graph/graph-builder.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { gpt2Parameters } from '../../../main/models/architectures/gpt2.ts';
import { parseModelConfig } from '../../../main/models/folder/model-config.ts';
import { readModelShapes } from '../../../main/models/folder/read-model.ts';
import { inspectModel, inspectShapes } from '../../../main/models/inspect/inspect-model.ts';

const models = join(import.meta.dirname, '../../fixtures/models');

/** A GPT-2 of any size, no weights needed. */
function gpt2(width: number, layers: number, heads: number, vocabulary = 50257, positions = 1024) {
  const config = parseModelConfig({
    model_type: 'gpt2',
    vocab_size: vocabulary,
    n_positions: positions,
    n_embd: width,
    n_layer: layers,
    n_head: heads,
  });
  const shapes = new Map(gpt2Parameters(config).map(({ name, dims }) => [name, dims]));
  return { name: 'gpt2', format: 'hugging-face' as const, config, shapes };
}

describe('GPT-2 by closed form', () => {
  test('GPT-2 small has 124,439,808 parameters, and 12·d² + 2·S·d products a token and layer', () => {
    const [width, layers, sequence, batch] = [768, 12, 1024, 2];
    const { total, byOp } = inspectShapes(gpt2(width, layers, 12), { batch, sequence });
    expect(total.parameters).toBe(124_439_808);
    const tokens = batch * sequence;
    const dense = tokens * layers * 12 * width ** 2 + tokens * width * 50257;
    const attention = tokens * layers * 2 * sequence * width;
    expect(total.macs).toBe(dense + attention);
    expect(byOp.find(({ op }) => op === 'Gemm')?.macs).toBe(dense);
    expect(byOp.find(({ op }) => op === 'MatMul')?.macs).toBe(attention);
    expect(total.flops).toBeGreaterThan(2 * total.macs);
    // All that is not a product of matrices is a few per cent.
    expect(total.flops).toBeLessThan(2.05 * total.macs);
  });

  test('any size: layers are alike, heads share a layer evenly, and parts add up to the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (heads, layers, batch, sequence) => {
          const width = 8 * heads;
          const model = inspectShapes(gpt2(width, layers, heads, 31, 16), { batch, sequence });
          expect(model.layers.map(({ name }) => name)).toEqual([
            'before',
            ...Array.from({ length: layers }, (_, layer) => `h.${layer}`),
            'after',
          ]);
          const blocks = model.layers.slice(1, -1);
          for (const block of blocks) {
            // 12·d² + 13·d: four dense layers with biases and two normalisations.
            expect(block.parameters).toBe(12 * width ** 2 + 13 * width);
            expect(block.macs).toBe(batch * sequence * (12 * width ** 2 + 2 * sequence * width));
            expect(block.heads).toHaveLength(1);
            expect(block.heads[0]).toMatchObject({ count: heads, map: [sequence, sequence] });
            expect(block.heads[0].macsPerHead).toBe(batch * sequence * sequence * 2 * 8);
          }
          expect(model.layers.reduce((sum, { flops }) => sum + flops, 0)).toBe(model.total.flops);
          expect(model.byOp.reduce((sum, { flops }) => sum + flops, 0)).toBe(model.total.flops);
          expect(model.uncounted).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('every family', () => {
  test.each(['gpt2', 'gpt-neox', 'llama', 'qwen2', 'bert', 'roberta', 'llama-gguf'])(
    '%s: every weight of the file is counted once, every layer has its heads',
    async (folder) => {
      const path = join(models, folder);
      const { config, shapes } = await readModelShapes(path);
      const model = await inspectModel(path);
      const weights = [...shapes].filter(([name]) => !unused.test(name));
      expect(model.total.parameters).toBe(
        weights.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0),
      );
      const layers = model.layers.filter(({ index }) => index !== null);
      expect(layers.map(({ index }) => index)).toEqual(Array.from({ length: config.layers }, (_, i) => i));
      expect(layers.map(({ heads }) => heads.map(({ count }) => count))).toEqual(
        layers.map(() => [config.heads]),
      );
      expect(model.uncounted).toEqual([]);
    },
  );
});

/** Weights that files carry and the computed part of the model does not read. */
const unused = /^(pooler\.|cls\.seq_relationship|cls\.predictions\.decoder|lm_head\.decoder)/;

describe('ONNX files', () => {
  /** Two numbered blocks of convolution and ReLU over an open batch and size. */
  function writeEncoder(): string {
    const g = new GraphBuilder('encoder');
    let value = g.input('image', 'float32', ['batch', 1, 'height', 'width']);
    for (const [block, [channels, filters]] of [
      [1, 8],
      [8, 16],
    ].entries()) {
      const count = filters * channels * 9;
      const kernel = g.constant(
        'float32',
        [filters, channels, 3, 3],
        new Float32Array(count),
        `blocks.${block}.conv.weight`,
      );
      const bias = g.constant('float32', [filters], new Float32Array(filters), `blocks.${block}.conv.bias`);
      value = g.node('Conv', [value, kernel, bias], { pads: [1, 1, 1, 1] });
      value = g.node('Relu', [value]);
    }
    g.output(value, 'float32', ['batch', 16, 'height', 'width'], 'features');
    const path = join(mkdtempSync(join(tmpdir(), 'inspect-')), 'encoder.onnx');
    writeFileSync(path, encodeModel(g.build()));
    return path;
  }

  test('convolutions by input size', async () => {
    const model = await inspectModel(writeEncoder(), { height: 64, width: 32 });
    expect(model.sizes).toEqual({ batch: 1, height: 64, width: 32 });
    expect(model.convolutions.parameters).toBe(8 * 9 + 8 + 16 * 8 * 9 + 16);
    expect(model.convolutions.macs).toBe(64 * 32 * (8 * 9 + 16 * 8 * 9));
    expect(model.layers.map(({ name, ops }) => [name, ops.map(({ op }) => op)])).toEqual([
      ['blocks.0', ['Conv', 'Relu']],
      ['blocks.1', ['Conv', 'Relu', 'Identity']],
    ]);
  });

  test.each([
    [{}, 'inspect.axis-missing', /"height"/],
    [{ depth: 3 }, 'inspect.axis-unknown', /batch, height, width/],
    [{ height: 0 }, 'inspect.axis-size', /"height"/],
  ])('sizes %j are refused', async (sizes, code, sentence) => {
    const refused = await inspectModel(writeEncoder(), sizes).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code, message: expect.stringMatching(sentence) });
  });
});
