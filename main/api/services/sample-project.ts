import { join } from 'node:path';
import type { Job } from '../../contract/jobs.ts';
import type { ApiContext } from '../context.ts';

/**
 * Makes `sample-study.gyrus` in a folder, opens it, and queues the job that writes the simulated experiment as a BIDS
 * folder beside it.
 * @throws UserError('project.exists') where there is such a project already
 */
export async function createSampleProject(context: ApiContext, folder: string): Promise<Job> {
  const { jobs } = await context.workspace.create(join(folder, 'sample-study.gyrus'), 'Sample study');
  return jobs.enqueue('sample.write', { folder: join(folder, 'sample-study-bids') });
}
