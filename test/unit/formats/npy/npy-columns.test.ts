import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { npyBytes, readNpy, writeNpy } from '../../../../main/formats/npy/npy.ts';
import { createNpyColumns, openNpyColumns } from '../../../../main/formats/npy/npy-columns.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gyrus-npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('reads back what was written range by range', async () => {
  const path = join(folder, 'a.npy');
  const writer = await createNpyColumns(path, 3, 5);
  await writer.write(0, 2, Float32Array.of(0, 1, 10, 11, 20, 21));
  await writer.write(2, 5, Float32Array.of(2, 3, 4, 12, 13, 14, 22, 23, 24));
  await writer.close();
  const whole = await readNpy(path);
  expect(whole.shape).toEqual([3, 5]);
  expect([...whole.data]).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24]);
  const columns = await openNpyColumns(path);
  expect([...(await columns.read(1, 4))]).toEqual([1, 2, 3, 11, 12, 13, 21, 22, 23]);
  expect([...(await columns.read(4, 5))]).toEqual([4, 14, 24]);
  await columns.close();
});

test('reads column-major files and turns integers into float32, keeping float64', async () => {
  const path = join(folder, 'f.npy');
  const bytes = npyBytes({ shape: [2, 3], data: Int16Array.of(1, 4, 2, 5, 3, 6) });
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace("'fortran_order': False", "'fortran_order': True ");
  await writeFile(path, Buffer.from(text, 'latin1'));
  const columns = await openNpyColumns(path);
  expect(await columns.read(1, 3)).toEqual(Float32Array.of(2, 3, 5, 6));
  await columns.close();
  await writeNpy(join(folder, 'd.npy'), { shape: [2], data: Float64Array.of(0.1, 0.2) });
  const vector = await openNpyColumns(join(folder, 'd.npy'));
  expect([vector.rows, vector.cols]).toEqual([2, 1]);
  expect(await vector.read(0, 1)).toEqual(Float64Array.of(0.1, 0.2));
  await vector.close();
});

test('reads half floats, and into memory that it is given', async () => {
  // 1, −2, 0.5 and 65504 as IEEE half floats.
  const bytes = npyBytes({ shape: [2, 2], data: Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x7bff) });
  const text = Buffer.from(bytes).toString('latin1').replace("'<u2'", "'<f2'");
  const path = join(folder, 'half.npy');
  await writeFile(path, Buffer.from(text, 'latin1'));
  expect((await readNpy(path)).data).toEqual(Float32Array.of(1, -2, 0.5, 65504));
  const half = await openNpyColumns(path);
  expect(await half.read(0, 2)).toEqual(Float32Array.of(1, -2, 0.5, 65504));
  await half.close();
  await writeNpy(join(folder, 'g.npy'), { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const columns = await openNpyColumns(join(folder, 'g.npy'));
  const memory = new ArrayBuffer(64);
  const values = await columns.read(1, 3, () => memory);
  expect([values.buffer, [...values]]).toEqual([memory, [2, 3, 5, 6]]);
  await columns.close();
  await expect(openNpyColumns(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'file.not-found' });
  await expect(readNpy(folder)).rejects.toMatchObject({ code: 'file.is-folder' });
});

test('refuses other shapes and cut-off files', async () => {
  await writeNpy(join(folder, 'cube.npy'), { shape: [2, 2, 2], data: new Float32Array(8) });
  await expect(openNpyColumns(join(folder, 'cube.npy'))).rejects.toMatchObject({ code: 'npy.not-a-matrix' });
  await writeFile(
    join(folder, 'cut.npy'),
    npyBytes({ shape: [9, 9], data: new Float32Array(81) }).subarray(0, 200),
  );
  await expect(openNpyColumns(join(folder, 'cut.npy'))).rejects.toMatchObject({ code: 'npy.damaged' });
});
