import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../main/formats/npy/npy.ts';
import { cutModel, exposeValues, insertMasks } from '../../../main/graph/edit/edit-model.ts';
import { listTaps } from '../../../main/graph/edit/list-taps.ts';
import { GraphBuilder } from '../../../main/graph/graph-builder.ts';
import { decodeModel } from '../../../main/graph/onnx/decode.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { readOnnxFile } from '../../../main/graph/onnx/external-data.ts';
import type { OnnxModel } from '../../../main/graph/onnx/onnx-model.ts';
import { operators } from '../../../main/graph/ops/registry.ts';
import { readModel } from '../../../main/models/folder/read-model.ts';
import { buildModelGraph } from '../../../main/models/running/model-graph.ts';
import { openSession } from '../../../main/runtime/session.ts';
import { float32Of, type TensorValue } from '../../../main/runtime/tensor-value.ts';
import { bundled } from '../../bundled.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const exportedFile = (name: string) => join(fixtures, 'graph', `exported-${name}.onnx`);
const reference = (name: string, file: string) =>
  readNpy(join(fixtures, 'models', name, 'reference', `${file}.npy`));
const TOLERANCE = 1e-5;

async function run(model: OnnxModel, feeds: Record<string, TensorValue>) {
  const session = await openSession(encodeModel(model));
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

async function idsOf(name: string): Promise<TensorValue> {
  const { shape, data } = await reference(name, 'ids');
  return { type: 'int64', dims: [1, shape[1]], data: BigInt64Array.from(data.subarray(0, shape[1]), BigInt) };
}

/** Largest difference from the first text of a reference array. */
async function differenceFrom(name: string, file: string, value: TensorValue): Promise<number> {
  const { data } = await reference(name, file);
  const ours = float32Of(value, file);
  return Math.max(...ours.map((one, at) => Math.abs(one - Number(data[at]))));
}

describe.each(['bert', 'gpt2', 'llama'])('a %s that torch exported', (name) => {
  it('shows its layers and heads, and they hold what torch says', async () => {
    const model = await readOnnxFile(exportedFile(name));
    const { hidden, attention, heads } = listTaps(model, operators);
    expect([hidden.length, attention.length]).toEqual([3, 2]);
    expect(heads).toEqual([4, 4]);
    const exposures = [
      ...hidden.map((value, layer) => ({ value, name: `hidden_0${layer}` })),
      ...attention.map((found, layer) => ({ value: found.attention, name: `attention_0${layer}` })),
    ];
    const results = await run(exposeValues(model, exposures), { ids: await idsOf(name) });
    for (const { name: file } of exposures)
      expect(await differenceFrom(name, file, results[file]), file).toBeLessThanOrEqual(TOLERANCE);
  });

  it('loses a head where its mask is zero, as torch does, and nothing where masks are one', async () => {
    const model = await readOnnxFile(exportedFile(name));
    const { attention } = listTaps(model, operators);
    const masked = insertMasks(
      model,
      attention.map(({ context }, layer) => ({ value: context, mask: `mask_${layer}`, dims: [1, 4, 1, 1] })),
    );
    const mask = (...values: number[]): TensorValue => ({
      type: 'float32',
      dims: [1, 4, 1, 1],
      data: Float32Array.from(values),
    });
    const ids = await idsOf(name);
    const ones = mask(1, 1, 1, 1);
    const whole = await run(masked, { ids, mask_0: ones, mask_1: ones });
    expect(await differenceFrom(name, 'hidden_02', whole.last)).toBeLessThanOrEqual(TOLERANCE);
    const without = await run(masked, { ids, mask_0: mask(1, 1, 0, 1), mask_1: ones });
    const expected: number[] = JSON.parse(readFileSync(join(fixtures, 'graph/exported-masked.json'), 'utf8'))[
      name
    ];
    const differences = float32Of(without.last, 'last').map((value, at) => Math.abs(value - expected[at]));
    expect(Math.max(...differences)).toBeLessThanOrEqual(TOLERANCE);
    expect(await differenceFrom(name, 'hidden_02', without.last)).toBeGreaterThan(0.01);
  });

  it('runs in two parts as it runs whole', async () => {
    const model = await readOnnxFile(exportedFile(name));
    const ids = await idsOf(name);
    const middle = listTaps(model, operators).hidden[1];
    const lower = cutModel(model, { inputs: [], outputs: [middle] });
    const upper = cutModel(model, { inputs: [middle], outputs: ['last'] });
    expect(lower.graph.initializers.length + upper.graph.initializers.length).toBeLessThan(
      model.graph.initializers.length + 6,
    );
    const below = await run(lower, { ids });
    // What is left of the upper part's inputs: ids, where masks or positions are made of their length.
    const needsIds = upper.graph.inputs.some((input) => input.name === 'ids');
    const { last } = await run(upper, { [middle]: below[middle], ...(needsIds ? { ids } : {}) });
    expect(await differenceFrom(name, 'hidden_02', last)).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe('taps', () => {
  it.each(['gpt2', 'gpt-neox', 'gpt-neox-sequential', 'llama', 'qwen2', 'bert', 'roberta'])(
    'are found in our own %s where its builder put them',
    async (name) => {
      const folder = await readModel(join(fixtures, 'models', name));
      const model = buildModelGraph(folder);
      const { hidden, attention } = listTaps(model, operators);
      const named = (prefix: string) =>
        model.graph.outputs.filter((output) => output.name.startsWith(prefix)).map((output) => output.name);
      const ids: TensorValue = { type: 'int64', dims: [1, 4], data: BigInt64Array.of(5n, 9n, 30n, 7n) };
      const mask: TensorValue = { type: 'float32', dims: [1, 4], data: new Float32Array(4).fill(1) };
      const feeds = model.graph.inputs.some((input) => input.name === 'mask') ? { ids, mask } : { ids };
      const results = await run(
        exposeValues(
          model,
          [...hidden, ...attention.map((found) => found.attention)].map((value) => ({
            value,
            name: `found/${value}`,
          })),
        ),
        feeds,
      );
      const values = (key: string) => float32Of(results[key], key);
      expect(hidden.map((value) => [...values(`found/${value}`)])).toEqual(
        named('hidden_').map((key) => [...values(key)]),
      );
      expect(attention.map((found) => [...values(`found/${found.attention}`)])).toEqual(
        named('attention_').map((key) => [...values(key)]),
      );
    },
  );

  it('are found in the bundled encoder', async () => {
    const model = decodeModel(await bundled.read('encoder/use-lite.onnx'));
    const { hidden, attention, heads, values } = listTaps(model, operators);
    expect([hidden.length, attention.length, heads]).toEqual([3, 2, [4, 4]]);
    expect(values.length).toBeGreaterThan(80);
  });

  it('of a residual convolutional network are its blocks; of a plain one its values alone', () => {
    const graph = new GraphBuilder('convolutions');
    const kernel = graph.constant('float32', [2, 2, 1, 1], Float32Array.of(1, 2, 3, 4));
    let value = graph.input('x', 'float32', [1, 2, 4, 4]);
    for (let block = 0; block < 2; block++) {
      const inner = graph.node('Relu', [graph.node('Conv', [value, kernel])]);
      value = graph.node('Add', [value, graph.node('Conv', [inner, kernel])]);
    }
    graph.output(value, 'float32', [1, 2, 4, 4], 'y');
    expect(listTaps(graph.build(), operators)).toMatchObject({
      hidden: ['x', 'Add', 'Add_1'],
      attention: [],
    });
    const plain = new GraphBuilder('plain');
    const x = plain.input('x', 'float32', [2, 2]);
    plain.output(plain.node('Tanh', [plain.node('MatMul', [x, x])]), 'float32', [2, 2], 'y');
    const taps = listTaps(plain.build(), operators);
    expect(taps.hidden).toEqual([]);
    expect(taps.values).toMatchObject([
      { value: 'MatMul', op: 'MatMul', type: { type: 'float32', dims: [2, 2] } },
      { value: 'Tanh' },
      { value: 'y' },
    ]);
  });
});

describe('editing', () => {
  it('keeps subgraphs, and masks what they take from around them', async () => {
    const model = decodeModel(readFileSync(join(fixtures, 'graph/branches.onnx')));
    const before = encodeModel(model);
    const [output] = model.graph.outputs;
    const exposed = exposeValues(model, [{ value: output.name, name: 'copy' }]);
    const back = decodeModel(encodeModel(exposed));
    expect(back.graph.nodes.slice(0, model.graph.nodes.length)).toEqual(model.graph.nodes);
    // The model itself is not changed by an edit.
    expect(encodeModel(model)).toEqual(before);

    const outer = new GraphBuilder('outer');
    const x = outer.input('x', 'float32', [2]);
    const condition = outer.input('condition', 'bool', []);
    const inner = outer.node('Relu', [x], {}, 'inner');
    const branch = (name: string, op: string) => {
      const { graph } = new GraphBuilder(name).build();
      return {
        kind: 'graph' as const,
        value: {
          ...graph,
          nodes: [{ opType: op, inputs: [inner], outputs: [`${name}_out`], attributes: [], unknown: [] }],
          outputs: [{ name: `${name}_out`, unknown: [] }],
        },
      };
    };
    const chosen = outer.node('If', [condition], {
      then_branch: branch('yes', 'Identity'),
      else_branch: branch('no', 'Neg'),
    });
    outer.output(chosen, 'float32', [2], 'y');
    const masked = insertMasks(outer.build(), [{ value: 'inner', mask: 'mask', dims: [2] }]);
    const vector = (a: number, b: number): TensorValue => ({
      type: 'float32',
      dims: [2],
      data: Float32Array.of(a, b),
    });
    const results = await run(masked, {
      x: vector(3, 5),
      mask: vector(1, 0),
      condition: { type: 'bool', dims: [], data: Uint8Array.of(0) },
    });
    expect([...float32Of(results.y, 'y')]).toEqual([-3, -0]);
    // A cut that needs the branch keeps what the branch reads.
    const cut = cutModel(masked, { inputs: [], outputs: ['y'] });
    expect(cut.graph.nodes).toHaveLength(masked.graph.nodes.length);
  });

  it('says what is wrong with a request', async () => {
    const model = await readOnnxFile(exportedFile('bert'));
    const code = (work: () => unknown) => {
      try {
        work();
      } catch (thrown) {
        return (thrown as { code: string }).code;
      }
      return null;
    };
    expect(code(() => exposeValues(model, [{ value: 'nowhere', name: 'a' }]))).toBe('onnx.no-value');
    const { hidden } = listTaps(model, operators);
    expect(code(() => exposeValues(model, [{ value: hidden[1], name: 'last' }]))).toBe('onnx.name-taken');
    expect(code(() => insertMasks(model, [{ value: 'ids', mask: 'm', dims: [1] }]))).toBe('onnx.no-value');
    expect(code(() => insertMasks(model, [{ value: hidden[1], mask: 'ids', dims: [1] }]))).toBe(
      'onnx.name-taken',
    );
    expect(code(() => cutModel(model, { inputs: ['last'], outputs: ['last'] }))).toBe('onnx.cut-empty');
  });

  it('refuses a graph that goes in a circle, naming the values', async () => {
    const graph = new GraphBuilder('circle');
    const x = graph.input('x', 'float32', [2]);
    const [a, b] = ['a', 'b'];
    graph.output(graph.node('Add', [x, x], {}, a), 'float32', [2]);
    graph.node('Relu', [a], {}, b);
    const model = graph.build();
    model.graph.nodes[0].inputs = [x, b];
    const file = join(mkdtempSync(join(tmpdir(), 'circle-')), 'circle.onnx');
    writeFileSync(file, encodeModel(model));
    await expect(readOnnxFile(file)).rejects.toMatchObject({
      code: 'onnx.cycle',
      params: { path: 'a ← b ← a' },
    });
  });
});
