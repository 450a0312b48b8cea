import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../main/commands/run-cli.ts';
import { readNpy, writeNpy } from '../../../main/formats/npy/npy.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const drawn = (count: number, seed: number): Float32Array =>
  Float32Array.from(normals(createRandom(seed), count));

async function write(name: string, shape: number[], data: Float32Array): Promise<void> {
  await writeNpy(at(name), { shape, data });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gyrus-tests-'));
  // Simulated: two people whose patterns are the model's features with noise; 3 partitions; 8 time samples.
  const truth = drawn(10 * 6, 1);
  await write('truth.npy', [10, 6], truth);
  await write('strange.npy', [10, 6], drawn(60, 2));
  const noisy = (seed: number): Float32Array => truth.map((v, i) => v + 0.5 * drawn(60, seed)[i]);
  await write('s1.npy', [10, 6], noisy(3));
  await write('s2.npy', [10, 6], noisy(4));
  await write('runs.npy', [3, 10, 6], Float32Array.from([...noisy(5), ...noisy(6), ...noisy(7)]));
  await write(
    'epochs.npy',
    [10, 6, 8],
    Float32Array.from(
      { length: 480 },
      (_, i) => truth[Math.floor(i / 8)] * (i % 8 === 5 ? 4 : 0) + drawn(480, 8)[i],
    ),
  );
  await write('residuals.npy', [30, 6], drawn(180, 9));
  const signal = drawn(120 * 5, 10);
  const recording = (seed: number): Float32Array => signal.map((v, i) => v + drawn(600, seed)[i]);
  for (const seed of [11, 12, 13]) await write(`repeat${seed}.npy`, [120, 5], recording(seed));
  await write('signal.npy', [120, 5], signal);
  await write('noise.npy', [120, 5], drawn(600, 14));
  await write(
    'group.npy',
    [12, 3],
    drawn(36, 21).map((v, i) => (i % 3 === 0 ? v + 3 : v)),
  );
  const holed = recording(15);
  holed[3] = Number.NaN;
  await write('holed.npy', [120, 5], holed);
  await write('zero.npy', [12, 3], new Float32Array(36));
  await write('other.npy', [12, 3], drawn(36, 22));
});
afterAll(() => rm(folder, { recursive: true }));

async function fit(...args: string[]) {
  let [out, err] = ['', ''];
  const code = await runCli(['fit', ...args, '--out', at('out'), '--json'], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    signal: new AbortController().signal,
  });
  return { code, err, result: code === 0 ? JSON.parse(out) : null };
}
const models = ['--models', 'truth.npy', 'strange.npy'];
const placed = (args: string[]): string[] => args.map((one) => (one.endsWith('.npy') ? at(one) : one));

