import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';
import { isActive } from './job-state.tsx';

/** Cancel what runs, resume what stopped. */
export function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const cancel = useMutation(trpc.jobs.cancel.mutationOptions());
  const resume = useMutation(trpc.jobs.resume.mutationOptions());
  if (job.state === 'succeeded') return null;
  const active = isActive(job);
  const action = active ? cancel : resume;
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      loading={action.isPending}
      onClick={(event) => {
        event.stopPropagation();
        action.mutate({ id: job.id });
      }}
      data-testid={active ? 'job-cancel' : 'job-resume'}
    >
      {active ? t('common:cancel') : t('jobs:resume')}
    </Button>
  );
}
