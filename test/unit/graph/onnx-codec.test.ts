import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  makeAttributes,
} from '../../../main/graph/onnx/attributes.ts';
import { decodeModel } from '../../../main/graph/onnx/decode.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { readOnnxFile } from '../../../main/graph/onnx/external-data.ts';
import type { OnnxModel, OnnxTensor } from '../../../main/graph/onnx/onnx-model.ts';
import { makeTensor, tensorValues } from '../../../main/graph/onnx/tensor-values.ts';

const folder = join(import.meta.dirname, '../../fixtures/graph');
const fixture = (name: string) => new Uint8Array(readFileSync(join(folder, name)));

function modelOf(initializers: OnnxTensor[]): OnnxModel {
  const graph = { nodes: [], initializers, inputs: [], outputs: [], valueInfos: [], unknown: [] };
  return { irVersion: 9, graph, opsetImports: [], metadata: [], unknown: [] };
}

describe('ONNX codec', () => {
  for (const name of ['kinds.onnx', 'branches.onnx', 'function.onnx', 'external.onnx']) {
    it(`writes ${name} back byte for byte`, () => {
      const bytes = fixture(name);
      expect(Buffer.from(encodeModel(decodeModel(bytes))).equals(Buffer.from(bytes))).toBe(true);
    });
  }

  it('reads every way of storing values', () => {
    const { graph, metadata, modelVersion } = decodeModel(fixture('kinds.onnx'));
    const value = (name: string) => {
      const found = graph.initializers.find((tensor) => tensor.name === name);
      if (found === undefined) throw new Error(name);
      return [...tensorValues(found)];
    };
    expect(value('f')).toEqual([0.5, -1.5]);
    expect(value('i32')).toEqual([1, -2, 3]);
    expect(value('i64')).toEqual([-1n, 2n]);
    expect(value('dbl')).toEqual([3.25]);
    expect(value('u64')).toEqual([2n ** 63n + 5n]);
    expect(value('f16')).toEqual([0x3c00, 0xc000]);
    expect(value('w')).toHaveLength(6);
    expect(() => value('s')).toThrow(/holds strings/);
    expect(metadata).toEqual([{ key: 'author', value: 'fixture' }]);
    expect(modelVersion).toBe(-3n);
    const gemm = graph.nodes.find(({ opType }) => opType === 'Gemm');
    expect(gemm && floatAttribute(gemm, 'alpha', 1)).toBe(0.5);
    expect(gemm && intAttribute(gemm, 'transB', 7)).toBe(7);
    expect(graph.inputs[0].type).toMatchObject({ kind: 'tensor', shape: [{ symbol: 'batch' }, { size: 3 }] });
  });

  it('reads subgraphs as graphs', () => {
    const [node] = decodeModel(fixture('branches.onnx')).graph.nodes;
    const branch = node.attributes.find(({ name }) => name === 'else_branch');
    expect(branch?.kind === 'graph' && branch.value.nodes[0].opType).toBe('Mul');
  });

  it('brings in weights from a file beside the model', async () => {
    const model = await readOnnxFile(join(folder, 'external.onnx'));
    const [weights] = model.graph.initializers;
    expect(tensorValues(weights)).toEqual(
      new Float32Array(new Uint8Array(readFileSync(join(folder, 'external.bin'))).buffer),
    );
    expect(weights.dataLocation).toBeUndefined();
  });

  it('refuses weights outside the folder of the model', async () => {
    const { mkdtemp, writeFile } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const directory = await mkdtemp(join(tmpdir(), 'onnx-'));
    for (const location of ['../secret', '/etc/passwd', '']) {
      const tensor = {
        dims: [1],
        dataType: 1,
        dataLocation: 1,
        external: [{ key: 'location', value: location }],
        unknown: [],
      };
      await writeFile(join(directory, 'bad.onnx'), encodeModel(modelOf([tensor])));
      await expect(readOnnxFile(join(directory, 'bad.onnx'))).rejects.toMatchObject({
        code: 'onnx.external-path',
      });
    }
  });

  it('refuses every truncation with a UserError or reads a shorter list, never another error', () => {
    const bytes = fixture('kinds.onnx');
    let refused = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        decodeModel(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ name: 'UserError' });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(bytes.length / 2);
    expect(() => decodeModel(new TextEncoder().encode('this is not a model'))).toThrow(/ONNX/);
  });

  it('keeps any tensor exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true })),
        fc.string(),
        fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
        (xs, name, ints) => {
          const back = decodeModel(
            encodeModel(
              modelOf([
                makeTensor(name, 'float32', [xs.length], Float32Array.from(xs)),
                { name, dims: [ints.length], dataType: 7, int64Data: ints, unknown: [] },
              ]),
            ),
          ).graph.initializers;
          expect([...tensorValues(back[0])]).toEqual([...Float32Array.from(xs)]);
          expect([...tensorValues(back[1])]).toEqual(ints);
          expect(back[0].name).toBe(new TextDecoder().decode(new TextEncoder().encode(name)));
        },
      ),
    );
  });

  it('makes attributes of plain values and refuses fractions without float()', () => {
    const attributes = makeAttributes({ axis: -1, perm: [0, 2, 1], mode: 'linear' });
    const node = { opType: 'X', inputs: [], outputs: [], attributes, unknown: [] };
    expect(intAttribute(node, 'axis', 0)).toBe(-1);
    expect(intsAttribute(node, 'perm')).toEqual([0, 2, 1]);
    expect(() => makeAttributes({ alpha: 0.5 })).toThrow(/float\(\)/);
  });
});
