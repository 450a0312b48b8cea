import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { npyBytes } from '../../../main/formats/npy/npy.ts';
import { block, channelTag, floatTag, intTag, tag, textTag } from './meeg/fif-writer.ts';
import { zipOf } from './zip-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-regressions-'));

/** What `gyrus inspect --stats` says of these bytes under this name. */
async function inspected(name: string, bytes: Uint8Array | string): Promise<Record<string, unknown>> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return inspectFile(path, true);
}

describe('orientation as SPM and nibabel have it', () => {
  function header(change: (view: DataView) => void, magic: string): Buffer {
    const bytes = Buffer.alloc(352 + 3 * 5 * 7);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    view.setInt32(0, 348, true);
    [3, 3, 5, 7, 1, 1, 1, 1].forEach((value, at) => void view.setInt16(40 + 2 * at, value, true));
    view.setInt16(70, 2, true);
    view.setInt16(72, 8, true);
    [1, 3, 2, 1, 0, 0, 0, 0].forEach((value, at) => void view.setFloat32(76 + 4 * at, value, true));
    view.setFloat32(108, magic === '' ? 0 : 352, true);
    bytes.write(magic, 344, 'latin1');
    change(view);
    return bytes;
  }

  test('without codes the origin is the middle of the grid and x runs to the left', async () => {
    const found = await inspected(
      'bare.nii',
      header(() => {}, 'n+1'),
    );
    expect(found.affine).toEqual([
      [-3, 0, 0, 3],
      [0, 2, 0, -4],
      [0, 0, 1, -3],
      [0, 0, 0, 1],
    ]);
    expect(found.notices).toMatchObject([{ code: 'nifti.no-orientation' }]);
  });

  test('the voxel that SPM wrote into an Analyze header is its origin, where it is near the grid', async () => {
    const withOrigin = (...origin: number[]) =>
      header((view) => {
        origin.forEach((value, at) => void view.setInt16(253 + 2 * at, value, true));
      }, '');
    writeFileSync(join(folder, 'spm.img'), new Uint8Array(105));
    const found = await inspected('spm.hdr', withOrigin(3, 4, 5));
    expect(found.cls).toBe('Spm2AnalyzeImage');
    expect((found.affine as number[][]).map((row) => row[3])).toEqual([6, -6, -4, 1]);
    writeFileSync(join(folder, 'far.img'), new Uint8Array(105));
    const far = await inspected('far.hdr', withOrigin(300, 4, 5));
    expect((far.affine as number[][]).map((row) => row[3])).toEqual([3, -4, -3, 1]);
  });

  test('a half turn that float32 rounded is one exactly', async () => {
    const found = await inspected(
      'half-turn.nii',
      header((view) => {
        view.setInt16(252, 1, true);
        view.setFloat32(256, 0, true);
        view.setFloat32(260, 0.9999999403953552, true);
      }, 'n+1'),
    );
    expect(found.affine).toEqual([
      [-3, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, -1, 0],
      [0, 0, 0, 1],
    ]);
  });
});

