import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../main/commands/run-cli.ts';
import { readNpy, writeNpy } from '../../../main/formats/npy/npy.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

let folder: string;
const [samples, features, targets] = [120, 6, 9];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gyrus-fit-'));
  const random = createRandom(5);
  const x = Float32Array.from(normals(random, samples * features));
  const weights = normals(random, features * targets);
  const y = Float32Array.from({ length: samples * targets }, (_, at) => {
    const [row, col] = [Math.floor(at / targets), at % targets];
    let value = random.normal() * col;
    for (let i = 0; i < features; i++) value += x[row * features + i] * weights[i * targets + col];
    return value;
  });
  y[8] = Number.NaN;
  await writeNpy(join(folder, 'x.npy'), { shape: [samples, features], data: x });
  await writeNpy(join(folder, 'y.npy'), { shape: [samples, targets], data: y });
});
afterAll(() => rm(folder, { recursive: true }));

async function fit(...extra: string[]) {
  let [out, err] = ['', ''];
  const at = (name: string): string => join(folder, name);
  const code = await runCli(
    ['fit', 'ridge', '--x', at('x.npy'), '--y', at('y.npy'), '--out', at('out'), '--json', ...extra],
    { out: (text) => (out += text), err: (text) => (err += text), signal: new AbortController().signal },
  );
  return { code, out, err };
}

test('writes penalties, scores, coefficients, split and summary', async () => {
  const { code, out } = await fit('--batch', '4', '--delays', '0,1', '--zscore');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    targets,
    features: 2 * features,
    excludedTargets: 1,
    leakageMark: false,
  });
  const alphas = await readNpy(join(folder, 'out', 'alphas.npy'));
  expect(alphas.shape).toEqual([targets]);
  expect(Number(alphas.data[0])).toBeLessThan(Number(alphas.data[7]));
  expect(Number(alphas.data[8])).toBeNaN();
  expect((await readNpy(join(folder, 'out', 'coef.npy'))).shape).toEqual([2 * features, targets]);
  const r = (await readNpy(join(folder, 'out', 'r.npy'))).data;
  expect(Number(r[0])).toBeGreaterThan(0.99);
  expect(JSON.parse(await readFile(join(folder, 'out', 'split.json'), 'utf8')).hash).toMatch(
    /^[0-9a-f]{64}$/,
  );
});

test('names and counts targets that cannot be fitted, and feature columns that carry nothing', async () => {
  const x = (await readNpy(join(folder, 'x.npy'))).data.slice();
  for (let row = 0; row < samples; row++) x[row * features + 2] = 7;
  await writeNpy(join(folder, 'constant.npy'), { shape: [samples, features], data: x });
  const { code, out, err } = await fit('--x', join(folder, 'constant.npy'));
  expect(code).toBe(0);
  expect(err).toContain(
    '1 of 9 targets are left out because they are constant, NaN or infinite somewhere (8)',
  );
  expect(err).toContain('1 of 6 feature columns are constant (2)');
  expect(JSON.parse(out)).toMatchObject({ excludedTargets: 1, constantFeatures: [2] });
});

test('copies of training samples are refused; insisting leaves a mark on split and summary', async () => {
  for (const [name, cols] of [
    ['x', features],
    ['y', targets],
  ] as const) {
    const { data } = await readNpy(join(folder, `${name}.npy`));
    const copied = Float32Array.from(data, Number);
    copied.copyWithin(100 * cols, 10 * cols, 11 * cols);
    await writeNpy(join(folder, `${name}-copied.npy`), { shape: [samples, cols], data: copied });
  }
  const files = ['--x', join(folder, 'x-copied.npy'), '--y', join(folder, 'y-copied.npy')];
  const refused = await fit(...files);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(
    '2 test samples are copies of training samples (sample 10 of fold 1 equals 100)',
  );
  const { code, out } = await fit(...files, '--allow-leakage');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ duplicatedSamples: 2, leakageMark: true });
  const kept = JSON.parse(await readFile(join(folder, 'out', 'split.json'), 'utf8'));
  expect(kept.leakageMark).toBe(true);
});

test('scattered folds of autocorrelated targets are refused with the number; insisting leaves a mark', async () => {
  const y = Float32Array.from({ length: samples * targets }, (_, at) =>
    Math.sin(Math.floor(at / targets) / 9),
  );
  await writeNpy(join(folder, 'slow.npy'), { shape: [samples, targets], data: y });
  const lists = [0, 1, 2].map((fold) => Array.from({ length: 40 }, (_, row) => 3 * row + fold));
  await writeFile(join(folder, 'scattered.json'), JSON.stringify(lists));
  const flags = ['--y', join(folder, 'slow.npy'), '--folds', join(folder, 'scattered.json')];
  const refused = await fit(...flags);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(
    /Shuffled folds are refused: neighbouring samples of these data correlate by (0\.9\d|1\.00)/,
  );
  const { code, out } = await fit(...flags, '--allow-leakage');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ leakageMark: true });
});

test('takes folds from its own split.json and from lists of test samples', async () => {
  await fit();
  const own = await fit('--folds', join(folder, 'out', 'split.json'));
  expect(own.code).toBe(0);
  const blocked = await fit('--folds', 'blocked:3:10:2');
  expect(JSON.parse(blocked.out)).toMatchObject({ folds: 3, leakageMark: false });
  const lists = [0, 1, 2, 3].map((fold) => Array.from({ length: 30 }, (_, row) => fold * 30 + row));
  await writeFile(join(folder, 'folds.json'), JSON.stringify(lists));
  expect(JSON.parse((await fit('--folds', join(folder, 'folds.json'))).out)).toMatchObject({ folds: 4 });
});

test.each([
  [['--alphas', '0'], '"0" is no list of ridge penalties'],
  [['--folds', 'contiguous:500'], '500 folds cannot be made from 120 samples'],
  [['--folds', 'runs:60,50'], 'The runs have 110 samples in all, but the data have 120'],
  [['--folds', 'nonsense'], '"nonsense" is no way to make folds'],
  [['--folds', 'blocked:3'], '"blocked:3" is no way to make folds'],
  [['--folds', 'blocked:3:200'], 'Blocks of 200 samples cannot be cut from runs of 120'],
  [['--folds', 'contiguous:x'], '"contiguous:x" is no way to make folds'],
  [['--delays', '1.5'], '"1.5" is no list of delays'],
  [['--delays', '1,1'], '"1,1" is no list of delays'],
  [['--delays', '120'], 'A delay of 120 samples leaves nothing of runs of at most 120'],
  [['--device', 'quantum'], '--device quantum is unknown; it can be cpu, webgpu, cuda, auto'],
  [['--x', '/nowhere/x.npy'], 'x.npy was not found'],
  [['--y', 'short.npy'], 'Features have 120 samples and targets 119'],
])('refuses %s in one sentence', async (flags, sentence) => {
  await writeNpy(join(folder, 'short.npy'), {
    shape: [119, 1],
    data: new Float32Array(119).map((_, at) => at),
  });
  const { code, err } = await fit(...flags.map((flag) => (flag === 'short.npy' ? join(folder, flag) : flag)));
  expect(code).toBe(1);
  expect(err).toContain(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
});
