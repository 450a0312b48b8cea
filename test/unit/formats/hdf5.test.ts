import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import h5wasm, { type Metadata, Module } from 'h5wasm/node';
import { expect, test } from 'vitest';
import { dtypeName } from '../../../main/formats/hdf5/dtype.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { samplesFolder } from '../../samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-hdf5-'));
const samples = samplesFolder();

/** These bytes with the length of the first row or text of unlike lengths, which stands before its place, made `length`. */
function withLength(bytes: Buffer, length: number): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigUInt64LE(BigInt(bytes.indexOf('GCOL')));
  const heap = Buffer.concat([place, Buffer.of(1, 0, 0, 0)]);
  const changed = Buffer.from(bytes);
  changed.writeUInt32LE(length, bytes.indexOf(heap) - 4);
  return changed;
}

async function refusedWithoutMemory(name: string, bytes: Buffer): Promise<void> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { HEAPU8 } = await h5wasm.ready;
  const before = HEAPU8.length;
  await expect(inspectFile(path, true)).rejects.toMatchObject({
    code: 'hdf5.damaged',
    params: { file: name },
  });
  expect(Module.HEAPU8.length - before).toBeLessThan(150 << 20);
}

test('a damaged length of a text is refused before it takes the memory, and other files are read after it', async () => {
  await h5wasm.ready;
  const path = join(folder, 'words.h5');
  const file = new h5wasm.File(path, 'w');
  file.create_dataset({ name: 'words', data: ['one', 'three'], dtype: 'S' });
  file.close();
  await refusedWithoutMemory('damaged.h5', withLength(readFileSync(path), 0x5b5b5b5b));
  expect(await inspectFile(path, true)).toMatchObject({ datasets: { words: { first: ['one', 'three'] } } });
});

test.skipIf(samples === null)('a damaged length of a row is refused before it takes the memory', async () => {
  const sample = readFileSync(join(samples ?? '', 'hdf5/h5wasm/vlen.h5'));
  await refusedWithoutMemory('rows.h5', withLength(sample, 0x1b5b5b5b));
});

test('types made of others are named as NumPy prints them', () => {
  const plain = (type: number, size: number, more: Partial<Metadata> = {}): Metadata => ({
    type,
    size,
    signed: true,
    littleEndian: true,
    vlen: false,
    shape: [],
    maxshape: null,
    chunks: null,
    total_size: 1,
    ...more,
  });
  const compound = (size: number, ...members: [string, number, Metadata][]): Metadata =>
    plain(6, size, {
      compound_type: {
        nmembers: members.length,
        members: members.map(([name, offset, type]) => ({ ...type, name, offset })),
      },
    });
  const row = plain(10, 24, { array_type: plain(1, 8, { shape: [3] }) });
  const truth = plain(8, 1, { enum_type: { type: 0, nmembers: 2, members: { FALSE: 0, TRUE: 1 } } });
  const inner = compound(9, ['x', 0, plain(1, 8, { littleEndian: false })], ['b', 8, truth]);
  expect(dtypeName(plain(4, 1, { signed: false }))).toBe('uint8');
  expect(dtypeName(row)).toBe("('<f8', (3,))");
  expect(dtypeName(compound(34, ['n', 0, plain(0, 1)], ['in', 1, inner], ['r', 10, row]))).toBe(
    "[('n', 'i1'), ('in', [('x', '>f8'), ('b', '?')]), ('r', '<f8', (3,))]",
  );
  expect(dtypeName(compound(40, ['t', 0, plain(3, 16, { vlen: true })], ['r', 16, row]))).toBe(
    "[('t', 'O'), ('r', '<f8', (3,))]",
  );
  expect(dtypeName(compound(32, ['a', 0, plain(0, 4)], ['r', 8, row]))).toBe(
    "{'names': ['a', 'r'], 'formats': ['<i4', ('<f8', (3,))], 'offsets': [0, 8], 'itemsize': 32}",
  );
});