describe('DICOM pixels', () => {
  const EXPLICIT = '1.2.840.10008.1.2.1';
  function element(group: number, number: number, vr: string, value: Buffer, length = value.length): Buffer {
    const long = vr === 'OB' || vr === 'OW';
    const head = Buffer.alloc(long ? 12 : 8);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(number, 2);
    head.write(vr, 4, 'latin1');
    if (long) head.writeUInt32LE(length, 8);
    else head.writeUInt16LE(length, 6);
    return Buffer.concat([head, value]);
  }
  const short = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
  const meta = (syntax: string) =>
    Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      element(2, 0x10, 'UI', Buffer.from(syntax.padEnd(syntax.length + (syntax.length % 2), '\0'))),
    ]);
  const body = (shorts: Readonly<Record<number, number>>, pixels: Buffer) =>
    Buffer.concat([
      element(8, 0x60, 'CS', Buffer.from('MR')),
      ...Object.entries(shorts).map(([number, value]) => element(0x28, Number(number), 'US', short(value))),
      pixels,
    ]);
  const grid = { 2: 1, 16: 2, 17: 3, 256: 16, 257: 16, 259: 0 };
  const words = (...values: number[]) => Buffer.from(Uint16Array.from(values).buffer);

  test('run lengths: high bytes first, literal and repeated runs', async () => {
    const segments = [Buffer.of(0xfb, 1, 0), Buffer.of(1, 7, 8, 0xfe, 9, 0, 4)];
    const table = Buffer.alloc(64);
    [2, 64, 64 + segments[0].length].forEach((value, at) => void table.writeUInt32LE(value, 4 * at));
    const frame = Buffer.concat([table, ...segments]);
    const item = (bytes: Buffer, number = 0xe000) => {
      const head = Buffer.alloc(8);
      head.writeUInt16LE(0xfffe, 0);
      head.writeUInt16LE(number, 2);
      head.writeUInt32LE(bytes.length, 4);
      return Buffer.concat([head, bytes]);
    };
    const value = Buffer.concat([item(Buffer.alloc(0)), item(frame), item(Buffer.alloc(0), 0xe0dd)]);
    const pixels = element(0x7fe0, 0x10, 'OB', value, 0xffffffff);
    const found = await inspected(
      'rle.dcm',
      Buffer.concat([meta('1.2.840.10008.1.2.5'), body(grid, pixels)]),
    );
    expect(found.pixels).toMatchObject({
      shape: [2, 3],
      sum: 256 * 6 + 7 + 8 + 9 * 3 + 4,
      first: [263, 264, 265],
    });
  });

  test('colour by planes, and the sign of 12 bits', async () => {
    const colour = { ...grid, 2: 3, 6: 1, 16: 1, 17: 2, 256: 8, 257: 8 };
    const planes = element(0x7fe0, 0x10, 'OW', Buffer.of(1, 2, 10, 20, 100, 200));
    const found = await inspected('planes.dcm', Buffer.concat([meta(EXPLICIT), body(colour, planes)]));
    expect(found.pixels).toMatchObject({ shape: [1, 2, 3], first: [1, 10, 100] });
    const signed = { ...grid, 257: 12, 259: 1 };
    const twelve = element(0x7fe0, 0x10, 'OW', words(0x0fff, 0x0800, 1, 2, 3, 4));
    const extended = await inspected('signed.dcm', Buffer.concat([meta(EXPLICIT), body(signed, twelve)]));
    expect(extended.pixels).toMatchObject({ dtype: 'int16', min: -2048, first: [-1, -2048, 1] });
  });

  test('deflated elements are inflated; unreadable pixels leave the description', async () => {
    const plain = body(grid, element(0x7fe0, 0x10, 'OW', words(1, 2, 3, 4, 5, 6)));
    const packed = Buffer.concat([meta('1.2.840.10008.1.2.1.99'), deflateRawSync(plain)]);
    const found = await inspected('deflated.dcm', packed);
    expect(found).toMatchObject({ transfer_syntax: '1.2.840.10008.1.2.1.99', pixels: { sum: 21 } });
    const short = body(grid, element(0x7fe0, 0x10, 'OW', words(1, 2)));
    expect(await inspected('short.dcm', Buffer.concat([meta(EXPLICIT), short]))).toMatchObject({
      Modality: 'MR',
      pixels_error: expect.stringContaining('does not hold all of its pixels'),
    });
  });
});

