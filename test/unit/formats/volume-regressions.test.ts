import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readGifti } from '../../../main/formats/gifti/gifti.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { openNifti } from '../../../main/formats/nifti/open.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-volumes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Analyze as SPM has it', () => {
  function pair(name: string, change: (view: DataView) => void): string {
    const bytes = Buffer.alloc(348);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    view.setInt32(0, 348, true);
    [3, 2, 2, 2, 1, 1, 1, 1].forEach((value, at) => void view.setInt16(40 + 2 * at, value, true));
    view.setInt16(70, 2, true);
    [0, 2, 2, 2, 0, 0, 0, 0].forEach((value, at) => void view.setFloat32(76 + 4 * at, value, true));
    change(view);
    writeFileSync(join(folder, `${name}.hdr`), bytes);
    writeFileSync(join(folder, `${name}.img`), Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
    return join(folder, `${name}.hdr`);
  }

  /** A version 4 file of one matrix of doubles. */
  function matrix(name: string, rows: readonly (readonly number[])[]): Buffer {
    const head = Buffer.alloc(20);
    [0, rows.length, rows[0].length, 0, name.length + 1].forEach(
      (value, at) => void head.writeInt32LE(value, 4 * at),
    );
    const columns = rows[0].map((_, column) => rows.map((row) => row[column]));
    return Buffer.concat([
      head,
      Buffer.from(`${name}\0`),
      Buffer.from(Float64Array.from(columns.flat()).buffer),
    ]);
  }

  const placed = [
    [2, 0.5, 0, -10],
    [0, 3, 0.25, -20],
    [0, 0, 4, -30],
    [0, 0, 0, 1],
  ];

  test.each([
    ['mat', [2, 0.5, 0, -7.5]],
    // The older matrix leaves out that x runs to the left.
    ['M', [-2, -0.5, 0, 7.5]],
  ])('orientation in a .mat file beside it, as %s', async (name, first) => {
    const path = pair(`placed-${name}`, () => {});
    writeFileSync(path.replace('.hdr', '.mat'), matrix(name, placed));
    const image = await openNifti(path);
    expect(image.affine).toEqual([first, [0, 3, 0.25, -16.75], [0, 0, 4, -26], [0, 0, 0, 1]]);
    expect(image.notices).toEqual([]);
  });

  test('scaling by factor and offset, else by the range of values', async () => {
    const factor = pair('factor', (view) => {
      view.setFloat32(112, 2, true);
      view.setFloat32(116, 5, true);
    });
    expect((await inspectFile(factor, true)).data).toMatchObject({ min: 5, max: 19 });
    const range = pair('range', (view) => {
      view.setFloat32(124, 0.7, true);
      view.setInt32(140, 7, true);
    });
    const { data } = await inspectFile(range, true);
    expect(data).toMatchObject({ min: expect.closeTo(0, 6), max: expect.closeTo(0.7, 6) });
  });

  test('0 for a fourth size counts as 1', async () => {
    const path = pair('zero', (view) => {
      view.setInt16(40, 4, true);
      view.setInt16(48, 0, true);
    });
    expect(await inspectFile(path, true)).toMatchObject({ shape: [2, 2, 2, 1], data: { sum: 28 } });
  });
});

describe('GIFTI', () => {
  const array = (type: string, dims: readonly number[], order: string, encoding: string, data: string) =>
    `<GIFTI Version="1.0"><DataArray Intent="NIFTI_INTENT_NONE" DataType="NIFTI_TYPE_${type}" ArrayIndexingOrder="${order}" Dimensionality="${dims.length}" ${dims.map((size, axis) => `Dim${axis}="${size}"`).join(' ')} Encoding="${encoding}" Endian="LittleEndian"><Data>${data}</Data></DataArray></GIFTI>`;
  const values = async (name: string, text: string): Promise<number[]> => {
    writeFileSync(join(folder, name), text);
    return [...(await readGifti(join(folder, name))).arrays[0].values];
  };

  test('64-bit integers, which NumPy programs write', async () => {
    const data = Buffer.from(BigInt64Array.of(-3n, 7n, 1n << 40n).buffer).toString('base64');
    expect(await values('wide.gii', array('INT64', [3], 'RowMajorOrder', 'Base64Binary', data))).toEqual([
      -3,
      7,
      2 ** 40,
    ]);
  });

  test('infinite values as C prints them', async () => {
    const text = array('FLOAT32', [4], 'RowMajorOrder', 'ASCII', 'inf -inf nan 2');
    expect(await values('inf.gii', text)).toEqual([Infinity, -Infinity, Number.NaN, 2]);
  });

  test('column-major arrays of three dimensions', async () => {
    const text = array('INT32', [2, 3, 2], 'ColumnMajorOrder', 'ASCII', '0 6 2 8 4 10 1 7 3 9 5 11');
    expect(await values('cube.gii', text)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe('FreeSurfer', () => {
  test('a label with fewer points than it tells of is read, and told', async () => {
    const path = join(folder, 'short.label');
    writeFileSync(path, '#!ascii label\n3\n1 0 0 0 0.5\n4 1 1 1 0.25\n');
    expect(await inspectFile(path, true)).toMatchObject({
      n: 2,
      sum_scalar: 0.75,
      notices: [{ code: 'freesurfer.label-count', params: { found: 2, promised: 3 } }],
    });
  });

  test.each([
    ['many', Array.from({ length: 300_000 }, (_, n) => (n % 150_000) + 0.5), 150_000],
    // As numpy.unique: both zeros are one, and so is all that is no number.
    ['special', [0, -0, Number.NaN, Number.NaN, 1, -1, Infinity, -Infinity], 6],
  ])('different values of a volume are counted: %s', async (name, values, expected) => {
    const head = Buffer.alloc(284);
    [1, values.length, 1, 1, 1, 3].forEach((value, at) => void head.writeInt32BE(value, 4 * at));
    const voxels = Float32Array.from(values);
    // A second NaN of other bits.
    if (name === 'special') new Uint32Array(voxels.buffer)[3] = 0xffc00001;
    const path = join(folder, `${name}.mgh`);
    writeFileSync(path, Buffer.concat([head, Buffer.from(new Uint8Array(voxels.buffer)).swap32()]));
    expect(await inspectFile(path, true)).toMatchObject({ n_unique: expected });
  });
});
