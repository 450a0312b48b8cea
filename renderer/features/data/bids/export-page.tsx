import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bidsExportSchema } from '../../../../main/contract/bids-export.ts';
import type { Job } from '../../../../main/contract/jobs.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { formatNumber } from '../../../components/format.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { Page } from '../../../components/page.tsx';
import { usePathPicker } from '../../../components/path-picker.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { Answer, EmptyState, ErrorLine } from '../../../components/states.tsx';
import classes from './bids.module.css';

/** The project as a BIDS dataset: what would be written, where to, and what was. */
export function ExportPage() {
  const { t } = useTranslation();
  return (
    <Page name="export-bids" title={t('data:export.title')} subtitle={t('data:export.subtitle')}>
      <ProjectGate>
        <Export />
      </ProjectGate>
    </Page>
  );
}

function Export() {
  const { t, i18n } = useTranslation();
  const [folder, setFolder] = useState<string | null>(null);
  const project = useQuery(trpc.project.current.queryOptions()).data ?? null;
  const recordings = useQuery(trpc.data.recordings.queryOptions());
  const runs = useQuery(trpc.studies.runs.queryOptions()).data ?? [];
  const start = useMutation(trpc.bids.export.mutationOptions());
  const picker = usePathPicker(([path]) => {
    if (path === undefined) return;
    start.reset();
    setFolder(path);
  });
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <Answer query={recordings}>
      {(rows) => {
        if (rows.length === 0 && runs.length === 0)
          return <EmptyState title={t('data:export.none')} text={t('data:export.noneText')} />;
        const modalities = [...new Set(rows.map(({ modality }) => modality))];
        return (
          <>
            <p>{t('data:export.text')}</p>
            <Section title={t('data:export.found')}>
              <FactList
                facts={[
                  ...modalities.map((modality) => ({
                    label: t(`data:modalities.${modality}`),
                    value: number(rows.filter((row) => row.modality === modality).length),
                  })),
                  { label: t('app:nouns.studies'), value: number(runs.length) },
                ]}
              />
            </Section>
            <div className={classes.row}>
              <Button
                variant={folder === null ? 'filled' : 'default'}
                onClick={() =>
                  picker.open({
                    kind: 'save-file',
                    title: t('data:export.choose'),
                    suggestedName: `${(project?.name ?? 'project').replace(/[^\p{L}\p{N}-]+/gu, '-')}-bids`,
                  })
                }
                data-testid="export-folder"
              >
                {t('data:export.choose')}
              </Button>
              {folder !== null && <code>{folder}</code>}
            </div>
            {picker.dialog}
            {start.error !== null && <ErrorLine error={start.error} />}
            {start.data !== undefined ? (
              <Outcome job={start.data} />
            ) : (
              folder !== null && (
                <Button
                  loading={start.isPending}
                  onClick={() => start.mutate({ folder })}
                  data-testid="start-export"
                >
                  {t('data:export.start')}
                </Button>
              )
            )}
          </>
        );
      }}
    </Answer>
  );
}

function Outcome({ job }: { job: Job }) {
  const { t } = useTranslation();
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const row = jobs.find(({ id }) => id === job.id) ?? job;
  if (row.state === 'queued' || row.state === 'running') return <JobProgressLine job={row} />;
  const written = bidsExportSchema.safeParse(row.result);
  if (row.state !== 'succeeded' || !written.success) {
    return (
      <div role="alert" data-testid="export-failed">
        {row.error === null ? t(`jobs:states.${row.state}`) : sentenceOf(row.error, t)}
      </div>
    );
  }
  const { root, raw, derivatives, left } = written.data;
  const files = (title: string, paths: readonly string[]) =>
    paths.length > 0 && (
      <Section title={`${title} (${paths.length})`}>
        <ul className={classes.files}>
          {paths.map((path) => (
            <li key={path}>
              <code className={classes.path}>{path}</code>
            </li>
          ))}
        </ul>
      </Section>
    );
  return (
    <div data-testid="export-report">
      <p role="status">{t('data:export.done', { folder: root })}</p>
      {files(t('data:export.raw'), raw)}
      {files(t('data:export.derivatives'), derivatives)}
      {left.length > 0 && (
        <Section title={t('data:export.left')}>
          <ul className={classes.files}>
            {left.map(({ label, reason }, index) => (
              <li key={`${label} ${index}`}>
                <span className={classes.path}>{label}</span>
                <span className={classes.muted}>{t(`data:export.reasons.${reason}`)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
