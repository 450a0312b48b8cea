import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../../main/commands/run-cli.ts';
import { readNpy, writeNpy } from '../../main/formats/npy/npy.ts';
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
  expect((await gyrus('model', 'run', llama, '--out', out)).err).toMatch(
    /exactly one of --text, --lines and --ids/,
  );
  expect((await gyrus('model', 'run', join(models, 'gpt2'), '--text', 'a', '--out', out)).err).toMatch(
    /no tokenizer.json/,
  );
  expect((await gyrus('model', 'run', llama, '--text', 'a', '--out', out, '--layers', '7')).err).toMatch(
    /layers 0 to 2/,
  );
  expect((await gyrus('model', 'run', llama, '--text', 'a', '--out', out, '--layers', 'x')).code).toBe(2);
});

it('model generate continues texts, the same way each time', async () => {
  const generate = (...options: string[]) =>
    gyrus('model', 'generate', llama, '--text', 'the cat', '--device', 'cpu', '--json', ...options);
  const greedy = JSON.parse((await generate('--new-tokens', '5')).out);
  expect(greedy.texts[0].ids).toHaveLength(5);
  expect(greedy.texts[0].text).toEqual(expect.any(String));
  const drawn = ['--sample', '--temperature', '2', '--seed', '4', '--nucleus', '0.9', '--top-k', '20'];
  expect((await generate(...drawn)).out).toBe((await generate(...drawn)).out);
  const beams = JSON.parse((await generate('--beams', '3', '--no-repeat', '2', '--new-tokens', '8')).out);
  expect(beams.strategy).toEqual({ kind: 'beam', beams: 3, lengthPenalty: 1 });
  expect((await generate('--beams', '3', '--sample')).err).toMatch(/either --beams or --sample/);
  expect((await generate('--top-k', '3')).err).toMatch(/give --sample/);
  expect((await generate('--nucleus', '1.5')).code).toBe(2);
  const twoWay = await gyrus('model', 'generate', join(models, 'bert'), '--text', 'a');
  expect(twoWay.err).toMatch(/no tokenizer.json|sees both directions/);
});

it('model score says what the mark before a text does', async () => {
  const lines = join(mkdtempSync(join(tmpdir(), 'lines-')), 'texts.txt');
  writeFileSync(lines, 'the cat sat\n\nthe dog\n');
  const score = async (...options: string[]) =>
    gyrus('model', 'score', llama, '--lines', lines, '--device', 'cpu', ...options);
  const marked = JSON.parse((await score('--json')).out);
  const bare = JSON.parse((await score('--json', '--bos', 'never')).out);
  expect(marked).toMatchObject({ unit: 'nats', begin: 1 });
  expect(marked.texts).toHaveLength(2);
  expect(marked.texts[0].logProbabilities).toHaveLength(marked.texts[0].ids.length);
  expect(bare.begin).toBeNull();
  expect(bare.texts[0].logProbabilities).toHaveLength(bare.texts[0].ids.length - 1);
  expect((await score()).err).toMatch(/every token is scored/);
  expect((await score('--bos', 'never')).err).toMatch(/given, not scored/);
  writeFileSync(lines, ' \n');
  expect((await score()).err).toMatch(/no line with text/);
});

it('tokenizes as the reference library does', async () => {
  const tokenizer = await openHuggingFaceTokenizer(llama, 60);
  const cases: [string, number[]][] = JSON.parse(
    readFileSync(join(llama, 'reference', 'tokenizer.json'), 'utf8'),
  );
  for (const [text, ids] of cases) expect(tokenizer.encode(text, true), text).toEqual(ids);
  await expect(openHuggingFaceTokenizer(llama, 10)).rejects.toThrow(/of another model/);
});

it('model run takes ids as rows and refuses cubes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ids-'));
  const ids = join(folder, 'ids.npy');
  const run = () => gyrus('model', 'run', llama, '--ids', ids, '--out', folder, '--device', 'cpu');
  await writeNpy(ids, { shape: [2, 2], data: Int32Array.of(3, 4, 5, 6) });
  expect((await run()).code).toBe(0);
  await writeNpy(ids, { shape: [1, 2, 2], data: Int32Array.of(3, 4, 5, 6) });
  expect((await run()).err).toMatch(/ids.npy is 1×2×2: token ids are a list/);
  await writeNpy(ids, { shape: [1, 2], data: Int32Array.of(3, 60) });
  expect((await run()).err).toMatch(/Token id 60 is not in the vocabulary of llama/);
  await writeNpy(ids, { shape: [30], data: new Int32Array(30) });
  expect((await run()).err).toMatch(/A text has 30 tokens, but llama takes 24 at most/);
});

it('model taps lists, and model edit writes what the runtime opens', async () => {
  const graphs = join(models, '../graph');
  const bert = join(graphs, 'exported-bert.onnx');
  const taps = JSON.parse((await gyrus('model', 'taps', bert, '--json')).out);
  expect(taps).toMatchObject({ model: 'exported-bert.onnx', heads: [4, 4] });
  expect((await gyrus('model', 'taps', bert)).out).toMatch(/hidden +2 +last/);
  const folder = mkdtempSync(join(tmpdir(), 'edit-'));
  const out = join(folder, 'edited.onnx');
  const edited = await gyrus('model', 'edit', bert, '--out', out, '--layers', '--mask-heads', '--json');
  expect(JSON.parse(edited.out)).toMatchObject({
    inputs: ['ids', 'head_mask_00', 'head_mask_01'],
    outputs: ['last', 'hidden_00', 'hidden_01', 'hidden_02'],
  });
  expect((await gyrus('model', 'edit', bert, '--out', out, '--layers')).err).toMatch(/not overwritten/);
  const part = join(folder, 'part.onnx');
  const cut = await gyrus(
    'model',
    'edit',
    out,
    '--out',
    part,
    '--from',
    'hidden_01',
    '--to',
    'last',
    '--json',
  );
  expect(cut.err).toMatch(/must be computed from the inputs/);
  const external = join(folder, 'external.onnx');
  await gyrus('model', 'edit', join(graphs, 'external.onnx'), '--out', external, '--expose', 'y');
  expect((await gyrus('model', 'taps', external)).out).toMatch(/No layers were recognised/);
  expect((await gyrus('model', 'edit', external, '--out', part, '--heads')).err).toMatch(/No heads/);
});
