import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../main/core/errors.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { parseDelimited } from '../../../main/formats/table/delimited.ts';

const corpus = join(import.meta.dirname, '../../fixtures/fuzz');

// Files that once made a reader throw something that is no refusal; `npm run bench -- fuzz` adds to them.
test.each(readdirSync(corpus))('%s is read or refused', async (name) => {
  const outcome = await inspectFile(join(corpus, name), true).catch((thrown: unknown) => thrown);
  expect(outcome instanceof UserError || !(outcome instanceof Error), String(outcome)).toBe(true);
});

test('quotes by the hundred thousand are cut into cells in linear time', () => {
  const long = `${'say "hello" to '.repeat(20_000)},b\n`;
  const started = performance.now();
  expect(parseDelimited(`a,b\n${long}`, 'quotes.csv').rows[0][1]).toBe('b');
  expect(performance.now() - started).toBeLessThan(5000);
});

test('a file of delimiters and blank lines alone is no table', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'gyrus-fuzz-')), 'a.csv');
  writeFileSync(path, '"\n"\n\n"\n');
  await expect(inspectFile(path, true)).rejects.toBeInstanceOf(UserError);
});