describe('FIF files of later stages', () => {
  const file = (...inside: Buffer[]) =>
    Buffer.concat([tag(100, 31, Buffer.alloc(20)), intTag(101, -1), ...inside]);

  test('digitised points, boundary surfaces, and neither', async () => {
    const point = Buffer.alloc(20);
    point.writeFloatBE(0.5, 12);
    expect(await inspected('x-fiducials.fif', file(block(107, tag(213, 33, point))))).toMatchObject({
      kind: 'fiducials',
      n: 1,
      first: [[0, 0.5, 0]],
    });
    const surface = block(311, intTag(3101, 4), intTag(3103, 10), intTag(3104, 16));
    expect(await inspected('x-bem.fif', file(block(310, surface)))).toMatchObject({
      kind: 'bem surfaces',
      np: [10],
      ntri: [16],
    });
    const solved = file(block(310, surface, floatTag(3110, 1)));
    expect(await inspected('x-bem-sol.fif', solved)).toMatchObject({ kind: 'bem solution' });
    const info = block(101, intTag(200, 1), floatTag(201, 250), channelTag('Cz'));
    expect(await inspected('x-info.fif', file(block(100, info)))).toMatchObject({
      kind: 'info',
      n_channels: 1,
      sfreq: 250,
    });
    await expect(inspected('odd.fif', file(block(900)))).rejects.toMatchObject({
      code: 'fif.unknown-content',
    });
  });
});

describe('FIF epochs', () => {
  const float = 4;
  const matrix = 0x40000000;
  const numbers = (values: readonly number[], ...sizes: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * (values.length + sizes.length + 1));
    values.forEach((value, index) => void bytes.writeFloatBE(value, index * 4));
    [...sizes, sizes.length].forEach(
      (size, index) => void bytes.writeInt32BE(size, 4 * (values.length + index)),
    );
    return bytes;
  };

  test('are shown with their projections applied, as averages are', async () => {
    const names = textTag(3417, 'a:b');
    const vectors = tag(3415, matrix | float, numbers([Math.SQRT1_2, Math.SQRT1_2], 2, 1));
    const average = block(314, textTag(206, 'average'), intTag(3411, 10), names, vectors);
    const info = block(
      101,
      intTag(200, 2),
      floatTag(201, 10),
      channelTag('a'),
      channelTag('b'),
      block(313, average),
    );
    const data = tag(302, matrix | float, numbers([1, 2, 3, 6], 2, 2, 1));
    const epochs = block(373, intTag(208, 0), intTag(209, 1), data);
    const events = block(361, intTag(3561, 5, 0, 1));
    const bytes = Buffer.concat([
      tag(100, 31, Buffer.alloc(20)),
      intTag(101, -1),
      block(100, info, epochs, events),
    ]);
    const { first_samples: first, n_projs } = await inspected('x-epo.fif', bytes);
    expect(n_projs).toBe(1);
    expect((first as number[]).map((value) => Math.round(value * 1e5) / 1e5)).toEqual([-1, -2, 1, 2]);
  });
});

describe('files that others need', () => {
  const room = mkdtempSync(join(tmpdir(), 'gyrus-parts-'));
  const refusal = (name: string, room: string) => {
    writeFileSync(join(room, name), name.endsWith('.dat') ? new Uint8Array(24) : '3\t2\n//Probe file\n1\n');
    return inspectFile(join(room, name), false).catch((thrown: unknown) => thrown);
  };

  test.each(['one.elp', 'one.hsp', 'one_elp.txt', 'other-hsp.txt'])(
    '%s names the KIT recording beside it',
    async (name) => {
      writeFileSync(join(room, 'one.sqd'), '');
      expect(await refusal(name, room)).toMatchObject({ code: 'file.part', params: { whole: 'one.sqd' } });
      writeFileSync(join(room, 'two.con'), '');
      const expected = name.startsWith('one') ? { code: 'file.part' } : { code: 'file.unknown-kind' };
      expect(await refusal(name, room)).toMatchObject(expected);
      rmSync(join(room, 'two.con'));
      expect(await refusal(name, folder)).toMatchObject({ code: 'file.unknown-kind' });
    },
  );

  test('values outside a GIFTI file name it, where it is there', async () => {
    expect(await refusal('lh.dat', room)).toMatchObject({ code: 'file.unknown-kind' });
    writeFileSync(join(room, 'lh.gii'), '');
    expect(await refusal('lh.dat', room)).toMatchObject({
      code: 'file.part',
      message: 'lh.dat is a part of lh.gii: open that instead.',
    });
  });
});

