import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../../api/client.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { formatDuration, formatNumber } from '../../../components/format.ts';
import { Page } from '../../../components/page.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { SimulatedBadge } from '../../../components/simulated-badge.tsx';
import { Answer, EmptyState } from '../../../components/states.tsx';
import classes from '../stimuli.module.css';
import { RunClock } from './run-clock.tsx';

/** Recordings and their words on one timeline, run by run. */
export function ClockPage() {
  const { t } = useTranslation();
  const { recording } = useSearch({ from: '/stimuli/clock' });
  return (
    <Page name="clock" title={t('stimuli:clock.title')} subtitle={t('stimuli:clock.subtitle')} padded={false}>
      <ProjectGate>
        <Runs selected={recording} />
      </ProjectGate>
    </Page>
  );
}

function Runs({ selected }: { selected: string | undefined }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const runs = useQuery(trpc.clock.list.queryOptions());
  const number = (value: number | null | undefined, decimals: number) =>
    formatNumber(value ?? null, i18n.language, decimals);
  return (
    <Answer query={runs}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title={t('data:none')} text={t('data:emptyText')} />
        ) : (
          <div className={classes.split}>
            <div className={classes.top}>
              <DataTable
                label={t('stimuli:clock.title')}
                testId="clock-table"
                rows={rows}
                rowKey={({ id }) => id}
                selected={selected}
                onSelect={({ id }) => void navigate({ to: '/stimuli/clock', search: { recording: id } })}
                columns={[
                  {
                    key: 'label',
                    label: t('stimuli:clock.run'),
                    cell: ({ label, simulated }) => (
                      <>
                        {label} {simulated && <SimulatedBadge />}
                      </>
                    ),
                  },
                  {
                    key: 'modality',
                    label: t('stimuli:clock.modality'),
                    cell: ({ modality }) => t(`stimuli:clock.modalities.${modality}`),
                  },
                  {
                    key: 'seconds',
                    label: t('stimuli:clock.length'),
                    kind: 'number',
                    cell: ({ seconds }) => formatDuration(seconds, i18n.language),
                  },
                  {
                    key: 'stimulus',
                    label: t('stimuli:clock.stimulus'),
                    cell: ({ stimulusName }) => stimulusName ?? '–',
                  },
                  {
                    key: 'offset',
                    label: t('stimuli:clock.offset'),
                    kind: 'number',
                    cell: ({ alignment }) => number(alignment?.model.offset ?? 0, 3),
                  },
                  {
                    key: 'drift',
                    label: t('stimuli:clock.drift'),
                    kind: 'number',
                    cell: ({ alignment }) => number((alignment?.model.drift ?? 0) * 1e6, 1),
                  },
                  {
                    key: 'rms',
                    label: t('stimuli:clock.rms'),
                    kind: 'number',
                    cell: ({ alignment }) => number(alignment?.fit?.rmsMs, 2),
                  },
                  {
                    key: 'source',
                    label: t('stimuli:clock.source'),
                    cell: ({ alignment }) => t(`stimuli:clock.sources.${alignment?.source ?? 'none'}`),
                  },
                ]}
              />
            </div>
            {selected === undefined ? (
              <EmptyState title={t('stimuli:clock.choose')} text={t('stimuli:clock.chooseText')} />
            ) : (
              <RunClock key={selected} id={selected} />
            )}
          </div>
        )
      }
    </Answer>
  );
}
