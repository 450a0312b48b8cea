import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { convertDicom } from '../../../main/formats/dicom/convert.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-dicom-frames-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXPLICIT = '1.2.840.10008.1.2.1';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const UNDEFINED = 0xffffffff;

/** JPEG-LS of 3 × 16 values of 12 bits by CharLS (pyjpegls): rows of 1000, 1300, 1600, and 500 more; the first is 4095. */
const frames = [
  'ffd8fff7000b0c0003001001011100ffda0008010100000000400000000146014050040201008040404040404040000000000d14002bc0408102040810204081020402ab020408104104104104104100ffd9',
  'ffd8fff7000b0c0003001001011100ffda000801010000000040000000001bb880500a008020080402010080402020200000000007840015e020202020202020202040810201558102040810204081020408102000ffd9',
].map((hex) => Buffer.from(hex, 'hex'));
const rowOf = (value: number): number[] => Array<number>(16).fill(value);
const plain = [
  [4095, ...rowOf(1000).slice(1), ...rowOf(1300), ...rowOf(1600)],
  [4095, ...rowOf(1500).slice(1), ...rowOf(1800), ...rowOf(2100)],
];

function element(
  group: number,
  number: number,
  vr: string,
  value: Uint8Array | string | number,
  length?: number,
) {
  const bytes =
    typeof value === 'number'
      ? Buffer.from(Uint16Array.of(value).buffer)
      : typeof value === 'string'
        ? Buffer.from(value.padEnd(value.length + (value.length % 2), vr === 'UI' ? '\0' : ' '))
        : value;
  const long = vr === 'OB' || vr === 'OW' || vr === 'OF';
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(length ?? bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

function item(bytes: Uint8Array, number = 0xe000): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

interface Recipe {
  readonly syntax?: string;
  readonly bits?: number;
  readonly stored?: number;
  readonly signed?: boolean;
  readonly count?: number;
}

function head({ syntax = JPEG_LS, bits = 16, stored = 12, signed = false, count = 1 }: Recipe): Buffer {
  const described = [
    element(8, 0x60, 'CS', 'MR'),
    element(0x20, 0xd, 'UI', '1.2.3'),
    element(0x20, 0xe, 'UI', '1.2.4'),
    element(0x20, 0x11, 'IS', '7'),
    element(0x28, 2, 'US', 1),
    element(0x28, 4, 'CS', 'MONOCHROME2'),
    ...(count > 1 ? [element(0x28, 8, 'IS', String(count))] : []),
    element(0x28, 0x10, 'US', 3),
    element(0x28, 0x11, 'US', 16),
    element(0x28, 0x100, 'US', bits),
    element(0x28, 0x101, 'US', stored),
    element(0x28, 0x103, 'US', signed ? 1 : 0),
  ];
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(2, 0x10, 'UI', syntax),
    ...described,
  ]);
}

function packed(pieces: readonly Uint8Array[], recipe: Recipe = {}): Buffer {
  const even = pieces.map((piece) => Buffer.concat([piece, Buffer.alloc(piece.length % 2)]));
  const items = [item(Buffer.alloc(0)), ...even.map((piece) => item(piece)), item(Buffer.alloc(0), 0xe0dd)];
  return Buffer.concat([head(recipe), element(0x7fe0, 0x10, 'OB', Buffer.concat(items), UNDEFINED)]);
}

async function inspected(name: string, bytes: Uint8Array): Promise<Record<string, unknown>> {
  writeFileSync(join(folder, name), bytes);
  return inspectFile(join(folder, name), true);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('packed pixels', () => {
  test('several frames', async () => {
    expect(await inspected('frames.dcm', packed(frames, { count: 2 }))).toMatchObject({
      pixels: { shape: [2, 3, 16], dtype: 'uint16', sum: sum(plain.flat()), first: [4095, 1000, 1000] },
    });
  });

  test('images in several pieces', async () => {
    const pieces = frames.flatMap((frame) => [frame.subarray(0, 40), frame.subarray(40)]);
    const found = await inspected('pieces.dcm', packed(pieces, { count: 2 }));
    expect(found).toMatchObject({ pixels: { sum: sum(plain.flat()) } });
    const one = await inspected('one.dcm', packed(pieces.slice(0, 2)));
    expect(one).toMatchObject({ pixels: { shape: [3, 16], sum: sum(plain[0]) } });
  });

  test('the sign of values that were packed without one', async () => {
    const found = await inspected('signed.dcm', packed([frames[0]], { signed: true }));
    expect(found).toMatchObject({ pixels: { dtype: 'int16', first: [-1, 1000, 1000] } });
  });

  test('more frames than there are images are told', async () => {
    expect(await inspected('few.dcm', packed(frames, { count: 3 }))).toMatchObject({
      pixels_error: expect.stringContaining('does not hold all of its pixels'),
    });
  });

  test('several frames are converted whole', async () => {
    const converted = await convertDicom([{ name: 'f.dcm', bytes: packed(frames, { count: 2 }) }]);
    const nii = converted.find(({ name }) => name.endsWith('.nii'));
    const bytes = nii?.bytes ?? new Uint8Array(0);
    const voxels = new Int16Array(new Uint8Array(bytes.subarray(352)).buffer);
    expect([...voxels].sort((a, b) => a - b)).toEqual(plain.flat().sort((a, b) => a - b));
  });

  test('deflated elements are converted inflated', async () => {
    const values = Buffer.from(Uint16Array.from(plain[0]).buffer);
    const inflated = Buffer.concat([
      head({ syntax: EXPLICIT, stored: 16 }),
      element(0x7fe0, 0x10, 'OW', values),
    ]);
    const meta = Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      element(2, 0x10, 'UI', '1.2.840.10008.1.2.1.99'),
    ]);
    const bytes = Buffer.concat([meta, deflateRawSync(inflated.subarray(inflated.indexOf('MR') - 8))]);
    const converted = await convertDicom([{ name: 'd.dcm', bytes }]);
    expect(converted.some(({ name }) => name.endsWith('.nii'))).toBe(true);
  });
});

