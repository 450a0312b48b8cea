import type { JobProgress } from '../contract/jobs.ts';
import type { Clock } from '../core/clock.ts';
import type { Project } from '../data/project.ts';
import type { JobContext } from './job-type.ts';
import { createProgressMeter } from './progress-meter.ts';

/**
 * What one running job is given. The wish to cancel comes as a message where the job yields, and is read from the
 * job's row at every commit and progress update where it does not.
 */
export function createJobContext(
  project: Project,
  jobId: string,
  controller: AbortController,
  clock: Clock,
  tell: (progress: JobProgress) => void,
): JobContext {
  const heed = (): void => {
    if (!controller.signal.aborted && project.jobs.isCancelRequested(jobId)) controller.abort();
  };
  const report = createProgressMeter(clock, (progress) => {
    project.jobs.setProgress(jobId, progress);
    tell(progress);
    heed();
  });
  return {
    jobId,
    project,
    signal: controller.signal,
    report,
    // The caller names what it stored itself; rows of older code are theirs to check.
    cursor: <C>() => project.jobs.cursor(jobId) as C | undefined,
    commit(cursor, write) {
      project.transaction(() => {
        write();
        project.jobs.setCursor(jobId, cursor);
      });
      heed();
    },
  };
}
