import { useTranslation } from 'react-i18next';
import type { Job } from '../../../main/contract/jobs.ts';
import { sentenceOf } from '../../api/errors.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { formatDateTime, formatDuration } from '../../components/format.ts';
import { jobTitle } from '../../components/job-progress.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { JobStateLabel, secondsTaken } from './job-state.tsx';

/** Times, error, parameters and result of one job. */
export function JobInspector({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Section title={jobTitle(job, t)}>
        <FactList
          facts={[
            { label: t('jobs:columns.state'), value: <JobStateLabel state={job.state} /> },
            { label: t('jobs:attempts'), value: job.attempts },
            { label: t('jobs:columns.created'), value: formatDateTime(job.createdAt, i18n.language) },
            { label: t('jobs:started'), value: formatDateTime(job.startedAt, i18n.language) },
            { label: t('jobs:ended'), value: formatDateTime(job.endedAt, i18n.language) },
            { label: t('jobs:took'), value: formatDuration(secondsTaken(job), i18n.language) },
          ]}
        />
      </Section>
      {job.error !== null && <Section title={t('jobs:error')}>{sentenceOf(job.error, t)}</Section>}
      <Json title={t('jobs:parameters')} value={job.params} />
      {job.result !== null && <Json title={t('jobs:result')} value={job.result} />}
    </>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <Section title={title}>
      <ScrollRegion aria-label={title} style={{ maxHeight: 320, overflow: 'auto' }}>
        <pre style={{ margin: 0, fontSize: 12, whiteSpace: 'pre-wrap' }}>
          {JSON.stringify(value, null, 2)}
        </pre>
      </ScrollRegion>
    </Section>
  );
}