describe('fit rsa', () => {
  const quick = ['--draws', '50', '--permutations', '99'];

  test('finds the planted geometry in two people', async () => {
    const { code, result } = await fit('rsa', ...placed(['--data', 's1.npy', 's2.npy', ...models]), ...quick);
    expect(code).toBe(0);
    expect(result.models[0]).toMatchObject({ name: 'truth', p: 0.01 });
    expect(result.models[0].mean).toBeGreaterThan(result.models[1].mean + 0.3);
    expect(result.ceiling.lower).toBeLessThanOrEqual(result.ceiling.upper);
    expect((await readNpy(at('out/rdms.npy'))).shape).toEqual([2, 45]);
  });

  test('takes partitions and residuals for crossnobis, and windows of time', async () => {
    const cross = [
      '--distance',
      'crossnobis',
      '--model-distance',
      'euclidean',
      '--compare',
      'whitened-cosine',
    ];
    const noise = placed(['--noise', 'residuals.npy']);
    const { result } = await fit(
      'rsa',
      ...placed(['--data', 'runs.npy', ...models]),
      ...cross,
      ...noise,
      ...quick,
    );
    expect(result.models[0].mean).toBeGreaterThan(0.7);
    const windows = await fit('rsa', ...placed(['--data', 'epochs.npy', ...models]), '--window', '1');
    expect(windows.result).toMatchObject({ windows: 8 });
    expect(windows.result.models[0].peakWindow).toBe(5);
  });

  test.each([
    [['--data', 's1.npy', ...models, '--compare', 'fit'], '--compare fit is unknown; it can be cosine'],
    [['--data', 's1.npy', ...models, '--distance', 'mahalanobis'], 'Mahalanobis distance needs residuals'],
    [['--data', 's1.npy', ...models, '--distance', 'crossnobis'], 's1.npy has 2 dimensions'],
    [['--data', 'group.npy', ...models], 'Dissimilarities of 12 and of 10 items cannot be compared'],
  ])('refuses %s in one sentence', async (args, sentence) => {
    const { code, err } = await fit('rsa', ...placed(args));
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('fit ceiling', () => {
  test('repeats and halves find half of the variance shared, as planted', async () => {
    const repeats = placed(['--repeats', 'repeat11.npy', 'repeat12.npy', 'repeat13.npy']);
    const { result } = await fit('ceiling', ...repeats);
    expect(result).toMatchObject({ repeats: 3, targets: 5 });
    expect(Math.abs(result.medianExplainable - 0.5)).toBeLessThan(0.12);
    const halves = await fit('ceiling', ...placed(['--halves', 'repeat11.npy', 'repeat12.npy']));
    expect(Math.abs(halves.result.medianReliability - 2 / 3)).toBeLessThan(0.12);
  });

  test('subjects: more of them predict better, and the asymptote is told with its interval', async () => {
    const subjects = placed(['--subjects', 'repeat11.npy', 'repeat12.npy', 'repeat13.npy']);
    const { result } = await fit('ceiling', ...subjects, '--folds', 'contiguous:3');
    expect(result).toMatchObject({ kind: 'subjects', sizes: [2, 3] });
    expect(result.ceiling).toBeGreaterThan(0.4);
    expect(result.low).toBeLessThanOrEqual(result.ceiling);
    expect((await readNpy(at('out/pools.npy'))).shape).toEqual([2, 3]);
  });

  test('a target with a hole in one repeat is left out and told', async () => {
    const { result, err } = await fit('ceiling', ...placed(['--repeats', 'repeat11.npy', 'holed.npy']));
    expect(result).toMatchObject({ excludedTargets: 1, excluded: [3] });
    expect(err).toContain('1 of 5 targets are left out');
    const { data } = await readNpy(at('out/explainable.npy'));
    expect([...data].map((value) => Number.isNaN(Number(value)))).toEqual([false, false, false, true, false]);
    const halves = placed(['--halves', 'repeat11.npy', 'repeat12.npy', 'repeat13.npy']);
    expect((await fit('ceiling', ...halves)).err).toContain('--halves takes two recordings, not 3');
  });

  test('refuses what is no set of repeats', async () => {
    const { code, err } = await fit('ceiling', ...placed(['--repeats', 'repeat11.npy', 'group.npy']));
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('120 × 5 and 12 × 3 are not repeats of each other'),
    ]);
    expect((await fit('ceiling')).err).toContain('Give one of --repeats');
    expect((await fit('ceiling', ...placed(['--subjects', 's1.npy', 's2.npy']))).err).toContain(
      'at least three',
    );
  });
});

describe('fit permute', () => {
  test.each(['block', 'phase'])(
    'predictions by %s: finds what was planted and nothing in noise',
    async (kind) => {
      const flags = ['--null', kind, '--permutations', '199'];
      const good = await fit(
        'permute',
        ...placed(['--predicted', 'signal.npy', '--measured', 'repeat11.npy']),
        ...flags,
      );
      expect(good.result).toMatchObject({ significant: 5, significantFdr: 5 });
      const none = await fit(
        'permute',
        ...placed(['--predicted', 'noise.npy', '--measured', 'repeat11.npy']),
        ...flags,
      );
      expect(none.result.significantFdr).toBe(0);
      const { data } = await readNpy(at('out/p.npy'));
      expect(Math.min(...Array.from(data, Number))).toBeGreaterThanOrEqual(1 / 200 - 1e-6);
    },
  );

  test('columns with a hole have no p, and are told', async () => {
    const { result, err } = await fit(
      'permute',
      ...placed(['--predicted', 'signal.npy', '--measured', 'holed.npy']),
      ...['--permutations', '99'],
    );
    expect(result).toMatchObject({ excludedColumns: 1, significantFdr: 4 });
    expect(err).toContain('1 of 5 columns are left out');
    const { data } = await readNpy(at('out/p.npy'));
    expect(Number(data[3])).toBeNaN();
  });

  test('groups: one planted column of three, by signs, pairs and labels', async () => {
    for (const extra of [[], ['--against', 'zero.npy'], ['--against', 'other.npy', '--groups']]) {
      const { result } = await fit(
        'permute',
        ...placed(['--values', 'group.npy', ...extra]),
        '--permutations',
        '499',
      );
      expect(result.significantMaximum).toBe(1);
      const bayes = (await readNpy(at('out/bayes.npy'))).data;
      expect(Number(bayes[0])).toBeGreaterThan(10);
      expect(Number(bayes[1])).toBeLessThan(3);
    }
  });

  test.each([
    [
      ['--values', 'group.npy', '--permutations', '99', '--level', '0.001'],
      '99 permutations cannot give p ≤ 0.001; use at least 999',
    ],
    [['--values', 'group.npy', '--sides', 'less'], '--sides less is unknown'],
    [
      ['--values', 'group.npy', '--level', '0.0001', '--permutations', '9999'],
      '12 units have only 4096 patterns of signs, which cannot give p ≤ 0.0001; at least 15 units are needed',
    ],
    [['--values', 'group.npy', '--level', '2'], '"2" is no level'],
    [['--values', 'group.npy', '--against', 's1.npy'], '12 × 3 and 10 × 6 cannot be compared'],
    [['--values', 'group.npy', '--predicted', 's1.npy', '--measured', 's1.npy'], 'Give either --predicted'],
  ])('refuses %s in one sentence', async (args, sentence) => {
    const { code, err } = await fit('permute', ...placed(args));
    expect(code).toBe(1);
    expect(err).toContain(sentence);
  });
});
