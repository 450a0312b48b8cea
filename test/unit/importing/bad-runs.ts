import { join } from 'node:path';
import { expect } from 'vitest';
import type { Notice } from '../../../main/contract/errors.ts';
import {
  type ImportReport,
  importPlanSchema,
  importReportSchema,
  type PlannedRun,
} from '../../../main/contract/importing.ts';
import { fmriImportJob } from '../../../main/importing/fmri/ingest.ts';
import { jobContext, temporaryProject, writeSeries } from './fixtures.ts';

export const job = fmriImportJob('test');

/** Imports one good run beside the given ones: whatever happens to them, the good one must come in. */
export async function importBeside(
  folder: string,
  bad: Partial<PlannedRun>[],
  plan: Record<string, unknown> = {},
): Promise<ImportReport> {
  const good = join(folder, 'sub-99_task-good_bold.nii.gz');
  await writeSeries(good);
  const runs = [...bad, { image: good, subject: '99', task: 'good' }];
  const parsed = importPlanSchema.parse({ name: 'bad input', runs, mask: { kind: 'automatic' }, ...plan });
  return importReportSchema.parse(await job.run(jobContext(temporaryProject(folder)), parsed));
}

export async function refusalOf(
  folder: string,
  bad: Partial<PlannedRun>,
  plan: Record<string, unknown> = {},
): Promise<Notice> {
  const report = await importBeside(folder, [{ subject: '01', task: 'bad', ...bad }], plan);
  expect(report.recordings.map(({ task }) => task)).toEqual(['good']);
  expect(report.failed).toHaveLength(1);
  return sentence({ ...report.failed[0].error, level: 'error' });
}

/** Every refusal and doubt is one sentence: a capital or a file name first, one full stop, at the end. */
export function sentence(notice: Notice): Notice {
  expect(notice.message).toMatch(/[^.]\.$/);
  expect(notice.message).not.toMatch(/[a-z]\. [A-Z]/);
  return notice;
}
