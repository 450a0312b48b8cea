import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../main/commands/run-cli.ts';
import { readNpy, writeNpy } from '../../../main/formats/npy/npy.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const words = Array.from({ length: 60 }, (_, index) => `word${index}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gyrus-similarity-'));
  const embeddings = Float32Array.from(normals(createRandom(1), 60 * 20));
  const weights = normals(createRandom(2), 20 * 4);
  // Simulated: four measures linear in the embeddings. Data rows are in the opposite order.
  const data = Float32Array.from({ length: 240 }, (_, index) => {
    const [row, col] = [59 - Math.floor(index / 4), index % 4];
    let value = 0;
    for (let k = 0; k < 20; k++) value += embeddings[row * 20 + k] * weights[k * 4 + col];
    return value;
  });
  await writeNpy(at('e.npy'), { shape: [60, 20], data: embeddings });
  await writeNpy(at('c.npy'), { shape: [60, 4], data });
  await writeFile(at('e.txt'), `${words.join('\n')}\n`);
  await writeFile(at('c.txt'), words.toReversed().join('\r\n'));
  await writeFile(
    at('other.txt'),
    words
      .toReversed()
      .map((word, row) => (row < 2 ? `neu${row}` : word))
      .join('\n'),
  );
  await writeFile(at('zh.txt'), words.map((_, row) => `词${row}`).join('\n'));
  await writeFile(at('twice.txt'), words.map((word, row) => (row === 7 ? 'word3' : word)).join('\n'));
  await writeFile(at('short.txt'), 'word1\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function fit(...args: string[]) {
  let [out, err] = ['', ''];
  const base = [
    'fit',
    'similarity',
    '--embeddings',
    at('e.npy'),
    '--data',
    at('c.npy'),
    '--out',
    at('out'),
    '--json',
  ];
  const code = await runCli([...base, ...args], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    signal: new AbortController().signal,
  });
  return { err, result: code === 0 ? JSON.parse(out) : null };
}
const names = (data: string, ...more: string[]) =>
  fit('--embedding-items', at('e.txt'), '--data-items', at(data), ...more);

test('rows in another order score nothing until items are matched by name', async () => {
  expect(Math.abs((await fit()).result.score)).toBeLessThan(0.25);
  const { result } = await names('c.txt');
  expect(result.score).toBeGreaterThan(0.6);
  expect(Math.abs(result.shuffledScore)).toBeLessThan(0.25);
  expect(result.missingItems).toEqual([]);
  expect((await readNpy(at('out/scores.npy'))).shape).toEqual([4]);
});

test('items that one lacks are listed, and left out on confirmation only', async () => {
  expect((await names('other.txt')).err).toContain(
    'e.txt lacks neu0, neu1 and other.txt lacks word58, word59; add --intersect to go on with the 58 items',
  );
  const { result } = await names('other.txt', '--intersect');
  expect(result).toMatchObject({ items: 58, missingItems: ['neu0', 'neu1', 'word58', 'word59'] });
  expect(result.score).toBeGreaterThan(0.6);
});

test.each([
  ['zh.txt', 'share no item (word0, word1, … (60 in all) against 词0, 词1'],
  ['twice.txt', 'names "word3" twice'],
  ['short.txt', 'short.txt names 1 items, but its array has 60 rows'],
  ['none.txt', 'none.txt cannot be read'],
])('refuses %s in one sentence', async (file, sentence) => {
  const { err } = await names(file);
  expect(err).toContain(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('names of one side alone are refused', async () => {
  expect((await fit('--data-items', at('c.txt'))).err).toContain(
    'Give both --embedding-items and --data-items',
  );
});

test('a measure with a hole is left out, named and NaN; the others keep their scores', async () => {
  const { data } = await readNpy(at('c.npy'));
  const whole = (await fit()).result.score;
  const holed = Float32Array.from(data, Number);
  holed[6] = Number.NaN;
  await writeNpy(at('holed.npy'), { shape: [60, 4], data: holed });
  const before = (await readNpy(at('out/scores.npy'))).data;
  const { result, err } = await fit('--data', at('holed.npy'));
  expect(err).toContain(
    '1 of 4 measures are left out because they are constant, NaN or infinite somewhere (2)',
  );
  expect(result).toMatchObject({ excludedMeasures: 1, excluded: [2] });
  const after = (await readNpy(at('out/scores.npy'))).data;
  expect(Number(after[2])).toBeNaN();
  expect([after[0], after[1], after[3]]).toEqual([before[0], before[1], before[3]]);
  expect(result.score).toBeCloseTo((4 * whole - Number(before[2])) / 3, 6);
  expect((await fit('--seed', 'x')).err).toContain('"x" is no number of a seed');
});
