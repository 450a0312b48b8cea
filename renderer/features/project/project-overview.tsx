import { Button } from '@mantine/core';
import { IconCircle, IconCircleCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ProjectFacts } from '../../../main/contract/project.ts';
import { FactList } from '../../components/fact-list.tsx';
import { formatBytes, formatDateTime, formatNumber } from '../../components/format.ts';
import classes from './project.module.css';
import { ProjectName } from './project-name.tsx';
import { useSampleFolder } from './use-sample-folder.ts';
import { VerifyProject } from './verify-project.tsx';

/** What is in the open file, what comes next, and whether the file is sound. */
export function ProjectOverview({ facts }: { facts: ProjectFacts }) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <div className={classes.columns} data-testid="project-overview">
      <section aria-label={t('project:facts')}>
        <h2 className={classes.heading}>{t('project:facts')}</h2>
        <FactList
          facts={[
            { label: t('project:name'), value: <ProjectName name={facts.name} /> },
            { label: t('project:path'), value: facts.path },
            {
              label: t('project:size'),
              value: formatBytes(facts.bytes, i18n.language),
              testId: 'project-size',
            },
            { label: t('project:createdAt'), value: formatDateTime(facts.createdAt, i18n.language) },
            { label: t('project:subjects'), value: number(facts.subjects), testId: 'project-subjects' },
            { label: t('project:recordings'), value: number(facts.recordings), testId: 'project-recordings' },
            { label: t('project:stimuli'), value: number(facts.stimuli), testId: 'project-stimuli' },
            { label: t('project:runs'), value: number(facts.runs), testId: 'project-runs' },
            { label: t('project:arrays'), value: number(facts.arrays) },
          ]}
        />
      </section>
      <NextSteps facts={facts} />
      <VerifyProject />
    </div>
  );
}

/** The way from recordings to a map, with what is done ticked. */
function NextSteps({ facts }: { facts: ProjectFacts }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sample = useSampleFolder();
  const steps = [
    {
      id: 'import',
      done: facts.recordings > 0,
      go: () => navigate({ to: '/data/import', search: sample === null ? {} : { paths: [sample] } }),
    },
    { id: 'stimuli', done: facts.stimuli > 0, go: () => navigate({ to: '/stimuli' }) },
    { id: 'study', done: facts.runs > 0, go: () => navigate({ to: '/studies/new' }) },
    { id: 'view', done: false, go: () => navigate({ to: '/viewer' }) },
  ];
  const next = steps.find((step) => !step.done);
  return (
    <section aria-label={t('project:steps.title')}>
      <h2 className={classes.heading}>{t('project:steps.title')}</h2>
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li key={step.id}>
            {step.done ? (
              <IconCircleCheck size={17} className={classes.done} aria-label={t('project:steps.done')} />
            ) : (
              <IconCircle size={17} className={classes.todo} aria-label={t('project:steps.open')} />
            )}
            <span>{t(`project:steps.${step.id}`)}</span>
            <Button
              variant={step === next ? 'filled' : 'default'}
              size="compact-xs"
              onClick={() => void step.go()}
              data-testid={`step-${step.id}`}
            >
              {t(`project:steps.${step.id}Action`)}
            </Button>
          </li>
        ))}
      </ol>
    </section>
  );
}
