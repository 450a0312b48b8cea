import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { DataTable } from '../../components/data-table.tsx';
import { formatDuration, formatNumber, shortHash } from '../../components/format.ts';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { FeatureSpaces } from './feature-spaces.tsx';
import classes from './stimuli.module.css';
import { WordTimeline } from './word-timeline.tsx';

/** Word lists on their clock, and the feature spaces that can be computed on them. */
export function StimuliPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { stimulus } = useSearch({ from: '/stimuli' });
  return (
    <Page
      name="stimuli"
      title={t('app:nouns.stimuli')}
      padded={false}
      actions={
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/stimuli/clock', search: {} })}
          data-testid="to-clock"
        >
          {t('stimuli:clock.title')}
        </Button>
      }
      inspector={stimulus === undefined ? undefined : <FeatureSpaces stimulusId={stimulus} />}
    >
      <ProjectGate>
        <Stimuli selected={stimulus} />
      </ProjectGate>
    </Page>
  );
}

function Stimuli({ selected }: { selected: string | undefined }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const stimuli = useQuery(trpc.stimuli.list.queryOptions());
  return (
    <Answer query={stimuli}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title={t('stimuli:none')} text={t('stimuli:emptyText')} />
        ) : (
          <div className={classes.split}>
            <div className={classes.top}>
              <DataTable
                label={t('app:nouns.stimuli')}
                testId="stimuli-table"
                rows={rows}
                rowKey={(row) => row.id}
                selected={selected}
                onSelect={(row) => void navigate({ to: '/stimuli', search: { stimulus: row.id } })}
                columns={[
                  { key: 'name', label: t('stimuli:name'), cell: (row) => row.name },
                  { key: 'language', label: t('stimuli:language'), cell: (row) => row.language },
                  {
                    key: 'words',
                    label: t('stimuli:words'),
                    kind: 'number',
                    cell: (row) => formatNumber(row.wordCount, i18n.language),
                  },
                  {
                    key: 'duration',
                    label: t('stimuli:lastWord'),
                    kind: 'number',
                    cell: (row) => formatDuration(row.seconds, i18n.language),
                  },
                  {
                    key: 'hash',
                    label: t('common:hash'),
                    cell: (row) => <code title={row.contentHash}>{shortHash(row.contentHash)}</code>,
                  },
                ]}
              />
            </div>
            {selected === undefined ? (
              <EmptyState title={t('stimuli:choose')} text={t('stimuli:chooseText')} />
            ) : (
              <WordTimeline id={selected} />
            )}
          </div>
        )
      }
    </Answer>
  );
}