describe('NumPy arrays of other types', () => {
  const typed = (descriptor: string, bytes: number) => {
    const head = `{'descr': ${descriptor}, 'fortran_order': False, 'shape': (2,), }`.padEnd(117, ' ');
    return Buffer.concat([
      Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
      Buffer.from(`${head}\n`),
      Buffer.alloc(bytes),
    ]);
  };

  test('are described; beside them in an archive numbers are summed', async () => {
    expect(await inspected('text.npy', typed("'<U3'", 24))).toMatchObject({ shape: [2], dtype: '<U3' });
    expect(await inspected('table.npy', typed("[('a', '<i4'), ('b', '<f8')]", 24))).toMatchObject({
      dtype: "[('a', '<i4'), ('b', '<f8')]",
    });
    expect(await inspected('half.npy', typed("'<f2'", 4))).toMatchObject({
      dtype: 'float16',
      data: { dtype: 'float16', n_nonfinite: 0, first: [0, 0] },
    });
    await expect(inspected('objects.npy', typed("'|O'", 16))).rejects.toMatchObject({ code: 'npy.pickle' });
    await expect(inspected('short.npy', typed("'<c8'", 15))).rejects.toMatchObject({ code: 'npy.damaged' });
    const numbers = npyBytes({ shape: [3], data: Float64Array.of(1, 2, 4) });
    const archive = zipOf({ 'words.npy': typed("'<U3'", 24), 'x.npy': numbers });
    expect(await inspected('both.npz', archive)).toMatchObject({
      arrays: { words: { dtype: '<U3' }, x: { data: { sum: 7 } } },
    });
  });
});

test('complex NumPy arrays are summed as NumPy does, in either byte order', async () => {
  // numpy.save of [3+4j, nan+1j, -1+0.5j] as complex64 and >c16; sums over the finite ones.
  const array = (descriptor: string, width: number, write: 'writeFloatLE' | 'writeDoubleBE') => {
    const head = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (3,), }`.padEnd(117, ' ');
    const values = Buffer.alloc(6 * width);
    [3, 4, Number.NaN, 1, -1, 0.5].forEach((value, at) => void values[write](value, at * width));
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'), Buffer.from(`${head}\n`), values]);
  };
  const data = { n_nonfinite: 1, sum: { re: 2, im: 4.5 }, sum_abs: 5 + Math.hypot(1, 0.5) };
  expect(await inspected('c8.npy', array('<c8', 4, 'writeFloatLE'))).toMatchObject({
    shape: [3],
    dtype: 'complex64',
    data: { dtype: 'complex64', ...data },
  });
  expect(await inspected('c16.npy', array('>c16', 8, 'writeDoubleBE'))).toMatchObject({
    dtype: '>c16',
    data,
  });
});

describe('tables', () => {
  test('of one column, with quoted line ends, with remarks before the header', async () => {
    expect(await inspected('one.csv', 'onset\n1.5\n2\n')).toMatchObject({ n_rows: 2, sums: { onset: 3.5 } });
    const quoted = 'onset,word\n1,"a\nb"\n2,"c, d"\n3,"say ""e"""\n';
    expect(await inspected('quoted.csv', quoted)).toMatchObject({ n_rows: 3, columns: ['onset', 'word'] });
    const remarks = '# made by hand, twice\n# and again\nx,y,z\n1,2,3\n4,5,6\n';
    expect(await inspected('remarks.csv', remarks)).toMatchObject({ columns: ['x', 'y', 'z'], n_rows: 2 });
  });

  test('have names for columns without one, and for repeated ones', async () => {
    const found = await inspected('index.csv', ',a,a,b\n0,1,2,3\n1,4,5,6\n');
    expect(found).toMatchObject({ columns: ['Unnamed: 0', 'a', 'a.1', 'b'], sums: { 'a.1': 7 } });
  });
});
