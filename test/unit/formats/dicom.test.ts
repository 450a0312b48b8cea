import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDicom } from '../../../main/formats/dicom/dicom.ts';
import { dicomPixels } from '../../../main/formats/dicom/pixels.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-dicom-'));

type Syntax = 'implicit' | 'explicit' | 'big';
const uids: Record<Syntax, string> = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  big: '1.2.840.10008.1.2.2',
};

/** One element with an explicit or implicit value representation. */
function element(
  syntax: Syntax,
  group: number,
  number: number,
  vr: string,
  value: Buffer,
  length = value.length,
): Buffer {
  const long = ['OW', 'SQ', 'OB'].includes(vr);
  const head = Buffer.alloc(syntax === 'implicit' || !long ? 8 : 12);
  const u16 = (v: number, at: number) =>
    syntax === 'big' ? head.writeUInt16BE(v, at) : head.writeUInt16LE(v, at);
  const u32 = (v: number, at: number) =>
    syntax === 'big' ? head.writeUInt32BE(v, at) : head.writeUInt32LE(v, at);
  u16(group, 0);
  u16(number, 2);
  if (syntax === 'implicit') u32(length, 4);
  else {
    head.write(vr, 4, 'latin1');
    if (long) u32(length, 8);
    else u16(length, 6);
  }
  return Buffer.concat([head, value]);
}

function image(syntax: Syntax, pixels: readonly number[]): Buffer {
  const short = (value: number) => {
    const bytes = Buffer.alloc(2);
    if (syntax === 'big') bytes.writeUInt16BE(value);
    else bytes.writeUInt16LE(value);
    return bytes;
  };
  const own = (group: number, number: number, vr: string, value: Buffer, length?: number) =>
    element(syntax, group, number, vr, value, length);
  const undefinedLength = 0xffffffff;
  const item = own(0xfffe, 0xe000, '', Buffer.alloc(0)).subarray(0, 8);
  const marks = Buffer.from(item);
  if (syntax !== 'implicit') marks.fill(0, 4);
  marks.fill(255, 4);
  const end = (number: number) =>
    element(syntax === 'big' ? 'big' : 'implicit', 0xfffe, number, 'UL', Buffer.alloc(0))
      .subarray(0, 8)
      .fill(0, 4);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element('explicit', 2, 0x10, 'UI', Buffer.from(`${uids[syntax]}\0`)),
    own(8, 0x60, 'CS', Buffer.from('MR')),
    // A sequence of undefined length, with an item of undefined length that holds rows of its own.
    own(
      8,
      0x1140,
      'SQ',
      Buffer.concat([marks, own(0x28, 0x10, 'US', short(99)), end(0xe00d), end(0xe0dd)]),
      undefinedLength,
    ),
    own(0x20, 0xe, 'UI', Buffer.from('1.2.3\0')),
    own(0x28, 0x10, 'US', short(2)),
    own(0x28, 0x11, 'US', short(3)),
    own(0x28, 0x30, 'DS', Buffer.from('1.5\\2 ')),
    own(0x28, 0x100, 'US', short(16)),
    own(0x7fe0, 0x10, 'OW', Buffer.concat(pixels.map(short))),
  ]);
}

test.each(['implicit', 'explicit', 'big'] as const)(
  '%s: tags of the top level, pixels as stored',
  async (syntax) => {
    const path = join(folder, `${syntax}.dcm`);
    writeFileSync(path, image(syntax, [1, 2, 3, 4, 5, 60000]));
    const read = await readDicom(path);
    expect(read).toMatchObject({ transferSyntax: uids[syntax], seriesUid: '1.2.3' });
    expect(read.tags).toEqual({
      Modality: 'MR',
      Rows: '2',
      Columns: '3',
      PixelSpacing: [1.5, 2],
      BitsAllocated: '16',
    });
    expect(await dicomPixels(read)).toEqual({
      shape: [2, 3],
      dtype: 'uint16',
      values: Uint16Array.of(1, 2, 3, 4, 5, 60000),
    });
  },
);

test('a file cut off anywhere is refused in a sentence, or keeps its tags', async () => {
  const whole = image('explicit', [1, 2, 3, 4, 5, 6]);
  for (let length = 132; length < whole.length; length += 3) {
    const path = join(folder, 'cut.dcm');
    writeFileSync(path, whole.subarray(0, length));
    const outcome = await inspectFile(path, true).catch((thrown: unknown) => thrown);
    expect(outcome).toSatisfy(
      (value: object) =>
        'format' in value || ('code' in value && /^dicom\.(damaged|cut-pixels)$/.test(String(value.code))),
    );
  }
});

test('AFNI files are refused with the command that converts them', async () => {
  const path = join(folder, 'anat+orig.HEAD');
  writeFileSync(path, "\ntype = string-attribute\nname = TYPESTRING\ncount = 15\n'3DIM_HEAD_ANAT~\n");
  await expect(inspectFile(path, false)).rejects.toMatchObject({
    code: 'file.afni',
    message: expect.stringContaining('3dAFNItoNIFTI anat+orig'),
  });
});
