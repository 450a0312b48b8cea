import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rotaryFrequencies } from '../../../main/models/architectures/rotary.ts';
import { parseModelConfig } from '../../../main/models/folder/model-config.ts';
import { readModelFolder } from '../../../main/models/folder/model-folder.ts';
import { openModelTokenizer } from '../../../main/models/folder/read-model.ts';
import { everything, openLanguageModel } from '../../../main/models/running/language-model.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models');

/** A copy of a fixture model with its config.json changed. */
function changed(name: string, change: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'model-'));
  cpSync(join(fixtures, name), folder, { recursive: true });
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...change }));
  return folder;
}

/** The bytes of a folder's weight file with some entries of the header changed; offsets count from a block of zeros. */
function withHeader(folder: string, entries: Record<string, { data_offsets: number[] }>): Uint8Array {
  const old = readFileSync(join(folder, 'model.safetensors'));
  const length = Number(old.readBigUInt64LE(0));
  const header: Record<string, { data_offsets?: number[] }> = JSON.parse(
    old.subarray(8, 8 + length).toString('utf8'),
  );
  const data = old.subarray(8 + length);
  for (const [name, entry] of Object.entries(entries)) {
    const [from, to] = entry.data_offsets;
    header[name] = { ...entry, data_offsets: [data.byteLength + from, data.byteLength + to] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.byteLength));
  const added = Math.max(...Object.values(entries).map((entry) => entry.data_offsets[1]));
  return Buffer.concat([size, text, data, Buffer.alloc(added)]);
}

describe('model folders', () => {
  it('read shards, half precision and every family', async () => {
    const llama = await readModelFolder(join(fixtures, 'llama'));
    expect(llama.config).toMatchObject({
      family: 'llama',
      heads: 4,
      keyValueHeads: 2,
      headWidth: 4,
      tied: false,
    });
    expect(llama.parameters.get('lm_head.weight')?.shape).toEqual([60, 16]);
    expect((await readModelFolder(join(fixtures, 'gpt2'))).parameters.has('wte.weight')).toBe(true);
  });

  it('name what stands in the way', async () => {
    const refusal = (folder: string) =>
      readModelFolder(folder).then(
        () => null,
        (thrown: { code: string }) => thrown.code,
      );
    expect(await refusal(tmpdir())).toBe('model.no-config');
    expect(await refusal(changed('gpt2', { model_type: 'mamba' }))).toBe('model.unsupported');
    expect(await refusal(changed('llama', { rope_scaling: { type: 'longrope' } }))).toBe('model.unsupported');
    expect(await refusal(changed('llama', { hidden_act: 'mish' }))).toBe('model.unsupported');
    expect(await refusal(changed('llama', { vocab_size: 61 }))).toBe('model.shape');
    expect(await refusal(changed('llama', { num_hidden_layers: 3 }))).toBe('model.missing-parameter');
    expect(await refusal(changed('llama', { hidden_size: 'wide' }))).toBe('model.config');
    expect(await refusal(changed('llama', { num_attention_heads: 5 }))).toBe('model.config');
    // More layers than memory has room for names of their weights.
    expect(await refusal(changed('llama', { num_hidden_layers: 1e9 }))).toBe('model.config');
    expect(await refusal(changed('llama', { rope_theta: -5 }))).toBe('model.config');
    expect(await refusal(changed('llama', { rope_scaling: { type: 'linear', factor: 0 } }))).toBe(
      'model.config',
    );
    for (const json of ['null', '[]', '7']) {
      const other = changed('llama', {});
      writeFileSync(join(other, 'config.json'), json);
      expect(await refusal(other)).toBe('model.config');
    }
    const noShard = changed('llama', {});
    rmSync(join(noShard, 'model-00002-of-00002.safetensors'));
    expect(await refusal(noShard)).toBe('model.missing-shard');
    const outside = changed('llama', {});
    writeFileSync(
      join(outside, 'model.safetensors.index.json'),
      JSON.stringify({ weight_map: { a: '../../secret.safetensors' } }),
    );
    expect(await refusal(outside)).toBe('model.shard-path');
    const empty = changed('gpt2', {});
    rmSync(join(empty, 'model.safetensors'));
    expect(await refusal(empty)).toBe('model.no-weights');
    writeFileSync(join(empty, 'config.json'), '{"model_type":');
    expect(await refusal(empty)).toBe('model.json');
    const cut = changed('llama', {});
    writeFileSync(join(cut, 'model.safetensors.index.json'), '{"weight_map": {');
    expect(await refusal(cut)).toBe('model.json');
    const integers = changed('gpt2', {});
    const header = { 'transformer.wte.weight': { dtype: 'I64', shape: [60, 16], data_offsets: [0, 7680] } };
    writeFileSync(join(integers, 'model.safetensors'), withHeader(integers, header));
    expect(await refusal(integers)).toBe('safetensors.dtype');
  });

  it('say in the sentence which architectures there are', () => {
    expect(() => parseModelConfig({ model_type: 'rwkv' })).toThrow(
      /"rwkv" is not supported; supported are gpt2, gpt_neox, llama/,
    );
  });
});

