import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../../main/commands/run-cli.ts';
import { readNpy } from '../../main/formats/npy/npy.ts';
import { openHuggingFaceTokenizer } from '../../main/models/tokenizers/hugging-face.ts';

const models = join(import.meta.dirname, '../fixtures/models');
const llama = join(models, 'llama');

async function gyrus(...argv: string[]) {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    signal: new AbortController().signal,
  };
  return { code: await runCli(argv, io), out, err };
}

it('model run writes every layer, which certify then accepts as reference', async () => {
  const out = mkdtempSync(join(tmpdir(), 'states-'));
  const run = await gyrus(
    'model',
    'run',
    llama,
    '--text',
    'the cat sat',
    'the dog and a log',
    '--out',
    out,
    '--heads',
    '--device',
    'cpu',
    '--json',
  );
  expect(run.err).toBe('');
  expect(JSON.parse(run.out).files).toEqual([
    'ids.npy',
    'mask.npy',
    'hidden_00.npy',
    'hidden_01.npy',
    'hidden_02.npy',
    'attention_00.npy',
    'attention_01.npy',
    'logits.npy',
  ]);
  const hidden = await readNpy(join(out, 'hidden_02.npy'));
  expect(hidden.shape).toEqual([2, Math.max(...JSON.parse(run.out).tokens), 16]);
  const certified = await gyrus('model', 'certify', llama, '--reference', out, '--json');
  expect(certified.code).toBe(0);
  expect(JSON.parse(certified.out)).toMatchObject({ passes: true, architecture: 'llama' });
});

it('model certify refuses a model that differs, naming the array', async () => {
  const result = await gyrus(
    'model',
    'certify',
    join(models, 'gpt2'),
    '--reference',
    join(models, 'gpt2', 'reference'),
    '--tolerance',
    '1e-12',
  );
  expect(result.code).toBe(1);
  expect(result.err).toMatch(/gpt2 does not agree with the reference: \w+ differs/);
  const other = await gyrus('model', 'certify', llama, '--reference', join(models, 'qwen2', 'reference'));
  expect(other.err + other.out).toMatch(/differ|does not fit/);
  expect(other.code).toBe(1);
});

it('model run says what is wrong with its input', async () => {
  const out = mkdtempSync(join(tmpdir(), 'states-'));
  expect((await gyrus('model', 'run', llama, '--out', out)).err).toMatch(/--text or --ids/);
  expect((await gyrus('model', 'run', join(models, 'gpt2'), '--text', 'a', '--out', out)).err).toMatch(
    /no tokenizer.json/,
  );
  expect((await gyrus('model', 'run', llama, '--text', 'a', '--out', out, '--layers', '7')).err).toMatch(
    /layers 0 to 2/,
  );
  expect((await gyrus('model', 'run', llama, '--text', 'a', '--out', out, '--layers', 'x')).code).toBe(2);
});

it('tokenizes as the reference library does', async () => {
  const tokenizer = await openHuggingFaceTokenizer(llama, 60);
  const cases: [string, number[]][] = JSON.parse(
    readFileSync(join(llama, 'reference', 'tokenizer.json'), 'utf8'),
  );
  for (const [text, ids] of cases) expect(tokenizer.encode(text, true), text).toEqual(ids);
  const small = await openHuggingFaceTokenizer(llama, 10);
  expect(() => small.encode('the cat', true)).toThrow(/of another model/);
});
