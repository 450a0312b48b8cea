import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../main/commands/run-cli.ts';
import { encodeSafetensors } from '../../main/formats/safetensors/write-safetensors.ts';
import { stepOf } from '../../main/importing/checkpoints/series-steps.ts';
import { readModelFolder } from '../../main/models/folder/model-folder.ts';

const llama = join(import.meta.dirname, '../fixtures/models/llama');
const folder = mkdtempSync(join(tmpdir(), 'gyrus-series-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const series = join(folder, 'series');
const project = join(folder, 'series.gyrus');

async function gyrus(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    signal: new AbortController().signal,
  };
  return { code: await runCli(args, io), out, err };
}

/** *Simulated* training of the tiny model: all weights drift together; the embedding stays frozen. */
async function writeStep(name: string, way: number): Promise<string> {
  const { parameters } = await readModelFolder(llama);
  const target = join(series, name);
  mkdirSync(target, { recursive: true });
  const tensors = [...parameters].map(([short, { shape, values }], slot) => {
    const frozen = short.startsWith('embed_tokens');
    const moved = values.map((value, at) => value + (frozen ? 0 : 0.02 * way * Math.sin(at + slot)));
    return [short === 'lm_head.weight' ? short : `model.${short}`, { shape, values: moved }] as const;
  });
  writeFileSync(join(target, 'model.safetensors'), encodeSafetensors(new Map(tensors)));
  for (const file of ['config.json', 'tokenizer.json']) cpSync(join(llama, file), join(target, file));
  return target;
}

beforeAll(async () => {
  for (let at = 0; at < 8; at++) await writeStep(`step${at * 100}`, at);
  // The fault that published series have had: step 200 holds the weights of the end.
  await writeStep('step200', 7);
});

test('steps are read from the names that series go by', () => {
  const names = [
    'step1000',
    'checkpoint-1000',
    'global_step1000',
    'model-step_1000-seed3',
    'iter_1000',
    '1000',
  ];
  expect(names.map(stepOf)).toEqual([1000, 1000, 1000, 1000, 1000, 1000]);
  expect(stepOf('final')).toBeNull();
});

test('a series comes in, is audited, and two of its steps are compared on a text', async () => {
  const imported = await gyrus('model', 'import-series', series, project, '--name', 'tiny', '--json');
  expect(imported.code).toBe(0);
  expect(JSON.parse(imported.out)).toMatchObject({
    name: 'tiny',
    origin: 'imported',
    state: 'complete',
    seed: null,
  });
  const { runs } = JSON.parse((await gyrus('model', 'runs', project, '--json')).out);
  expect(runs).toMatchObject([{ name: 'tiny', steps: [0, 100, 200, 300, 400, 500, 600, 700] }]);

  const audit = await gyrus('model', 'audit', project, '--json');
  expect(audit).toMatchObject({ code: 1, err: expect.stringContaining('1 of 8 checkpoints are not') });
  const { verdicts } = JSON.parse(audit.out);
  expect(verdicts.filter(({ verdict }: { verdict: string }) => verdict !== 'sound')).toMatchObject([
    { step: 200, verdict: 'faulty', resembles: 700, faults: [{ fault: 'duplicate' }] },
  ]);
  expect((await gyrus('model', 'audit', project)).out).toContain('those of step 700');

  const compared = await gyrus(
    'model',
    'compare',
    project,
    '0',
    '300',
    '--text',
    'the cat sat on the dog and a log',
    '--json',
  );
  expect(compared.code).toBe(0);
  const { tensors, layers, unmatched } = JSON.parse(compared.out);
  expect(unmatched).toEqual([]);
  expect(layers).toMatchObject([{ layer: 0, cka: expect.closeTo(1, 9) }, { layer: 1 }, { layer: 2 }]);
  expect(layers[2].cka).toBeLessThan(0.99999);
  const frozen = tensors.find(({ name }: { name: string }) => name === 'embed_tokens.weight');
  expect(frozen).toMatchObject({ identical: true, update: 0, cosine: 1 });
  const verified = JSON.parse((await gyrus('verify', project, '--json')).out);
  // One frozen tensor once, all others once for each of seven different steps.
  expect(verified).toMatchObject({ clean: true, tensors: 1 + 7 * (tensors.length - 1) });
});

test('what cannot be a series is refused in a sentence', async () => {
  const cases: [string[], string][] = [
    [[join(folder, 'nowhere')], 'There is no folder'],
    [[folder], 'holds no models'],
    [[llama], 'does not tell its step'],
    [[join(series, 'step0'), join(series, 'step0')], 'both tell step 0'],
  ];
  for (const [folders, sentence] of cases) {
    const refused = await gyrus('model', 'import-series', ...folders, join(folder, 'other.gyrus'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(sentence) });
  }
  expect(await gyrus('model', 'compare', project, '0', '50')).toMatchObject({
    code: 1,
    err: expect.stringContaining('has no checkpoint at step 50'),
  });
});