it('refuses a tokenizer with more tokens than the embedding, and one that is damaged', async () => {
  const folder = changed('llama', {});
  const file = join(folder, 'tokenizer.json');
  const text = readFileSync(file, 'utf8');
  const json = JSON.parse(text);
  json.model.vocab.another = 60;
  writeFileSync(file, JSON.stringify(json));
  await expect(openModelTokenizer(folder, 60)).rejects.toMatchObject({ code: 'tokenizer.larger' });
  for (const damaged of ['{}', 'null', text.slice(0, text.length / 2)]) {
    writeFileSync(file, damaged);
    await expect(openModelTokenizer(folder, 60)).rejects.toMatchObject({ code: 'tokenizer.damaged' });
  }
});

describe('running', () => {
  it('refuses sequences that the model cannot take', async () => {
    const model = await openLanguageModel(await readModelFolder(join(fixtures, 'gpt2')));
    const request = everything(model.config);
    await expect(model.run([[]], request)).rejects.toMatchObject({ code: 'model.no-tokens' });
    await expect(model.run([[60]], request)).rejects.toMatchObject({ code: 'model.token-range' });
    await expect(model.run([Array(25).fill(1)], request)).rejects.toMatchObject({ code: 'model.too-long' });
    await model.release();
  });

  it('gives a short text in a batch the states it has alone, in causal and in two-way models', async () => {
    for (const name of ['llama', 'bert']) {
      const model = await openLanguageModel(await readModelFolder(join(fixtures, name)));
      const request = { hidden: [model.config.layers], attention: [], logits: false };
      const together = await model.run(
        [
          [5, 6, 7],
          [8, 9, 10, 11, 12, 13],
        ],
        request,
      );
      const alone = await model.run([[5, 6, 7]], request);
      const ours = together.hidden.get(model.config.layers)?.subarray(0, 3 * 16) ?? [];
      const expected = alone.hidden.get(model.config.layers) ?? [];
      ours.forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at], 5);
      });
      await model.release();
    }
  });
});

it('rotary frequencies follow their scaling', () => {
  const plain = rotaryFrequencies({ base: 10_000, dimensions: 8, scaling: { kind: 'none' } });
  expect([...plain]).toEqual([1, 0.1, 0.01, 0.001].map((value) => expect.closeTo(value, 12)));
  const linear = rotaryFrequencies({ base: 10_000, dimensions: 8, scaling: { kind: 'linear', factor: 4 } });
  expect(linear[1]).toBeCloseTo(0.025, 12);
  const scaling = {
    kind: 'llama3',
    factor: 8,
    lowFactor: 1,
    highFactor: 4,
    originalPositions: 1000,
  } as const;
  const stretched = rotaryFrequencies({ base: 10_000, dimensions: 8, scaling });
  // 159 and 16 turns in 1,000 positions: untouched; 1.6 turns: between; 0.16: slowed down eightfold.
  expect(stretched[0]).toBe(1);
  expect(stretched[1]).toBe(plain[1]);
  expect(stretched[2]).toBeGreaterThan(plain[2] / 8);
  expect(stretched[2]).toBeLessThan(plain[2]);
  expect(stretched[3]).toBeCloseTo(plain[3] / 8, 12);
});

it('YaRN slows pairs down and strengthens them as transformers 5 does', () => {
  const config = (rope: Record<string, unknown>) =>
    parseModelConfig({
      model_type: 'llama',
      vocab_size: 8,
      hidden_size: 64,
      num_hidden_layers: 1,
      num_attention_heads: 4,
      max_position_embeddings: 512,
      rope_parameters: {
        rope_type: 'yarn',
        rope_theta: 10_000,
        factor: 4,
        original_max_position_embeddings: 128,
        ...rope,
      },
    }).rotary;
  const strengthOf = (rope: Record<string, unknown>) => {
    const scaling = config(rope)?.scaling;
    return scaling?.kind === 'yarn' ? scaling.attentionFactor : null;
  };
  const plain = config({});
  // ROPE_INIT_FUNCTIONS['yarn'] of transformers 5.24 for this very config.
  const expected = [
    1, 0.237170815, 0.049999997, 0.00790569466, 0.00249999994, 0.000790569466, 0.000250000012, 7.90569466e-5,
  ];
  if (plain === null) throw new Error('no rotary positions');
  for (const [pair, frequency] of rotaryFrequencies(plain).entries())
    expect(frequency / expected[pair]).toBeCloseTo(1, 6);
  expect(strengthOf({})).toBeCloseTo(1.138629436111989, 12);
  expect(strengthOf({ attention_factor: 1.5 })).toBe(1.5);
  expect(strengthOf({ mscale: 1, mscale_all_dim: 0.5 })).toBeCloseTo(1.0648216253695715, 12);
});

it('a sliding window limits the length of what a model reads, where it is in use', () => {
  const config = (change: Record<string, unknown>) =>
    parseModelConfig({
      vocab_size: 8,
      hidden_size: 16,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      max_position_embeddings: 512,
      sliding_window: 64,
      ...change,
    }).positions;
  expect(config({ model_type: 'mistral' })).toBe(64);
  expect(config({ model_type: 'mistral', sliding_window: null })).toBe(512);
  expect(config({ model_type: 'qwen2' })).toBe(512);
  expect(config({ model_type: 'qwen2', use_sliding_window: true })).toBe(64);
});
