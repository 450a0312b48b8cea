import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils, write } from '@e965/xlsx';
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
