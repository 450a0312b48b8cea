import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as zarr from 'zarrita';
import { exportZarr } from '../../../main/data/arrays/export-zarr.ts';
import { scratchFolder, scratchProject } from './scratch.ts';

const signal = new AbortController().signal;
const values = Float32Array.from({ length: 35 }, (_, at) => at / 4);
const spec = {
  name: 'bold',
  shape: [5, 7],
  chunkShape: [2, 3],
  dtype: 'float32',
  unit: 'a.u.',
  axes: [{ name: 'time', unit: 's', step: 2 }, { name: 'voxel' }],
} as const;

test('zarrita reads our arrays, whole and sliced', async () => {
  const { arrays } = scratchProject();
  const { id } = arrays.put(spec, values);
  const opened = await zarr.open.v3(arrays.zarrStore(id), { kind: 'array' });
  expect(opened.shape).toEqual([5, 7]);
  expect(opened.dimensionNames).toEqual(['time', 'voxel']);
  expect(opened.attrs).toMatchObject({ gyrus: { id, name: 'bold', unit: 'a.u.' } });
  expect((await zarr.get(opened)).data).toEqual(values);
  const part = await zarr.get(opened, [zarr.slice(1, 4), zarr.slice(2, 6)]);
  expect(part.shape).toEqual([3, 4]);
  const ours = arrays.read(id, [
    { start: 1, stop: 4 },
    { start: 2, stop: 6 },
  ]);
  expect(part.data).toEqual(ours.data);
});

test('what zarrita writes has the same hash as what we write', async () => {
  const { arrays } = scratchProject();
  const { id } = arrays.create(spec);
  const opened = await zarr.open.v3(arrays.zarrStore(id), { kind: 'array' });
  if (!opened.is('float32')) throw new Error('not float32');
  await zarr.set(opened, null, { data: values, shape: [5, 7], stride: [7, 1] });
  expect(arrays.read(id).data).toEqual(values);
  expect(arrays.seal(id).contentHash).toBe(arrays.put(spec, values).contentHash);
});

test('metadata is not written and strange keys are not found', async () => {
  const { arrays } = scratchProject();
  const store = arrays.zarrStore(arrays.put(spec, values).id);
  await expect(store.set('/zarr.json', new Uint8Array(1))).rejects.toThrow('cannot be written');
  expect(await store.get('/c/0')).toBeUndefined();
  expect(await store.get('/c/0/../0')).toBeUndefined();
  await expect(store.get('/c/9/9')).rejects.toThrow(RangeError);
});

test('an exported folder holds the metadata and every chunk, and is never mixed with another', async () => {
  const { arrays } = scratchProject();
  const folder = join(scratchFolder(), 'bold.zarr');
  const { id } = arrays.put(spec, values);
  const seen: number[] = [];
  const written = await exportZarr(arrays, id, folder, signal, ({ done }) => seen.push(done));
  expect(written.chunks).toBe(9);
  expect(seen.at(-1)).toBe(9);
  expect(JSON.parse(readFileSync(join(folder, 'zarr.json'), 'utf8'))).toMatchObject({
    zarr_format: 3,
    data_type: 'float32',
    shape: [5, 7],
    codecs: [{ name: 'bytes' }, { name: 'zstd' }],
  });
  expect(existsSync(join(folder, 'c', '2', '2'))).toBe(true);
  await expect(exportZarr(arrays, id, folder, signal, () => {})).rejects.toMatchObject({
    code: 'export.folder-not-empty',
  });
});

test('a stopped export throws and an empty folder may be used', async () => {
  const { arrays } = scratchProject();
  const folder = join(scratchFolder(), 'here');
  mkdirSync(folder);
  const { id } = arrays.put(spec, values);
  await expect(exportZarr(arrays, id, folder, AbortSignal.abort(), () => {})).rejects.toMatchObject({
    name: 'AbortError',
  });
});

const python = process.env.GYRUS_PYTHON;

test.skipIf(!python)(
  "Python's zarr reads an exported folder (GYRUS_PYTHON names an interpreter with zarr 3)",
  async () => {
    const { arrays } = scratchProject();
    const folder = join(scratchFolder(), 'bold.zarr');
    await exportZarr(arrays, arrays.put(spec, values).id, folder, signal, () => {});
    const script = join(import.meta.dirname, '..', '..', 'fixtures', 'zarr', 'read_zarr.py');
    const told = JSON.parse(execFileSync(python ?? '', [script, folder], { encoding: 'utf8' }));
    expect(told).toMatchObject({ shape: [5, 7], dtype: 'float32', values: [...values], name: 'bold' });
  },
);

test('the codec chain is the one that Python has read (test/fixtures/zarr/seen-by-python.json)', async () => {
  const { arrays } = scratchProject();
  const { id } = arrays.put(spec, values);
  const bytes = await arrays.zarrStore(id).get('/zarr.json');
  const metadata = JSON.parse(new TextDecoder().decode(bytes));
  const seen = join(import.meta.dirname, '..', '..', 'fixtures', 'zarr', 'seen-by-python.json');
  if (process.env.GYRUS_WRITE_FIXTURES) writeFileSync(seen, `${JSON.stringify(metadata.codecs, null, 2)}\n`);
  expect(metadata.codecs).toEqual(JSON.parse(readFileSync(seen, 'utf8')));
});
