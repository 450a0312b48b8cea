import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import h5wasm from 'h5wasm/node';
import { afterAll, expect, test } from 'vitest';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { pairwiseSum, pairwiseSumOfRows } from '../../../main/formats/inspect/pairwise-sum.ts';
import { encodeMat } from '../../../main/formats/mat/write-mat.ts';
import { BlockMemory } from '../../../main/formats/meeg/block-memory.ts';
import { openRecording } from '../../../main/formats/open-recording.ts';
import { ValueTotals } from '../../../main/formats/value-totals.ts';
import { edfBytes } from './meeg/edf-writer.ts';
import { channelTag, intTag, rawFile, shorts } from './meeg/fif-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-streamed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The same file plain, which is summed as it streams, and packed, which is read cell by cell. */
async function bothWays(name: string, text: string): Promise<Record<string, unknown>[]> {
  const path = join(folder, name);
  writeFileSync(path, text);
  writeFileSync(`${path}.gz`, gzipSync(text));
  return [await inspectFile(path, true), await inspectFile(`${path}.gz`, true)];
}

/** Rows enough that a table counts as large. */
const ROWS = 40_000;

test('a large table of numbers is told as cell by cell: signs, missing cells, short rows, long digits, exponents', async () => {
  const row = (at: number): string =>
    [
      at / 8,
      -at,
      at % 7 === 0 ? 'n/a' : `${at}.25`,
      at % 5 === 0 ? '' : '1e-3',
      `0.${'123456789'.repeat(2)}${at}`,
    ]
      .slice(0, at % 11 === 0 ? 4 : 5)
      .join(',');
  for (const end of ['\n', '\r\n']) {
    const text = ['a,b,c,d,e', ...Array.from({ length: ROWS }, (_, at) => row(at))].join(end);
    const [streamed, whole] = await bothWays('numbers.csv', text);
    const { sums, ...rest } = streamed as { sums: Record<string, number> };
    const { sums: expected, ...others } = whole as { sums: Record<string, number> };
    expect(rest).toEqual(others);
    for (const [name, sum] of Object.entries(expected)) expect(sums[name] / sum).toBeCloseTo(1, 12);
  }
});

test('a large table with words or quotes is read cell by cell', async () => {
  const lines = Array.from({ length: ROWS }, (_, at) => `${at},word${at},"quoted ${at}",1.5`);
  const [plain, packed] = await bothWays('words.csv', ['a,b,c,d', ...lines].join('\n'));
  expect(plain).toEqual(packed);
  expect(plain).toMatchObject({ n_rows: ROWS, row0: { b: 'word0', c: 'quoted 0' } });
});

test('totals skip what is not finite, whatever the type and the place in a block', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, at) => (at % 9) - 4);
  values[5000] = Number.NaN;
  values[9999] = Number.POSITIVE_INFINITY;
  const totals = new ValueTotals();
  totals.add(values);
  const finite = [...values].filter(Number.isFinite);
  expect(totals).toMatchObject({
    count: 10_000,
    finite: 9998,
    sum: finite.reduce((sum, value) => sum + value, 0),
    min: -4,
    max: 4,
    nonZero: finite.filter((value) => value !== 0).length,
  });
  const integers = new ValueTotals();
  integers.add(BigInt64Array.from([3n, -9_007_199_254_740_993n, 0n]));
  expect(integers).toMatchObject({ sum: 3 - 2 ** 53, min: -(2 ** 53), max: 3, nonZero: 2 });
});

test('the sum of rows is that of the turned matrix, to the last bit', () => {
  const [rows, columns] = [123, 457];
  const values = Float64Array.from({ length: rows * columns }, (_, at) => Math.sin(at) * 10 ** (at % 7));
  const turned = Float64Array.from(
    { length: rows * columns },
    (_, at) => values[Math.floor(at / columns) + rows * (at % columns)],
  );
  expect(pairwiseSumOfRows(values, rows, columns)).toBe(pairwiseSum(turned));
});

test('a large array of MATLAB is summed as it streams', async () => {
  const [rows, columns] = [1200, 1000];
  const data = Float64Array.from({ length: rows * columns }, (_, at) => at % 1000);
  const path = join(folder, 'large.mat');
  writeFileSync(path, encodeMat({ x: { shape: [rows, columns], data } }));
  expect(await inspectFile(path, true)).toMatchObject({
    vars: {
      x: {
        shape: [rows, columns],
        n_nonfinite: 0,
        sum: 1200 * 499_500,
        min: 0,
        max: 999,
        n_nonzero: 1200 * 999,
      },
    },
  });
});

test('chunks of HDF5 are read once each, at the edges too, in any type', async () => {
  await h5wasm.ready;
  const path = join(folder, 'chunks.h5');
  const file = new h5wasm.File(path, 'w');
  const shape = [70, 45];
  const count = shape[0] * shape[1];
  const values = Float64Array.from({ length: count }, (_, at) => at - 100);
  for (const dtype of ['<d', '<f', '<h', '<q'] as const)
    file.create_dataset({
      name: `x${dtype.charCodeAt(0)}${dtype[1]}`,
      data: dtype === '<q' ? BigInt64Array.from(values, BigInt) : [...values],
      shape,
      chunks: [16, 10],
      compression: 'gzip',
      dtype,
    });
  file.close();
  const { datasets } = (await inspectFile(path, true)) as { datasets: Record<string, object> };
  expect(Object.keys(datasets)).toHaveLength(4);
  const sum = (count * (count - 1)) / 2 - 100 * count;
  for (const found of Object.values(datasets)) expect(found).toMatchObject({ sum, first: [-100, -99, -98] });
});

test('blocks in one memory hold what blocks of their own do, gaps among them', async () => {
  const signal = {
    label: 'EEG',
    samples: 10,
    record: (index: number) => Array.from({ length: 10 }, (_, k) => 10 * index + k),
  };
  const edf = join(folder, 'a.edf');
  writeFileSync(edf, edfBytes([signal, { ...signal, label: 'EOG' }], 7));
  const fif = join(folder, 'a_raw.fif');
  const buffer = (from: number): Buffer =>
    shorts(Array.from({ length: 20 }, (_, at) => [from + at, -from - at]));
  const channels = [channelTag('EEG 001'), channelTag('EEG 002')];
  writeFileSync(fif, rawFile(channels, [intTag(208, 0), buffer(1), intTag(301, 15), buffer(100)]));
  for (const path of [edf, fif]) {
    const recording = await openRecording(path);
    const memory = new BlockMemory();
    for (let start = 0; start < recording.sampleCount; start += 8) {
      const stop = Math.min(recording.sampleCount, start + 8);
      const own = await recording.read(start, stop);
      expect((await recording.read(start, stop, memory)).map((values) => [...values])).toEqual(
        own.map((values) => [...values]),
      );
    }
    await recording.close();
  }
});
