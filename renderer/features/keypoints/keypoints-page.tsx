import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { formatDateTime } from '../../components/format.ts';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { EvaluationView } from './evaluation-view.tsx';
import classes from './keypoints.module.css';
import { ReportButtons } from './report-buttons.tsx';

/** How good discovered keypoints are: one finished run of the keypoint study, number by number. */
export function KeypointsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Page
      name="keypoints"
      title={t('keypoints:title')}
      subtitle={t('keypoints:subtitle')}
      padded={false}
      actions={
        <Button onClick={() => void navigate({ to: '/keypoints/train' })} data-testid="to-keypoint-training">
          {t('keypoints:train.title')}
        </Button>
      }
    >
      <ProjectGate>
        <Runs />
      </ProjectGate>
    </Page>
  );
}

function Runs() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { run } = useSearch({ from: '/keypoints' });
  const runs = useQuery(trpc.keypoints.runs.queryOptions());
  return (
    <Answer query={runs}>
      {(rows) => {
        const finished = rows.filter(({ state }) => state === 'complete');
        const chosen = finished.find(({ id }) => id === run) ?? finished[0];
        if (chosen === undefined)
          return (
            <EmptyState
              title={t(rows.length === 0 ? 'keypoints:none' : 'keypoints:noneFinished')}
              text={t('keypoints:noneText')}
            >
              <Button onClick={() => void navigate({ to: '/keypoints/train' })}>
                {t('keypoints:train.title')}
              </Button>
            </EmptyState>
          );
        return (
          <>
            <div className={classes.bar}>
              <Select
                label={t('keypoints:run')}
                w={420}
                allowDeselect={false}
                value={chosen.id}
                data={finished.map(({ id, name, createdAt }) => ({
                  value: id,
                  label: `${name} · ${formatDateTime(createdAt, i18n.language)}`,
                }))}
                onChange={(id) => id !== null && void navigate({ to: '/keypoints', search: { run: id } })}
                data-testid="keypoint-run"
              />
              <SimulatedBadge />
              <ReportButtons run={chosen.id} name={chosen.name} />
            </div>
            <Result key={chosen.id} id={chosen.id} />
          </>
        );
      }}
    </Answer>
  );
}

function Result({ id }: { id: string }) {
  const { t } = useTranslation();
  const result = useQuery({
    ...trpc.keypoints.result.queryOptions({ id }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Answer query={result}>
      {(data) =>
        data === null ? (
          <EmptyState title={t('keypoints:noneFinished')} text={t('keypoints:noneText')} />
        ) : (
          <EvaluationView result={data} />
        )
      }
    </Answer>
  );
}
