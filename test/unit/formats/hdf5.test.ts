import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import h5wasm, { Module } from 'h5wasm/node';
import { expect, test } from 'vitest';
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
