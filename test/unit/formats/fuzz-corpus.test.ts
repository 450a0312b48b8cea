import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../main/core/errors.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { parseDelimited } from '../../../main/formats/table/delimited.ts';
import { samplesFolder } from '../../samples.ts';

const corpus = join(import.meta.dirname, '../../fixtures/fuzz');

// Files that once made a reader throw something that is no refusal; `npm run bench -- fuzz` adds to them.
test.each(readdirSync(corpus))('%s is read or refused', async (name) => {
  const outcome = await inspectFile(join(corpus, name), true).catch((thrown: unknown) => thrown);
  expect(outcome instanceof UserError || !(outcome instanceof Error), String(outcome)).toBe(true);
});

const samples = samplesFolder();

// Larger failures as what was done to a sample: a piece of `length` bytes before `at` that stands there twice.
test.skipIf(samples === null).each([['mat/fieldtrip/CNT/epoched_v73.mat', 92_071, 1195]] as const)(
  '%s with bytes repeated at %i is read or refused',
  async (name, at, length) => {
    const whole = readFileSync(join(samples ?? '', name));
    const path = join(mkdtempSync(join(tmpdir(), 'gyrus-fuzz-')), 'repeated.mat');
    writeFileSync(path, Buffer.concat([whole.subarray(0, at), whole.subarray(at - length)]));
    const outcome = await inspectFile(path, true).catch((thrown: unknown) => thrown);
    expect(outcome instanceof UserError || !(outcome instanceof Error), String(outcome)).toBe(true);
  },
);

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
