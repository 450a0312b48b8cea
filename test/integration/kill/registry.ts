import { createJobRegistry, type JobRegistry } from '../../../main/jobs/job-registry.ts';
import { countingJob } from '../../unit/jobs/counting-job.ts';

/** The job types of the processes that the kill test shoots. */
export function killRegistry(): JobRegistry {
  const registry = createJobRegistry();
  registry.register(countingJob());
  return registry;
}