describe('files of other programs', () => {
  const words = (values: readonly number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);
  const whole = Buffer.concat([
    head({ syntax: EXPLICIT, stored: 16 }),
    element(0x7fe0, 0x10, 'OW', words(plain[0])),
  ]);

  test('zeros behind the pixels are passed over', async () => {
    const found = await inspected('padded.dcm', Buffer.concat([whole, Buffer.alloc(64)]));
    expect(found).toMatchObject({ Rows: '3', pixels: { sum: sum(plain[0]) } });
  });

  test('elements without representations, whatever the transfer syntax says', async () => {
    const bare = (group: number, number: number, value: Uint8Array) => {
      const start = Buffer.alloc(8);
      start.writeUInt16LE(group, 0);
      start.writeUInt16LE(number, 2);
      start.writeUInt32LE(value.length, 4);
      return Buffer.concat([start, value]);
    };
    const bytes = Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      element(2, 0x10, 'UI', EXPLICIT),
      bare(8, 0x60, Buffer.from('MR')),
      bare(0x28, 0x10, words([3])),
      bare(0x28, 0x11, words([16])),
      bare(0x28, 0x100, words([16])),
      bare(0x7fe0, 0x10, words(plain[0])),
    ]);
    expect(await inspected('bare.dcm', bytes)).toMatchObject({
      Modality: 'MR',
      pixels: { shape: [3, 16], sum: sum(plain[0]) },
    });
  });

  test.each([
    ['ISO_IR 192', '脑功能', Buffer.from('脑功能', 'utf8')],
    ['GB18030', '脑功能', Buffer.from([0xc4, 0xd4, 0xb9, 0xa6, 0xc4, 0xdc])],
    ['\\ISO 2022 IR 87', '頭部', Buffer.from('\x1b$BF,It\x1b(B', 'latin1')],
    ['\\ISO 2022 IR 149', '머리', Buffer.from('\x1b$)C\xb8\xd3\xb8\xae', 'latin1')],
    ['ISO_IR 100', 'Schädel', Buffer.from('Schädel', 'latin1')],
  ])('words in %s', async (set, text, bytes) => {
    const even = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2, ' ')]);
    const file = Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      element(2, 0x10, 'UI', EXPLICIT),
      element(8, 5, 'CS', set),
      element(8, 0x103e, 'LO', even),
    ]);
    expect(await inspected('words.dcm', file)).toMatchObject({ SeriesDescription: text });
  });

  test('floating-point pixels', async () => {
    const values = Float32Array.from({ length: 48 }, (_, n) => n - 0.5);
    const file = Buffer.concat([
      head({ syntax: EXPLICIT, bits: 32 }),
      element(0x7fe0, 8, 'OF', Buffer.from(values.buffer)),
    ]);
    expect(await inspected('float.dcm', file)).toMatchObject({
      pixels: { shape: [3, 16], dtype: 'float32', first: [-0.5, 0.5, 1.5] },
    });
  });

  test('pixels of no size, and files without the mark', async () => {
    const sizeless = Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      element(2, 0x10, 'UI', EXPLICIT),
      element(0x7fe0, 0x10, 'OW', words([1, 2])),
    ]);
    expect(await inspected('sizeless.dcm', sizeless)).toMatchObject({
      pixels_error: expect.stringContaining('without a number of rows and columns'),
    });
    await expect(inspected('raw.dcm', whole.subarray(132))).rejects.toMatchObject({
      code: 'dicom.not-dicom',
    });
  });
});
