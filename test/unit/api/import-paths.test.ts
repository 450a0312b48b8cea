import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataRouter } from '../../../main/api/routers/data.ts';
import { importPlanSchema } from '../../../main/contract/importing.ts';
import { contextIn, temporaryFolder } from './fixtures.ts';

const outside = '/etc/hostname';

/** A plan whose files all lie in the allowed folder, except those given. */
function planIn(folder: string, run: Record<string, unknown>, plan: Record<string, unknown> = {}) {
  const image = join(folder, 'run.nii.gz');
  return importPlanSchema.parse({ name: 'x', runs: [{ image, subject: '01', task: 'x', ...run }], ...plan });
}

test.each([
  ['image', { image: outside }, {}],
  ['words', { words: { kind: 'events', path: outside, column: 'word' } }, {}],
  ['confounds', { confoundsPath: outside }, {}],
  ['mask of the run', { maskPath: outside }, {}],
  ['mask for all', {}, { mask: { kind: 'file', path: outside } }],
])('a plan whose %s lies outside the allowed folders is refused at every step', async (_, run, plan) => {
  const folder = temporaryFolder();
  const caller = dataRouter.createCaller(contextIn(folder));
  const input = planIn(folder, run, plan);
  for (const step of [
    () => caller.preview({ plan: input, image: input.runs[0].image }),
    () => caller.preflight(input),
    () => caller.import(input),
  ]) {
    await expect(step()).rejects.toThrow(`${outside} lies outside the folders`);
  }
});
