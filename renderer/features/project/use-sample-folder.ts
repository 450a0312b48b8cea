import { useQuery } from '@tanstack/react-query';
import { trpc } from '../../api/client.ts';

/** The BIDS folder that this project's sample job has written; null where there is none. */
export function useSampleFolder(): string | null {
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const result = jobs.find((job) => job.type === 'sample.write' && job.state === 'succeeded')?.result;
  if (typeof result !== 'object' || result === null || !('folder' in result)) return null;
  return typeof result.folder === 'string' ? result.folder : null;
}
