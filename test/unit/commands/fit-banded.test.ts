import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../main/commands/run-cli.ts';
import { readNpy, writeNpy } from '../../../main/formats/npy/npy.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

let folder: string;
const [samples, features, targets] = [90, 10, 6];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gyrus-banded-'));
  const random = createRandom(5);
  const x = Float32Array.from(normals(random, samples * features));
  // Simulated: even targets hang on columns 0 to 3, odd ones on 4 to 9.
  const y = Float32Array.from({ length: samples * targets }, (_, at) => {
    const [row, col] = [Math.floor(at / targets), at % targets];
    let value = 0.7 * random.normal();
    for (let i = 0; i < features; i++) if (i < 4 === (col % 2 === 0)) value += x[row * features + i];
    return value;
  });
  y[5] = Number.POSITIVE_INFINITY;
  await writeNpy(join(folder, 'x.npy'), { shape: [samples, features], data: x });
  await writeNpy(join(folder, 'y.npy'), { shape: [samples, targets], data: y });
  const repeated = x.map((value, at) => (at % features === 5 ? x[at - 1] : value));
  await writeNpy(join(folder, 'repeated.npy'), { shape: [samples, features], data: repeated });
  const weights = Float32Array.of(0.9, 0.1, 0.1, 0.9);
  await writeNpy(join(folder, 'weights.npy'), { shape: [2, 2], data: weights });
});
afterAll(() => rm(folder, { recursive: true }));

async function fit(bands: string, x: string, ...extra: string[]) {
  let [out, err] = ['', ''];
  const at = (name: string): string => join(folder, name);
  const code = await runCli(
    [
      'fit',
      'banded',
      '--x',
      at(x),
      '--y',
      at('y.npy'),
      '--bands',
      bands,
      '--out',
      at('out'),
      '--json',
      ...extra,
    ],
    { out: (text) => (out += text), err: (text) => (err += text), signal: new AbortController().signal },
  );
  return { code, out, err };
}

const read = async (name: string) => readNpy(join(folder, 'out', `${name}.npy`));

test('gives weight, split and unique variance to the band that was planted', async () => {
  const { code, out, err } = await fit('0:4,4:10', 'x.npy', '--iterations', '15', '--unique', '--zscore');
  expect(code).toBe(0);
  expect(err).toContain(
    '1 of 6 targets are left out because they are constant, NaN or infinite somewhere (5)',
  );
  expect(JSON.parse(out)).toMatchObject({
    model: 'banded',
    candidates: 15,
    excluded: [5],
    leakageMark: false,
  });
  for (const name of ['weights', 'split', 'unique']) {
    const { shape, data } = await read(name);
    expect(shape).toEqual([2, targets]);
    expect(Number(data[0])).toBeGreaterThan(Number(data[targets]));
    expect(Number(data[1])).toBeLessThan(Number(data[targets + 1]));
  }
  const [split, scores] = [(await read('split')).data, (await read('scores')).data];
  expect(Number(split[0]) + Number(split[targets])).toBeCloseTo(Number(scores[0]), 5);
  expect((await read('coef')).shape).toEqual([features, targets]);
  expect((await read('intercept')).shape).toEqual([targets]);
  expect(JSON.parse(await readFile(join(folder, 'out', 'split.json'), 'utf8')).hash).toMatch(
    /^[0-9a-f]{64}$/,
  );
});

test('takes weight vectors from a file, refines from there, and keeps delays within bands', async () => {
  const given = ['--weights', join(folder, 'weights.npy'), '--alphas', '1,10'];
  expect((await fit('0:4,4:10', 'x.npy', ...given)).code).toBe(0);
  const before = await read('scores');
  expect((await read('weights')).data[0]).toBeCloseTo(0.9, 6);
  expect((await fit('0:4,4:10', 'x.npy', ...given, '--refine', '8')).code).toBe(0);
  const after = await read('scores');
  expect(Number(after.data[0])).toBeGreaterThan(Number(before.data[0]));
  expect((await fit('0:4,4:10', 'x.npy', ...given, '--delays', '0,1')).code).toBe(0);
  const { shape, data } = await read('coef');
  expect(shape).toEqual([2 * features, targets]);
  // Target 0 hangs on columns 0 to 3 without delay: rows 0 to 3, not those of the delayed copy.
  expect(Number(data[0])).toBeGreaterThan(0.5);
  expect(Math.abs(Number(data[features * targets]))).toBeLessThan(0.3);
});

test('stacked: weights go to the band that was planted, and scores are of samples that chose nothing', async () => {
  let out = '';
  const at = (name: string): string => join(folder, name);
  const args = ['--x', at('x.npy'), '--y', at('y.npy'), '--bands', '0:4,4:10', '--out', at('out'), '--json'];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
    signal: new AbortController().signal,
  };
  expect(await runCli(['fit', 'stacked', ...args], io)).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ model: 'stacked', innerFolds: 3, excluded: [5] });
  const weights = await read('weights');
  expect(weights.shape).toEqual([2, targets]);
  expect(Number(weights.data[0])).toBeGreaterThan(0.8);
  expect(Number(weights.data[1])).toBeLessThan(0.2);
  expect(Number((await read('scores')).data[0])).toBeGreaterThan(0.6);
});

test('tells of bands whose columns repeat each other', async () => {
  const { code, err } = await fit('0:4,4:10', 'repeated.npy', '--iterations', '2');
  expect(code).toBe(0);
  expect(err).toContain('Band 1 has rank 5 of 6 columns');
});

test.each([
  [['0:4,5:10'], 'do not cover features 0 to 10'],
  [['0:4,4:10', '--iterations', '0'], '"0" is no number of weight vectors'],
  [['0:10', '--unique'], 'Unique variance needs at least two bands'],
])('refuses %s in one sentence', async ([bands, ...flags], sentence) => {
  const { code, err } = await fit(bands, 'x.npy', ...flags);
  expect(code).toBe(1);
  expect(err).toContain(sentence);
});
