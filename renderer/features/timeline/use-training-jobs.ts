import { useQuery } from '@tanstack/react-query';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';

/** Milliseconds between two looks at what a job is adding to. */
const LIVE_MS = 1000;
const TYPES = ['model.train', 'model.train-keypoints', 'import.checkpoints'];

/** The jobs that make runs or checkpoints now, and how often to look at what they make. */
export function useTrainingJobs(): { jobs: readonly Job[]; refetchInterval: number | false } {
  const all = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const jobs = all.filter(
    ({ type, state }) => TYPES.includes(type) && (state === 'queued' || state === 'running'),
  );
  return { jobs, refetchInterval: jobs.length > 0 ? LIVE_MS : false };
}
