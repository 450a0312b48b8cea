import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import h5wasm, { type Metadata, Module } from 'h5wasm/node';
import { expect, test } from 'vitest';
import { dtypeName } from '../../../main/formats/hdf5/dtype.ts';
import { limited } from '../../../main/formats/hdf5/limited.ts';
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

/** A file of two datasets, one in a group in a group. */
function withGroups(path: string): Buffer {
  const file = new h5wasm.File(path, 'w');
  file.create_dataset({ name: 'first', data: new Float64Array([1, 2, 3]) });
  file.create_group('outer');
  file.create_group('outer/inner').create_dataset({ name: 'second', data: new Float64Array(9) });
  file.close();
  return readFileSync(path);
}

test('a damaged list of datasets is refused, not told as empty, and a good copy in its place is read', async () => {
  await h5wasm.ready;
  const path = join(folder, 'groups.h5');
  const bytes = gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/hdf5/first-tree.h5.gz')));
  let lists = 0;
  for (const signature of ['TREE\0', 'SNOD', 'HEAP'])
    for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 1)) {
      lists += 1;
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 1;
      writeFileSync(path, damaged);
      await expect(inspectFile(path, true)).rejects.toMatchObject({
        code: 'hdf5.damaged-list',
        message: expect.stringMatching(
          /^groups\.h5 is damaged where it lists .* breaks off after \d of them\): get the file again\.$/,
        ),
      });
      writeFileSync(path, bytes);
      expect(await inspectFile(path, true)).toMatchObject({ n_datasets: 6 });
    }
  expect(lists).toBe(3);
});

test('a file that is cut off is refused wherever it is cut, behind 512 bytes of MATLAB as well', async () => {
  await h5wasm.ready;
  const bytes = withGroups(join(folder, 'whole.h5'));
  const block = Buffer.alloc(512);
  block.write('MATLAB 7.3 MAT-file, Platform: GLNXA64');
  for (const [name, whole] of [
    ['cut.h5', bytes],
    ['cut.mat', Buffer.concat([block, bytes])],
  ] as const)
    for (const share of [0.3, 0.6, 0.9, 0.99]) {
      writeFileSync(join(folder, name), whole.subarray(0, Math.floor(whole.length * share)));
      await expect(inspectFile(join(folder, name), true)).rejects.toMatchObject({
        code: 'hdf5.damaged',
        params: { file: name },
      });
    }
  writeFileSync(join(folder, 'whole.mat'), Buffer.concat([block, bytes]));
  expect(await inspectFile(join(folder, 'whole.mat'), true)).toMatchObject({
    n_datasets: 2,
    userblock_matlab: true,
  });
});

test('thousands of errors do not use up the library', async () => {
  await h5wasm.ready;
  const before = Module.HEAPU8.length;
  for (let turn = 0; turn < 5000; turn++)
    expect(() => limited(0, () => new h5wasm.Group(-1n, 'nothing').attrs.none.value)).toThrow();
  const path = join(folder, 'after.h5');
  withGroups(path);
  expect(await inspectFile(path, true)).toMatchObject({ n_datasets: 2 });
  expect(Module.HEAPU8.length - before).toBeLessThan(100 << 20);
});
