import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { formatDateTime } from '../../components/format.ts';
import { JobProgressLine, jobTitle } from '../../components/job-progress.tsx';
import { Page } from '../../components/page.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { JobActions } from './job-actions.tsx';
import { JobInspector } from './job-inspector.tsx';
import { JobOutcome } from './job-outcome.tsx';
import { isActive, JobStateLabel } from './job-state.tsx';

/** Everything long that this project has done or is doing. */
export function JobsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { job: selected } = useSearch({ from: '/jobs' });
  const jobs = useQuery(trpc.jobs.list.queryOptions());
  const columns = useColumns();
  const job = jobs.data?.find((row) => row.id === selected);
  return (
    <Page
      name="jobs"
      title={t('app:nouns.jobs')}
      padded={false}
      inspector={job === undefined ? undefined : <JobInspector job={job} />}
    >
      <Answer query={jobs}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={t('jobs:none')} text={t('jobs:emptyText')} />
          ) : (
            <DataTable
              label={t('app:nouns.jobs')}
              testId="jobs-table"
              rows={rows}
              rowKey={(row) => row.id}
              selected={selected}
              onSelect={(row) => void navigate({ to: '/jobs', search: { job: row.id } })}
              columns={columns}
            />
          )
        }
      </Answer>
    </Page>
  );
}

function useColumns(): Column<Job>[] {
  const { t, i18n } = useTranslation();
  return [
    { key: 'title', label: t('jobs:columns.title'), cell: (job) => jobTitle(job, t) },
    { key: 'state', label: t('jobs:columns.state'), cell: (job) => <JobStateLabel state={job.state} /> },
    {
      key: 'progress',
      label: t('jobs:columns.progress'),
      kind: 'wide',
      cell: (job) => (isActive(job) ? <JobProgressLine job={job} /> : <JobOutcome job={job} />),
    },
    {
      key: 'created',
      label: t('jobs:columns.created'),
      cell: (job) => formatDateTime(job.createdAt, i18n.language),
    },
    { key: 'actions', label: t('jobs:columns.actions'), cell: (job) => <JobActions job={job} /> },
  ];
}
