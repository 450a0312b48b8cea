import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { voxelGatherer } from '../../../main/formats/nifti/gather.ts';
import { openNifti } from '../../../main/formats/nifti/open.ts';
import { axisCodes } from '../../../main/formats/nifti/orientation.ts';
import { niftiHeaderBytes, writeNifti } from '../../../main/formats/nifti/write.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-nifti-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

const affine = [
  [-2, 0, 0, 10],
  [0, 3, 0, -20],
  [0, 0, 4, -30],
  [0, 0, 0, 1],
];

type Put = (view: DataView, at: number, value: number, little: boolean) => void;

/** Code, bytes and how a value is stored, for every datatype of NIfTI that is one real number. */
const kinds: [string, number, number, Put][] = [
  ['uint8', 2, 1, (view, at, value) => view.setUint8(at, value)],
  ['int16', 4, 2, (view, at, value, little) => view.setInt16(at, value, little)],
  ['int32', 8, 4, (view, at, value, little) => view.setInt32(at, value, little)],
  ['float32', 16, 4, (view, at, value, little) => view.setFloat32(at, value, little)],
  ['float64', 64, 8, (view, at, value, little) => view.setFloat64(at, value, little)],
  ['int8', 256, 1, (view, at, value) => view.setInt8(at, value)],
  ['uint16', 512, 2, (view, at, value, little) => view.setUint16(at, value, little)],
  ['uint32', 768, 4, (view, at, value, little) => view.setUint32(at, value, little)],
  ['int64', 1024, 8, (view, at, value, little) => view.setBigInt64(at, BigInt(value), little)],
  ['uint64', 1280, 8, (view, at, value, little) => view.setBigUint64(at, BigInt(value), little)],
];

interface Recipe {
  readonly code: number;
  readonly width: number;
  readonly dims: readonly number[];
  readonly little?: boolean;
  readonly wide?: boolean;
  readonly change?: (view: DataView, little: boolean) => void;
}

/** Bytes of a NIfTI-1 (or -2) file written field by field, apart from the product's own writer. */
function fileBytes(
  { code, width, dims, little = true, wide = false, change }: Recipe,
  values: Uint8Array,
): Buffer {
  const offset = wide ? 544 : 352;
  const bytes = Buffer.alloc(offset + values.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = [dims.length, ...dims, ...Array(7 - dims.length).fill(1)];
  if (wide) {
    view.setInt32(0, 540, little);
    bytes.write('n+2\0\r\n\x1a\n', 4, 'latin1');
    view.setInt16(12, code, little);
    view.setInt16(14, width * 8, little);
    sizes.forEach((size, n) => {
      view.setBigInt64(16 + 8 * n, BigInt(size), little);
    });
    for (let n = 0; n < 8; n++) view.setFloat64(104 + 8 * n, 1, little);
    view.setBigInt64(168, BigInt(offset), little);
  } else {
    view.setInt32(0, 348, little);
    bytes.write('n+1\0', 344, 'latin1');
    view.setInt16(70, code, little);
    view.setInt16(72, width * 8, little);
    sizes.forEach((size, n) => {
      view.setInt16(40 + 2 * n, size, little);
    });
    for (let n = 0; n < 8; n++) view.setFloat32(76 + 4 * n, 1, little);
    view.setFloat32(108, offset, little);
  }
  change?.(view, little);
  bytes.set(values, offset);
  return bytes;
}

async function readAll(bytes: Uint8Array, name = `${made++}.nii`): Promise<number[]> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const values: number[] = [];
  for await (const { data } of (await openNifti(path)).volumes({ precision: 'float64' }))
    for (const value of data) values.push(value);
  return values;
}

