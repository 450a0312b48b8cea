import { Button, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type PressureKeypointsParams,
  pressureKeypointsParamsSchema,
} from '../../../main/contract/pressure-keypoints.ts';
import { trpc } from '../../api/client.ts';
import { Section } from '../../components/fact-list.tsx';
import columns from '../../components/form-columns.module.css';
import { usePathPicker } from '../../components/path-picker.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { Answer, ErrorLine } from '../../components/states.tsx';
import classes from './keypoints.module.css';
import { RunningTrainings } from './running-trainings.tsx';

const NUMBERS = [
  'subjects',
  'poses',
  'keypoints',
  'classificationSteps',
  'regressionSteps',
  'ablationSteps',
  'ablationSeeds',
  'supervisedSteps',
  'warmStartSeeds',
  'warmStartSteps',
  'batch',
  'seed',
] as const;

/** The study on simulated people: trains a model, holds it against every baseline, and judges each loss. */
export function StudyForm() {
  const defaults = useQuery(trpc.keypoints.studyDefaults.queryOptions());
  return <Answer query={defaults}>{(params) => <Form first={params} />}</Answer>;
}

function Form({ first }: { first: PressureKeypointsParams }) {
  const { t } = useTranslation();
  const [params, setParams] = useState(first);
  const start = useMutation(trpc.keypoints.study.mutationOptions());
  const picker = usePathPicker(([path]) => setParams({ ...params, pmd: path ?? null }));
  const parsed = pressureKeypointsParamsSchema.safeParse(params);
  return (
    <div className={columns.columns}>
      <ScrollRegion className={columns.form} aria-label={t('keypoints:train.plan')}>
        <div className={classes.stack}>
          <div className={classes.head}>
            <h2 className={classes.heading}>{t('keypoints:study.title')}</h2>
            <SimulatedBadge />
          </div>
          <p className={classes.note}>{t('keypoints:study.note')}</p>
          <div className={classes.fields}>
            {NUMBERS.map((name) => (
              <NumberInput
                key={name}
                label={t(`keypoints:study.${name}`)}
                min={0}
                allowDecimal={false}
                value={params[name]}
                onChange={(value) => setParams({ ...params, [name]: Number(value) })}
                data-testid={`study-${name}`}
              />
            ))}
          </div>
          <div className={classes.fields}>
            <TextInput
              label={t('keypoints:study.pmd')}
              placeholder={t('keypoints:study.noPmd')}
              value={params.pmd ?? ''}
              onChange={({ currentTarget }) =>
                setParams({ ...params, pmd: currentTarget.value === '' ? null : currentTarget.value })
              }
            />
            <Button
              variant="default"
              onClick={() => picker.open({ kind: 'open-folder', title: t('keypoints:study.pmd') })}
            >
              {t('station:choose')}
            </Button>
          </div>
        </div>
      </ScrollRegion>
      <ScrollRegion className={columns.needs} aria-label={t('studies:new.needs')}>
        <Section title={t('studies:new.start')}>
          <p>{t('keypoints:study.timeText')}</p>
          <Button
            disabled={!parsed.success}
            loading={start.isPending}
            onClick={() => parsed.success && start.mutate(parsed.data)}
            data-testid="start-keypoint-study"
          >
            {t('keypoints:study.action')}
          </Button>
          {start.error !== null && <ErrorLine error={start.error} />}
        </Section>
        <RunningTrainings types={['study.pressure-keypoints']} />
      </ScrollRegion>
      {picker.dialog}
    </div>
  );
}
