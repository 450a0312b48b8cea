import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import h5wasm, { type Dataset } from 'h5wasm/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../main/core/errors.ts';
import { numbersOver, plainBlocks } from '../../../main/formats/hdf5/blocks.ts';
import { lookup3 } from '../../../main/formats/hdf5/chunks/checksums.ts';
import { openRawFile } from '../../../main/formats/hdf5/chunks/raw-file.ts';
import { unshuffled } from '../../../main/formats/hdf5/chunks/unshuffle.ts';
import { dtypeName } from '../../../main/formats/hdf5/dtype.ts';
import { type Hdf5Dataset, openHdf5 } from '../../../main/formats/hdf5/open-hdf5.ts';
import { pastLibrary } from '../../../main/formats/hdf5/past-library.ts';

/** One dataset of the fixtures: the box that was written, and the value everywhere else (see make.py). */
interface Known {
  readonly file: string;
  readonly name: string;
  readonly box: readonly (readonly [number, number])[];
  readonly fill: number;
}

const fixtures = join(import.meta.dirname, '../../fixtures/hdf5');
const folder = mkdtempSync(join(tmpdir(), 'gyrus-chunks-'));
const known: readonly Known[] = JSON.parse(readFileSync(join(fixtures, 'chunks.json'), 'utf8'));

beforeAll(async () => {
  await h5wasm.ready;
  for (const file of new Set(known.map((one) => one.file)))
    writeFileSync(join(folder, file), gunzipSync(readFileSync(join(fixtures, `${file}.gz`))));
});

/** What make.py wrote, computed anew. */
function written({ box, fill }: Known, shape: readonly number[], dtype: string): number[] {
  const scale = /f/.test(dtype) ? 0.5 : 1;
  const shift = /u/.test(dtype) ? 0 : 125;
  return Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, place) => {
    let rest = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const at = rest % shape[axis];
      if (at < box[axis][0] || at >= box[axis][1]) return fill;
      rest = Math.floor(rest / shape[axis]);
    }
    return (((37 * place) % 251) - shift) * scale;
  });
}

async function withDataset(
  { file, name }: Pick<Known, 'file' | 'name'>,
  work: (dataset: Dataset, raw: NonNullable<Awaited<ReturnType<typeof openRawFile>>>) => Promise<void>,
): Promise<void> {
  const open = new h5wasm.File(join(folder, file), 'r');
  const raw = await openRawFile(join(folder, file));
  if (raw === null) throw new Error(`${file} has no superblock`);
  try {
    await work(open.get(name) as Dataset, raw);
  } finally {
    open.close();
    await raw.close();
  }
}

describe.each(known)('$name of $file', (one) => {
  test('is read past the library, whole and in any box', async () => {
    await withDataset(one, async (dataset, raw) => {
      const dtype = dtypeName(dataset.metadata);
      const shape = dataset.metadata.shape ?? [];
      const chunked = await pastLibrary(dataset, raw);
      if (chunked === null) throw new Error('left to the library');
      const whole = await chunked.read({ start: shape.map(() => 0), extents: shape });
      expect(Array.from(numbersOver(whole, dtype) as ArrayLike<number>, Number)).toEqual(
        written(one, shape, dtype),
      );
      const range = (size: number) =>
        fc
          .tuple(fc.nat(size - 1), fc.nat(size - 1))
          .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
      await fc.assert(
        fc.asyncProperty(fc.tuple(...shape.map(range)), fc.boolean(), async (ranges, isGiven) => {
          const extents = ranges.map(([from, to]) => to - from);
          const bytes = extents.reduce((product, extent) => product * extent, dataset.metadata.size);
          const memory = isGiven ? Buffer.alloc(bytes, 0xa5) : undefined;
          const found = await chunked.read({ start: ranges.map(([from]) => from), extents }, memory);
          const expected = dataset.slice(ranges.map(([from, to]) => [from, to])) as Uint8Array;
          // Compared as bytes, which takes far less time.
          expect(Buffer.compare(found, Buffer.from(expected.buffer))).toBe(0);
        }),
        // Of the hundred thousand chunks of one dataset every box takes many.
        { numRuns: whole.length > 300_000 ? 2 : 20 },
      );
    });
  });

  test('comes whole, by rows and in blocks', async () => {
    const file = await openHdf5(join(folder, one.file));
    const dataset = file.get(one.name) as Hdf5Dataset;
    const shape = dataset.shape ?? [];
    const expected = written(one, shape, dataset.dtype);
    const numbers = (values: unknown): number[] => Array.from(values as ArrayLike<number>, Number);
    expect(numbers(await dataset.read())).toEqual(expected);
    const perRow = expected.length / shape[0];
    expect(numbers(await dataset.rows(3, 7))).toEqual(expected.slice(3 * perRow, 7 * perRow));
    let [sum, count] = [0, 0];
    for await (const part of dataset.blocks()) {
      if ('times' in part) {
        count += part.times;
        sum += Number(part.fill[0]) * part.times;
        continue;
      }
      count += part.values.length;
      for (const value of part.values) sum += Number(value);
    }
    expect([count, sum]).toEqual([expected.length, expected.reduce((total, value) => total + value, 0)]);
    await file.close();
  });
});