describe('values', () => {
  const variants = kinds.flatMap((kind) =>
    [true, false].flatMap((little) => [true, false].map((wide) => [...kind, little, wide] as const)),
  );

  test.each(variants)('%s (code %i), little-endian %s', async (name, code, width, put, little, wide) => {
    const expected = name.startsWith('u') ? [0, 1, 100, 200] : [-100, -1, 0, 100];
    const values = new Uint8Array(expected.length * width);
    const view = new DataView(values.buffer);
    for (const [n, value] of expected.entries()) put(view, n * width, value, little);
    const bytes = fileBytes({ code, width, dims: [2, 2, 1], little, wide }, values);
    expect(await readAll(bytes)).toEqual(expected);
    expect(await readAll(gzipSync(bytes))).toEqual(expected);
  });

  test.each([
    ['NaN', Number.NaN, 5, 1, 0],
    ['zero', 0, 5, 1, 0],
    ['infinite', Infinity, 5, 1, 0],
    ['two', 2, 5, 2, 5],
    ['two, intercept NaN', 2, Number.NaN, 2, 0],
  ])('slope %s', async (_, slope, intercept, effectiveSlope, effectiveIntercept) => {
    const change = (view: DataView, little: boolean): void => {
      view.setFloat32(112, slope, little);
      view.setFloat32(116, intercept, little);
    };
    const bytes = fileBytes({ code: 2, width: 1, dims: [3, 1, 1], change }, Uint8Array.of(0, 1, 9));
    expect(await readAll(bytes)).toEqual(
      [0, 1, 9].map((value) => value * effectiveSlope + effectiveIntercept),
    );
  });

  test('complex voxels give magnitudes, colours give unscaled luminance', async () => {
    const complex = new Uint8Array(Float32Array.of(3, 4, -6, 8).buffer);
    expect(await readAll(fileBytes({ code: 32, width: 8, dims: [2, 1, 1] }, complex))).toEqual([5, 10]);
    const change = (view: DataView): void => view.setFloat32(112, 3, true);
    const rgb = fileBytes(
      { code: 128, width: 3, dims: [2, 1, 1], change },
      Uint8Array.of(255, 255, 255, 100, 0, 0),
    );
    const [white, red] = await readAll(rgb);
    expect(white).toBeCloseTo(255, 10);
    expect(red).toBeCloseTo(29.9, 10);
  });

  test('a packed file too small for what its header tells of is refused before memory is taken', async () => {
    const bytes = fileBytes({ code: 16, width: 4, dims: [32000, 32000, 32000] }, Uint8Array.of(1, 2, 3, 4));
    await expect(readAll(gzipSync(bytes))).rejects.toMatchObject({ code: 'nifti.packed-short' });
    // Zeros pack as small as anything can: 4 MB of them are read.
    const zeros = fileBytes({ code: 2, width: 1, dims: [256, 256, 64] }, new Uint8Array(256 * 256 * 64));
    expect((await readAll(gzipSync(zeros, { level: 9 }))).length).toBe(256 * 256 * 64);
  });

  test('a pair of .hdr and .img.gz, given by either half', async () => {
    const header = Buffer.from(
      fileBytes({ code: 2, width: 1, dims: [2, 1, 1] }, new Uint8Array()).subarray(0, 348),
    );
    header.write('ni1\0', 344, 'latin1');
    header.writeFloatLE(0, 108);
    writeFileSync(join(folder, 'pair.hdr'), header);
    writeFileSync(join(folder, 'pair.img.gz'), gzipSync(Uint8Array.of(7, 8)));
    for (const name of ['pair.hdr', 'pair.img.gz']) {
      const image = await openNifti(join(folder, name));
      for await (const { data } of image.volumes()) expect([...data]).toEqual([7, 8]);
    }
  });
});

test('extension flags with nothing sensible behind them are passed over', async () => {
  for (const size of [0, -16, 7, 1 << 30]) {
    const bytes = fileBytes({ code: 2, width: 1, dims: [2, 1, 1] }, new Uint8Array(66));
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setFloat32(108, 384, true);
    bytes[348] = 1;
    view.setInt32(352, size, true);
    const path = join(folder, `extension${made++}.nii`);
    writeFileSync(path, bytes);
    expect((await openNifti(path)).header.extensions).toEqual([]);
  }
});

describe('affine', () => {
  test('qform: closed form of a quarter turn, and of qfac −1', async () => {
    const change = (view: DataView, little: boolean): void => {
      view.setInt16(252, 1, little);
      view.setFloat32(76, -1, little);
      [2, 3, 4].forEach((size, n) => {
        view.setFloat32(80 + 4 * n, size, little);
      });
      // 90° about z: a = d = √½.
      [0, 0, Math.SQRT1_2, 11, 12, 13].forEach((value, n) => {
        view.setFloat32(256 + 4 * n, value, little);
      });
    };
    const path = join(folder, 'qform.nii');
    writeFileSync(path, fileBytes({ code: 2, width: 1, dims: [1, 1, 1], change }, new Uint8Array(1)));
    const image = await openNifti(path);
    const expected = [
      [0, -3, 0, 11],
      [2, 0, 0, 12],
      [0, 0, -4, 13],
      [0, 0, 0, 1],
    ];
    image.affine.flat().forEach((value, n) => {
      expect(value).toBeCloseTo(expected.flat()[n], 5);
    });
    expect(image.affineSource).toBe('qform');
    expect(axisCodes(image.affine)).toBe('ALI');
  });

  test('no orientation gives a warning; disagreeing forms a remark', async () => {
    const plain = join(folder, 'plain.nii');
    writeFileSync(plain, fileBytes({ code: 2, width: 1, dims: [1, 1, 1] }, new Uint8Array(1)));
    expect((await openNifti(plain)).notices.map(({ code }) => code)).toEqual(['nifti.no-orientation']);
    const change = (view: DataView, little: boolean): void => {
      view.setInt16(252, 1, little);
      view.setInt16(254, 2, little);
      [5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0].forEach((value, n) => {
        view.setFloat32(280 + 4 * n, value, little);
      });
    };
    const both = join(folder, 'both.nii');
    writeFileSync(both, fileBytes({ code: 2, width: 1, dims: [1, 1, 1], change }, new Uint8Array(1)));
    const image = await openNifti(both);
    expect(image.affineSource).toBe('sform');
    expect(image.notices.map(({ code }) => code)).toEqual(['nifti.affines-differ']);
  });
});

