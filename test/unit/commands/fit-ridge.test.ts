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

test('takes folds from its own split.json and from lists of test samples', async () => {
  await fit();
  const own = await fit('--folds', join(folder, 'out', 'split.json'));
  expect(own.code).toBe(0);
  const lists = [0, 1, 2, 3].map((fold) => Array.from({ length: 30 }, (_, row) => fold * 30 + row));
  await writeFile(join(folder, 'folds.json'), JSON.stringify(lists));
  expect(JSON.parse((await fit('--folds', join(folder, 'folds.json'))).out)).toMatchObject({ folds: 4 });
});

test.each([
  [['--alphas', '0'], '"0" is no list of ridge penalties'],
  [['--folds', 'contiguous:500'], '500 folds cannot be made from 120 samples'],
  [['--folds', 'runs:60,50'], 'The runs have 110 samples in all, but the data have 120'],
  [['--folds', 'nonsense'], '"nonsense" is no way to make folds'],
  [['--folds', 'contiguous:x'], '"contiguous:x" is no way to make folds'],
  [['--delays', '1.5'], '"1.5" is no list of delays'],
  [['--delays', '1,1'], '"1,1" is no list of delays'],
  [['--delays', '120'], 'A delay of 120 samples leaves nothing of runs of at most 120'],
  [['--device', 'quantum'], '--device quantum is unknown; it can be cpu, webgpu, cuda, auto'],
  [['--x', '/nowhere/x.npy'], 'x.npy was not found'],
])('refuses %s in one sentence', async (flags, sentence) => {
  const { code, err } = await fit(...flags);
  expect(code).toBe(1);
  expect(err).toContain(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
});
