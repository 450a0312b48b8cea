import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../main/core/errors.ts';
import { inspectFile } from '../../main/formats/inspect/inspect-file.ts';
import { readTruth, samplesFolder } from '../samples.ts';

const samples = samplesFolder();
/** What a person can do about it. */
const ADVICE = /(again|instead|open the|get the|export|convert|save|choose)/i;

describe.skipIf(samples === null)('samples that are refused', () => {
  const root = samples ?? '';

  test('each in one sentence that names the file and says what to do', async () => {
    const refused = new Map<string, UserError>();
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(
        (name) => !/^(blimp|truth\.json|SOURCES\.tsv)/.test(name) && statSync(join(root, name)).isFile(),
      )
      .sort();
    for (const name of files) {
      const outcome = await inspectFile(join(root, name), false).catch((thrown: unknown) => thrown);
      if (outcome instanceof UserError) refused.set(name, outcome);
      else expect(outcome, name).not.toBeInstanceOf(Error);
    }
    for (const [name, { code, message }] of refused)
      process.stdout.write(`| ${name} | ${code} | ${message} |\n`);
    for (const [name, { message }] of refused) {
      expect(message).toContain(name.split('/').at(-1));
      expect(message, name).toMatch(ADVICE);
      expect(message.endsWith('.'), name).toBe(true);
    }
    for (const [name, entry] of Object.entries(readTruth(root)))
      if ('negative_case' in entry) expect([...refused.keys()]).toContain(name);
  });
});
