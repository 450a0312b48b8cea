import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiagnosisStep } from '../../../main/contract/settings.ts';
import { api, trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { formatSignificant } from '../../components/format.ts';
import { ErrorLine } from '../../components/states.tsx';
import classes from './settings.module.css';

type Results = Readonly<Record<string, DiagnosisStep>>;

/** "Check this workstation": each step says what it found. */
export function Diagnosis() {
  const { t } = useTranslation();
  const checks = useQuery(trpc.settings.checks.queryOptions()).data ?? [];
  const [results, setResults] = useState<Results>({});
  const [running, setRunning] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  const runAll = async () => {
    setResults({});
    setError(null);
    try {
      for (const id of checks) {
        setRunning(id);
        const step = await api.settings.check.mutate({ id });
        setResults((before) => ({ ...before, [id]: step }));
      }
    } catch (thrown) {
      setError(thrown);
    }
    setRunning(null);
  };

  return (
    <section className={classes.group} aria-label={t('settings:diagnosis.title')} data-testid="diagnosis">
      <h2 className={classes.heading}>
        {t('settings:diagnosis.title')}
        <Button
          variant="default"
          size="compact-xs"
          loading={running !== null}
          onClick={() => void runAll()}
          data-testid="run-diagnosis"
        >
          {t('settings:diagnosis.action')}
        </Button>
      </h2>
      <div className={classes.muted}>{t('settings:diagnosis.text')}</div>
      {error !== null && <ErrorLine error={error} />}
      <ul className={classes.checks}>
        {checks.map((id) => (
          <Check key={id} id={id} step={results[id]} running={running === id} />
        ))}
      </ul>
    </section>
  );
}

const icons = { passed: IconCircleCheck, warning: IconAlertTriangle, failed: IconCircleX };

function Check({ id, step, running }: { id: string; step: DiagnosisStep | undefined; running: boolean }) {
  const { t } = useTranslation();
  const Icon = step === undefined ? IconCircleDashed : icons[step.state];
  return (
    <li className={classes.check} data-testid={`check-${id}`} data-state={step?.state ?? 'open'}>
      <span className={step === undefined ? classes.muted : classes[step.state]}>
        {running ? (
          <Loader size={14} />
        ) : (
          <Icon size={17} aria-label={t(`settings:diagnosis.states.${step?.state ?? 'open'}`)} />
        )}
      </span>
      <span>{t(`settings:diagnosis.checks.${id}`, { defaultValue: id })}</span>
      <span>
        {step === undefined ? (
          <span className={classes.muted}>{t(`settings:diagnosis.about.${id}`, { defaultValue: '' })}</span>
        ) : (
          <Finding step={step} />
        )}
      </span>
      <span className={classes.muted} style={{ textAlign: 'right' }}>
        {step === undefined ? '' : `${step.milliseconds} ms`}
      </span>
    </li>
  );
}

function Finding({ step }: { step: DiagnosisStep }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      {step.facts.map((fact) => (
        <div key={fact.key}>
          <span className={classes.muted}>
            {t(`settings:diagnosis.facts.${fact.key}`, { defaultValue: fact.key })}
          </span>{' '}
          {typeof fact.value === 'number'
            ? formatSignificant(fact.value, i18n.language)
            : t(`settings:diagnosis.values.${fact.value}`, { defaultValue: fact.value })}{' '}
          {fact.unit}
        </div>
      ))}
      {step.problem !== null && <div className={classes[step.state]}>{sentenceOf(step.problem, t)}</div>}
    </>
  );
}