describe('repetition time', () => {
  test.each([
    ['2 s', 2, 8, 2, []],
    ['2000 ms', 2000, 16, 2, []],
    ['1500000 µs', 1_500_000, 24, 1.5, []],
    ['2 without unit', 2, 0, 2, ['nifti.tr-unit-unknown']],
    ['2000 without unit', 2000, 0, 2, ['nifti.tr-unit-unknown']],
    ['0', 0, 8, null, ['nifti.no-tr']],
    ['NaN', Number.NaN, 8, null, ['nifti.no-tr']],
    ['2000 s', 2000, 8, 2000, ['nifti.odd-tr']],
  ])('%s', async (_, step, unit, seconds, codes) => {
    const change = (view: DataView, little: boolean): void => {
      view.setFloat32(92, step, little);
      view.setUint8(123, 2 | unit);
      view.setInt16(254, 1, little);
      [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0].forEach((value, n) => {
        view.setFloat32(280 + 4 * n, value, little);
      });
    };
    const path = join(folder, `tr${made++}.nii`);
    writeFileSync(path, fileBytes({ code: 2, width: 1, dims: [1, 1, 1, 3], change }, new Uint8Array(3)));
    const image = await openNifti(path);
    expect(image.repetitionTime).toBe(seconds);
    expect(image.notices.map(({ code }) => code)).toEqual(codes);
  });
});

describe('writer', () => {
  test('what is written is read back, in every type, plain and gzip', async () => {
    const options = { grid: [2, 3, 1], volumeCount: 3, affine, repetitionTime: 1.5 } as const;
    const volumes = [0, 1, 2].map((t) => Float32Array.from({ length: 6 }, (_, v) => v * 10 + t));
    for (const dtype of ['float32', 'int16', 'uint8'] as const) {
      for (const name of [`${dtype}.nii`, `${dtype}.nii.gz`]) {
        const path = join(folder, name);
        await writeNifti(path, { ...options, dtype }, volumes);
        const image = await openNifti(path);
        expect(image.affine).toEqual(affine);
        expect(image.repetitionTime).toBe(1.5);
        expect(image.notices).toEqual([]);
        const found: number[][] = [];
        for await (const { data } of image.volumes()) found.push([...data]);
        expect(found).toEqual(volumes.map((volume) => [...volume]));
      }
    }
  });

  test('equal values give equal bytes, and a wrong count of volumes is refused', async () => {
    const options = {
      grid: [1, 1, 1],
      volumeCount: 2,
      affine,
      dtype: 'int16',
      slope: 0.5,
      intercept: 1,
    } as const;
    for (const name of ['a.nii.gz', 'b.nii.gz']) await writeNifti(join(folder, name), options, [[1.5], [2]]);
    expect(readFileSync(join(folder, 'a.nii.gz'))).toEqual(readFileSync(join(folder, 'b.nii.gz')));
    for await (const { index, data } of (await openNifti(join(folder, 'a.nii.gz'))).volumes())
      expect(data[0]).toBe([1.5, 2][index]);
    await expect(writeNifti(join(folder, 'c.nii.gz'), options, [[1]])).rejects.toThrow(
      '1 volumes given, 2 announced',
    );
    expect(niftiHeaderBytes(options)).toHaveLength(352);
  });

  test('start and count read a part of a series', async () => {
    const path = join(folder, 'part.nii.gz');
    await writeNifti(
      path,
      { grid: [2, 1, 1], volumeCount: 5, affine, dtype: 'int16' },
      [0, 1, 2, 3, 4].map((t) => [t, t]),
    );
    const seen: number[] = [];
    for await (const { index, data } of (await openNifti(path)).volumes({ start: 1, count: 2 }))
      seen.push(index, data[0]);
    expect(seen).toEqual([1, 1, 2, 2]);
  });
});

test('gathering any voxels in any layout equals picking them one by one', async () => {
  const path = join(folder, 'gather.nii');
  const volume = Float32Array.from({ length: 60 }, (_, voxel) => voxel * 3 + 1);
  await writeNifti(path, { grid: [5, 4, 3], volumeCount: 1, affine, dtype: 'float32' }, [volume]);
  const image = await openNifti(path);
  const [{ bytes }] = await Array.fromAsync(image.rawVolumes());
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(59), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(5),
      (picked, length, extra) => {
        const indices = Uint32Array.from(picked.sort((a, b) => a - b));
        const stride = length + extra;
        const out = new Float32Array(Math.ceil(indices.length / length) * stride + 3);
        voxelGatherer(image.header, indices, { length, stride })(bytes.slice(), out, 3);
        for (const [n, voxel] of indices.entries()) {
          expect(out[3 + Math.floor(n / length) * stride + (n % length)]).toBe(volume[voxel]);
        }
      },
    ),
  );
});
