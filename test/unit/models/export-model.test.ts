import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../../main/graph/onnx/decode.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { readOnnxFile } from '../../../main/graph/onnx/external-data.ts';
import { writeOnnxFile } from '../../../main/graph/onnx/write-onnx-file.ts';
import { companionsOf, exportFolder, exportOnnx } from '../../../main/models/export/export-model.ts';
import { huggingFaceConfig } from '../../../main/models/export/hugging-face-config.ts';
import { parseModelConfig } from '../../../main/models/folder/model-config.ts';
import { openModelTokenizer, readModel } from '../../../main/models/folder/read-model.ts';
import { certify } from '../../../main/models/running/certify.ts';
import { openLanguageModel } from '../../../main/models/running/language-model.ts';
import { buildModelGraph } from '../../../main/models/running/model-graph.ts';
import { openSession } from '../../../main/runtime/session.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models');
const models = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const temporary = () => mkdtempSync(join(tmpdir(), 'export-'));
const contents = (folder: string) =>
  new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'latin1')]));

const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);

async function exported(source: string): Promise<string> {
  const model = await readModel(source);
  const target = join(temporary(), 'model');
  await exportFolder(target, model, await companionsOf(source, model));
  return target;
}

describe.each(models)('$name', ({ name }) => {
  const source = join(fixtures, name);

  it('comes back from a folder with every bit, and goes out again as the same bytes', async () => {
    const first = await exported(source);
    const original = await readModel(source);
    const back = await readModel(first);
    expect(back.config).toEqual(original.config);
    expect([...back.parameters.keys()].sort()).toEqual([...original.parameters.keys()].sort());
    for (const [parameter, { shape, values }] of original.parameters) {
      const again = back.parameters.get(parameter);
      expect(again?.shape).toEqual(shape);
      expect(bitsOf(again?.values ?? new Float32Array())).toEqual(bitsOf(values));
    }
    expect(contents(await exported(first))).toEqual(contents(first));
  });

  it('has a config.json of its own that means the same', async () => {
    const model = await readModel(source);
    const made = parseModelConfig(huggingFaceConfig(model, { begin: 1, end: [2] }));
    expect(made).toEqual(model.config);
  });

  it('comes back from an ONNX file as the same bytes', async () => {
    const file = join(temporary(), 'model.onnx');
    await exportOnnx(file, await readModel(source));
    const bytes = readFileSync(file);
    expect(Buffer.from(encodeModel(decodeModel(bytes))).equals(bytes)).toBe(true);
  });
});

describe('exports', () => {
  it('a GGUF file becomes a folder that agrees with the reference, tokenizer included', async () => {
    const source = join(fixtures, 'llama-gguf');
    const target = await exported(source);
    const model = await openLanguageModel(await readModel(target));
    expect((await certify(model, join(source, 'reference'), 1e-4)).passes).toBe(true);
    await model.release();
    const before = await openModelTokenizer(source, 60).catch((thrown: { code: string }) => thrown.code);
    if (typeof before === 'string') expect(readdirSync(target)).not.toContain('tokenizer.json');
    else
      expect((await openModelTokenizer(target, 60)).encode('a cat', false)).toEqual(
        before.encode('a cat', false),
      );
  });

  it('never overwrites', async () => {
    const model = await readModel(join(fixtures, 'gpt2'));
    const folder = temporary();
    const companions = await companionsOf(join(fixtures, 'gpt2'), model);
    await expect(exportFolder(folder, model, companions)).rejects.toMatchObject({ code: 'export.exists' });
    const file = join(folder, 'there.onnx');
    writeFileSync(file, 'mine');
    await expect(exportOnnx(file, model)).rejects.toMatchObject({ code: 'export.exists' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('leaves nothing behind where it fails', async () => {
    const model = await readModel(join(fixtures, 'gpt2'));
    const folder = temporary();
    const companions = { json: {}, copies: [join(folder, 'no-such-file')] };
    await expect(exportFolder(join(folder, 'model'), model, companions)).rejects.toThrow(/ENOENT/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('weights beside an ONNX file are read by the runtime and by us as if they were inside', async () => {
    const model = buildModelGraph(await readModel(join(fixtures, 'qwen2')));
    const folder = temporary();
    const whole = Buffer.from(encodeModel(model));
    const files = await writeOnnxFile(join(folder, 'beside.onnx'), model, 'beside');
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual(['beside.onnx', 'beside.onnx.data']);
    expect(readFileSync(files[0]).byteLength).toBeLessThan(whole.byteLength / 2);
    // What is in memory is not touched.
    expect(Buffer.from(encodeModel(model)).equals(whole)).toBe(true);
    expect(Buffer.from(encodeModel(await readOnnxFile(files[0]))).equals(whole)).toBe(true);
    const ids = { type: 'int64', dims: [1, 3], data: BigInt64Array.of(4n, 5n, 6n) } as const;
    const results: unknown[] = [];
    for (const opened of [await openSession(files[0]), await openSession(whole)]) {
      results.push((await opened.run({ ids }, { outputs: ['logits'] })).logits);
      await opened.release();
    }
    expect(results[0]).toEqual(results[1]);
  });
});

describe('settings as transformers 5 writes them', () => {
  const base = {
    model_type: 'llama',
    vocab_size: 60,
    hidden_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    max_position_embeddings: 24,
  };

  it('rotary positions are read from rope_parameters', () => {
    const { rotary } = parseModelConfig({
      ...base,
      rope_parameters: { rope_type: 'linear', rope_theta: 5000, factor: 2 },
    });
    expect(rotary).toEqual({ base: 5000, dimensions: 8, scaling: { kind: 'linear', factor: 2 } });
    const neox = parseModelConfig({
      ...base,
      model_type: 'gpt_neox',
      rope_parameters: { rope_type: 'default', rope_theta: 10_000, partial_rotary_factor: 0.5 },
    });
    expect(neox.rotary).toEqual({ base: 10_000, dimensions: 4, scaling: { kind: 'none' } });
  });

  it('a share that rotates nothing is refused', () => {
    expect(() => parseModelConfig({ ...base, model_type: 'gpt_neox', rotary_pct: 0.1 })).toThrow(
      /rotary positions/,
    );
  });
});