test('what cannot be read past the library the library reads, from the box on where that shows', async () => {
  await withDataset({ file: 'first-tree.h5', name: 'deep' }, async (dataset, raw) => {
    const chunked = await pastLibrary(dataset, raw);
    let boxes = 0;
    if (chunked === null) throw new Error('left to the library');
    const failing = {
      written: () => null,
      fillValue: () => chunked.fillValue(),
      read: (...how: Parameters<typeof chunked.read>) =>
        boxes++ === 0 ? chunked.read(...how) : Promise.reject(new Error('no')),
    };
    const big = { ...dataset.metadata, chunks: [100, 20] };
    const odd = Object.create(dataset, { metadata: { value: big } }) as Dataset;
    const seen: unknown[] = [];
    for await (const part of plainBlocks(odd, 'int16', raw.size, failing)) {
      if ('times' in part) throw new Error('all was written');
      const { start, extents, values } = part;
      seen.push(
        expect(values).toEqual(dataset.slice(start.map((from, axis) => [from, from + extents[axis]]))),
      );
    }
    expect(seen.length).toBeGreaterThan(0);
  });
});

test.each([
  ['a tree of chunks', 'TREE\x01', 0],
  ['a chunk', '\x78\x5e', 9],
])('%s that is damaged is refused', async (_, signature, behind) => {
  const bytes = Buffer.from(readFileSync(join(folder, 'first-tree.h5')));
  for (let at = bytes.indexOf(signature, 'latin1'); at >= 0; at = bytes.indexOf(signature, at + 16, 'latin1'))
    bytes[at + behind] ^= 0x55;
  const path = join(folder, 'damaged.h5');
  writeFileSync(path, bytes);
  const file = await openHdf5(path);
  const read = async (): Promise<void> => {
    for await (const part of (file.get('deep') as Hdf5Dataset).blocks())
      expect('values' in part && part.values.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toBeInstanceOf(UserError);
  await file.close();
});

test('checksums of descriptions are those of lookup3.c', () => {
  const text = Buffer.from('Four score and seven years ago');
  expect(lookup3(text)).toBe(0x17770551);
  expect(lookup3(new Uint8Array(0))).toBe(0xdeadbeef);
});

test('bytes that were sorted by their place come back to their values', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3, 4, 8, 12), fc.uint8Array({ maxLength: 300 }), (width, values) => {
      const count = Math.floor(values.length / width);
      const sorted = Uint8Array.from(values, (value, at) =>
        at < count * width ? values[(at % count) * width + Math.floor(at / count)] : value,
      );
      expect(Buffer.from(unshuffled(sorted, width))).toEqual(Buffer.from(values));
      expect(Buffer.from(unshuffled(sorted, width, new Uint8Array(400)))).toEqual(Buffer.from(values));
    }),
  );
});
