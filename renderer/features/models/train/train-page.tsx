import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../../api/client.ts';
import { Section } from '../../../components/fact-list.tsx';
import columns from '../../../components/form-columns.module.css';
import { Page } from '../../../components/page.tsx';
import { PreflightLine } from '../../../components/preflight-line.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import { CourseFields } from './course-fields.tsx';
import { firstPlan, type PlanDraft, planOf } from './plan-draft.ts';
import { WhatFields } from './what-fields.tsx';

/** Plans a training run: model and text at the left, what it needs and the start at the right. */
export function TrainPage() {
  const { t } = useTranslation();
  return (
    <Page name="train" title={t('models:train.title')} padded={false}>
      <ProjectGate>
        <TrainForm />
      </ProjectGate>
    </Page>
  );
}

function TrainForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<PlanDraft>(firstPlan);
  const [settled] = useDebouncedValue(draft, 400);
  const plan = planOf(settled);
  const preflight = useQuery({
    ...trpc.training.preflight.queryOptions(plan.success ? plan.data : firstPlan.plan),
    enabled: plan.success,
  });
  const start = useMutation(
    trpc.training.train.mutationOptions({ onSuccess: () => navigate({ to: '/timeline', search: {} }) }),
  );
  const now = planOf(draft);
  const set = (change: Partial<PlanDraft>) => setDraft({ ...draft, ...change });
  return (
    <div className={columns.columns}>
      <ScrollRegion className={columns.form} aria-label={t('models:train.plan')}>
        <WhatFields draft={draft} onChange={set} />
        <CourseFields draft={draft} onChange={set} />
      </ScrollRegion>
      <ScrollRegion className={columns.needs} aria-label={t('studies:new.needs')}>
        <Section title={t('studies:new.needs')}>
          {plan.success ? <PreflightLine query={preflight} /> : <p>{t('models:train.incomplete')}</p>}
        </Section>
        <Section title={t('models:train.kept')}>{t('models:train.keptText')}</Section>
        <Section title={t('studies:new.start')}>
          <Button
            disabled={!now.success || preflight.data?.fits === false}
            loading={start.isPending}
            onClick={() => now.success && start.mutate(now.data)}
            data-testid="start-training"
          >
            {t('models:train.action')}
          </Button>
          {start.error !== null && <ErrorLine error={start.error} />}
        </Section>
      </ScrollRegion>
    </div>
  );
}
