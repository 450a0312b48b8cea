import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrainableRecording } from '../../../main/contract/keypoint-training.ts';
import { api, trpc } from '../../api/client.ts';
import { Section } from '../../components/fact-list.tsx';
import columns from '../../components/form-columns.module.css';
import { PreflightLine } from '../../components/preflight-line.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { Answer, EmptyState, ErrorLine } from '../../components/states.tsx';
import { type Draft, firstDraft, trainingsOf } from './draft.ts';
import { Examples } from './examples.tsx';
import classes from './keypoints.module.css';
import { LossFields } from './loss-fields.tsx';
import { PlanFields } from './plan-fields.tsx';
import { RecordingChoice } from './recording-choice.tsx';
import { RunningTrainings } from './running-trainings.tsx';

/** Plans a training on recordings of the project: what at the left, what it needs and the start at the right. */
export function RecordingsForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const recordings = useQuery(trpc.keypoints.recordings.queryOptions());
  return (
    <Answer query={recordings}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title={t('keypoints:train.noRecordings')} text={t('keypoints:train.noRecordingsText')}>
            <Button onClick={() => void navigate({ to: '/data/import-pressure' })}>
              {t('keypoints:train.import')}
            </Button>
          </EmptyState>
        ) : (
          <Form recordings={rows} />
        )
      }
    </Answer>
  );
}

function Form({ recordings }: { recordings: readonly TrainableRecording[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [first] = recordings;
  // One mat at a time: at first all recordings that fit the first one's.
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    recordings
      .filter(({ rows, cols, unit }) => rows === first?.rows && cols === first.cols && unit === first.unit)
      .map(({ id }) => id),
  );
  const [draft, setDraft] = useState<Draft>(firstDraft);
  const full: Draft = { ...draft, training: { ...draft.training, recordings: [...chosen] } };
  const [settled] = useDebouncedValue(full, 400);
  const plans = chosen.length === 0 ? null : trainingsOf(full);
  const asked = chosen.length === 0 ? null : trainingsOf(settled);
  const preflight = useQuery({
    ...trpc.keypoints.preflight.queryOptions(asked?.[0] ?? firstDraft.training),
    enabled: asked !== null,
  });
  const start = useMutation({
    mutationFn: async () => {
      for (const plan of plans ?? []) await api.keypoints.train.mutate(plan);
    },
    onSuccess: () => navigate({ to: '/timeline', search: {} }),
  });
  const change = (part: Partial<Draft['training']>) =>
    setDraft({ ...draft, training: { ...draft.training, ...part } });
  const subjects = [
    ...new Set(recordings.filter(({ id }) => chosen.includes(id)).map(({ subject }) => subject)),
  ];
  return (
    <div className={columns.columns}>
      <ScrollRegion className={columns.form} aria-label={t('keypoints:train.plan')}>
        <div className={classes.stack}>
          <RecordingChoice recordings={recordings} chosen={chosen} onChange={setChosen} />
          <PlanFields draft={draft} subjects={subjects} onChange={setDraft} />
          <LossFields training={draft.training} onChange={change} />
        </div>
      </ScrollRegion>
      <ScrollRegion className={columns.needs} aria-label={t('studies:new.needs')}>
        <Section title={t('studies:new.needs')}>
          {asked === null ? (
            <p>{t('keypoints:train.incomplete')}</p>
          ) : (
            <>
              <PreflightLine query={preflight} />
              <p>{t('keypoints:train.timeText')}</p>
            </>
          )}
        </Section>
        <Section title={t('studies:new.start')}>
          <Button
            disabled={plans === null || preflight.data?.fits === false}
            loading={start.isPending}
            onClick={() => start.mutate()}
            data-testid="start-keypoint-training"
          >
            {t('keypoints:train.action', { count: plans?.length ?? 1 })}
          </Button>
          {start.error !== null && <ErrorLine error={start.error} />}
          <p>{t('keypoints:train.afterText')}</p>
        </Section>
        <RunningTrainings types={['model.train-keypoints']} />
        <Examples />
      </ScrollRegion>
    </div>
  );
}
