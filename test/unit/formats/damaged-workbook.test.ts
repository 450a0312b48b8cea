import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CFB, utils, write } from '@e965/xlsx';
import { afterAll, expect, test } from 'vitest';
import { readWorkbook } from '../../../main/formats/workbook/workbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-workbook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a workbook whose archive is damaged is refused, before the library could go round in it', async () => {
  const book = utils.book_new();
  const rows = [['word', 'rating'], ...Array.from({ length: 200 }, (_, at) => [`w${at}`, at % 7])];
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), 'norms');
  const bytes: Buffer = write(book, { type: 'buffer', bookType: 'xlsx', compression: true });
  const path = join(folder, 'norms.xlsx');
  writeFileSync(path, bytes);
  const [sheet] = await readWorkbook(path);
  expect(sheet.rows).toHaveLength(201);

  // A byte in the middle of a packed member.
  const name = bytes.indexOf('xl/worksheets/sheet1.xml');
  bytes[name + 200] ^= 0xff;
  writeFileSync(path, bytes);
  await expect(readWorkbook(path)).rejects.toMatchObject({ code: 'zip.damaged' });
});

test('dates do not move with the time zone, texts in "<si >" and rows beyond the announced range are read', async () => {
  const book = utils.book_new();
  const rows = [
    ['day', 'word'],
    [new Date(Date.UTC(2024, 4, 1)), 'one'],
    [new Date(Date.UTC(1899, 11, 31, 10, 30)), 'half past ten'],
    [new Date(Date.UTC(2024, 4, 2)), 'two'],
  ];
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows, { cellDates: true, UTC: true }), 'norms');
  const box = CFB.read(write(book, { type: 'buffer', bookType: 'xlsx', bookSST: true }), { type: 'buffer' });
  const rewrite = (name: string, from: RegExp, to: string): void => {
    const member: { content: Uint8Array } = CFB.find(box, `/xl/${name}`);
    const text = Buffer.from(member.content).toString('utf8');
    expect(text).toMatch(from);
    member.content = Buffer.from(text.replace(from, to));
  };
  rewrite('sharedStrings.xml', /<(si|t)>/g, '<$1 >');
  rewrite('worksheets/sheet1.xml', /<dimension ref="[^"]*"/, '<dimension ref="A1:B2"');
  const path = join(folder, 'other-writer.xlsx');
  writeFileSync(path, CFB.write(box, { type: 'buffer', fileType: 'zip' }));
  const zone = process.env.TZ;
  try {
    process.env.TZ = 'Asia/Shanghai';
    expect((await readWorkbook(path))[0].rows).toEqual([
      ['day', 'word'],
      ['2024-05-01T00:00:00.000Z', 'one'],
      ['10:30:00', 'half past ten'],
      ['2024-05-02T00:00:00.000Z', 'two'],
    ]);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});
