import { bidsReportSchema } from '../../contract/bids.ts';
import { importReportSchema } from '../../contract/importing.ts';
import type { Job } from '../../contract/jobs.ts';
import { meegReportSchema } from '../../contract/meeg-import.ts';
import { modalityReportSchema } from '../../contract/modality-import.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import { undoBidsImport } from '../../importing/bids/undo.ts';
import { undoImport as takeBack, type Undoable } from '../../importing/fmri/undo.ts';
import { undoModalityImport } from '../../importing/undo-modality.ts';

/**
 * Takes out of the project what one finished import brought in: recordings, their arrays, and the stimuli and spaces
 * that nothing else uses. All or nothing.
 * @throws UserError('import.nothing-to-undo') for a job that is no finished import,
 * UserError('array.in-use') where a study or feature set rests on it
 */
export function undoImport(project: Project, job: Job): void {
  const other = modalityReportSchema.safeParse(job.result);
  if (['import.pressure', 'import.eyetracking', 'import.ratings'].includes(job.type) && other.success) {
    project.transaction(() => {
      undoModalityImport(project, other.data);
      project.jobs.delete(job.id);
    });
    return;
  }
  const dataset = bidsReportSchema.safeParse(job.result);
  if (job.type === 'import.bids' && dataset.success) {
    project.transaction(() => {
      undoBidsImport(project, dataset.data);
      project.jobs.delete(job.id);
    });
    return;
  }
  const report = reportOf(job);
  if (report === null) {
    throw new UserError(
      'import.nothing-to-undo',
      'This job brought in no recordings, so there is nothing to undo.',
    );
  }
  project.transaction(() => {
    takeBack(project, report);
    project.jobs.delete(job.id);
  });
}

function reportOf(job: Job): Undoable | null {
  if (job.type === 'import.meeg') {
    const report = meegReportSchema.safeParse(job.result);
    return report.success ? { ...report.data, stimulusIds: [], spaceIds: [] } : null;
  }
  const report = importReportSchema.safeParse(job.result);
  return job.type === 'import.fmri' && report.success ? report.data : null;
}
