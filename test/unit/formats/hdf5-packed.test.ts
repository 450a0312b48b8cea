import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unpackedLzf } from '../../../main/formats/hdf5/chunks/lzf.ts';
import { type Hdf5Dataset, type Hdf5File, openHdf5 } from '../../../main/formats/hdf5/open-hdf5.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-packed-'));
const path = join(folder, 'packed.h5');
let file: Hdf5File;

beforeAll(async () => {
  writeFileSync(
    path,
    gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/hdf5/packed.h5.gz'))),
  );
  file = await openHdf5(path);
});

afterAll(() => file.close());

function dataset(name: string): Hdf5Dataset {
  const found = file.get(name);
  if (found?.kind !== 'dataset') throw new Error(`no dataset ${name}`);
  return found;
}

/** What make-packed.py wrote, computed anew. */
function written(count: number, scale: number): number[] {
  return Array.from({ length: count }, (_, place) => ((place * place) % 97) * scale);
}

async function outcomeOf(work: AsyncGenerator): Promise<unknown> {
  try {
    for await (const part of work) expect(part).toBeDefined();
    return null;
  } catch (thrown) {
    return thrown;
  }
}

const numbers = (values: unknown): number[] => Array.from(values as ArrayLike<number>, Number);

test.each([
  ['lzf', 'int32', 60, 40, 1],
  ['lzf-all', '>f8', 60, 40, 0.5],
  ['half', 'float16', 30, 20, 0.5],
  ['half-turned', '>f2', 30, 20, 0.5],
  ['enumeration', '>i2', 30, 20, 1],
  ['enumeration-chunks', '>i2', 30, 20, 1],
])('%s is read whole, in any block and in blocks', async (name, dtype, rows, columns, scale) => {
  const one = dataset(name);
  const expected = written(rows * columns, scale);
  expect(one.dtype).toBe(dtype);
  expect(numbers(await one.read())).toEqual(expected);
  expect(numbers(await one.rows(3, 7))).toEqual(expected.slice(3 * columns, 7 * columns));
  expect(
    numbers(
      await one.block([
        [rows - 2, rows],
        [5, 8],
      ]),
    ),
  ).toEqual([rows - 2, rows - 1].flatMap((row) => expected.slice(row * columns + 5, row * columns + 8)));
  let sum = 0;
  for await (const part of one.blocks())
    if ('values' in part) for (const value of part.values) sum += Number(value);
  expect(sum).toBe(expected.reduce((total, value) => total + value, 0));
});

test('a single half float is read', async () => {
  expect(numbers(await dataset('half-single').read())).toEqual([-2.5]);
});

test('attributes of half floats and rows of turned enumerations are read', () => {
  expect(file.root.attribute('half')).toBe(1.5);
  expect(file.root.attribute('halves')).toEqual(Float32Array.of(1.5, -0.25));
  expect(dataset('enumeration-rows').readRagged()).toEqual([[300, 0], [300]]);
});

test('what was never written is told of without being made', async () => {
  const parts: unknown[] = [];
  for await (const part of dataset('thin').blocks())
    if ('times' in part) parts.push([part.fill[0], part.times]);
    else parts.push([numbers(part.values).filter((value) => value === 7).length, part.values.length]);
  const [[sevens, taken], rest] = parts as [number, number][];
  expect([sevens, rest]).toEqual([3, [0.5, 1e12 - taken]]);
  parts.length = 0;
  for await (const part of dataset('never').blocks()) parts.push(part);
  expect(parts).toEqual([{ fill: Float32Array.of(2), times: 1e12 }]);
});

test('a dataset that HDF5 1.4 describes, with sizes that its layout has no room for, is not walked through', async () => {
  const bytes = Buffer.from(readFileSync(path));
  const layout = Buffer.alloc(18, 0xff);
  layout.writeUInt16BE(0x0301);
  layout.writeBigUInt64LE(4n * 10n ** 12n, 10);
  const at = bytes.indexOf(layout);
  // Version 1, two axes, one behind the other, five bytes of nothing, no address, the axes in 32 bits.
  Buffer.from([1, 2, 1, 0, 0, 0, 0, 0]).copy(bytes, at);
  bytes.fill(0xff, at + 8, at + 16).fill(0, at + 16, at + 24);
  const old = join(folder, 'old.h5');
  writeFileSync(old, bytes);
  const opened = await openHdf5(old);
  const parts: unknown[] = [];
  for await (const part of (opened.get('never') as Hdf5Dataset).blocks()) parts.push(part);
  await opened.close();
  expect(parts).toEqual([{ fill: Float32Array.of(2), times: 1e12 }]);
});

test('a filter that is not undone is named, and values that no memory holds are refused', async () => {
  const packed = { code: 'hdf5.filter', params: { file: 'packed.h5', dataset: '/blosc2', filter: 'Blosc2' } };
  expect(await outcomeOf(dataset('blosc2').blocks())).toMatchObject(packed);
  await expect(dataset('blosc2').read()).rejects.toMatchObject(packed);
  const large = { code: 'hdf5.too-large', params: { file: 'packed.h5', values: 1e12 } };
  await expect(dataset('texts').read()).rejects.toMatchObject(large);
  await expect(inspectFile(path, true)).rejects.toMatchObject(packed);
});

test('LZF that is cut off or made up ends within its bounds', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(200), (bytes, most) => {
      let out = new Uint8Array(0);
      try {
        out = Uint8Array.from(unpackedLzf(bytes, most));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(RangeError);
      }
      expect(out.length).toBeLessThanOrEqual(most);
    }),
  );
  // Three literals; then two and one more bytes from three back, and a long run of the last one.
  expect([...unpackedLzf(Uint8Array.of(2, 65, 66, 67, 32, 2, 224, 1, 0), 99)]).toEqual([
    ...Buffer.from('ABCABC'),
    ...Array(10).fill(67),
  ]);
});
