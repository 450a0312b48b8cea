import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MulcogParams } from '../../../../main/contract/mulcog.ts';
import { trpc } from '../../../api/client.ts';
import { Section } from '../../../components/fact-list.tsx';
import classes from '../../../components/form-columns.module.css';
import { PreflightLine } from '../../../components/preflight-line.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Answer, ErrorLine } from '../../../components/states.tsx';
import studyClasses from '../studies.module.css';
import { StudyOutcome } from '../study-outcome.tsx';
import { MulcogFields } from './mulcog-fields.tsx';
import { ImportFolder, SetChoice, type SetOption } from './set-choice.tsx';

/** Choices of a MulCogBench study at the left, what it will need and the start at the right. */
export function MulcogForm() {
  const sets = useQuery(trpc.mulcog.sets.queryOptions());
  const defaults = useQuery(trpc.mulcog.defaults.queryOptions()).data;
  return (
    <Answer query={sets}>
      {(rows) => (defaults === undefined ? null : <Form sets={rows} defaults={defaults} />)}
    </Answer>
  );
}

function Form({ sets, defaults }: { sets: readonly SetOption[]; defaults: MulcogParams }) {
  const { t } = useTranslation();
  // Until someone chooses, all sets are in, those too that an import brings while the form is open.
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const [rest, setRest] = useState<Omit<MulcogParams, 'setIds'>>(defaults);
  const params: MulcogParams = { ...rest, setIds: [...(chosen ?? sets.map(({ id }) => id))] };
  const [settled] = useDebouncedValue(params, 400);
  const preflight = useQuery({
    ...trpc.mulcog.preflight.queryOptions(settled),
    enabled: settled.setIds.length > 0,
    retry: false,
  });
  const start = useMutation(trpc.mulcog.run.mutationOptions());
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find(({ id }) => id === start.data?.id) ?? start.data ?? null;
  const blocked =
    params.setIds.length === 0 ||
    params.models.length === 0 ||
    preflight.data?.fits === false ||
    preflight.error !== null;
  return (
    <div className={classes.columns}>
      <ScrollRegion className={classes.form} aria-label={t('studies:new.choices')}>
        <div className={studyClasses.form}>
          {sets.length > 0 && <SetChoice sets={sets} chosen={params.setIds} onChange={setChosen} />}
          {sets.length === 0 && <p>{t('mulcog:new.noSets')}</p>}
          <ImportFolder />
          <MulcogFields params={params} onChange={({ setIds: _sets, ...next }) => setRest(next)} />
        </div>
      </ScrollRegion>
      <ScrollRegion className={classes.needs} aria-label={t('studies:new.needs')}>
        <Section title={t('studies:new.needs')}>
          <PreflightLine query={preflight} />
        </Section>
        <Section title={t('studies:new.controls')}>{t('mulcog:new.controlsText')}</Section>
        <Section title={t('studies:new.start')}>
          {job === null || job.state === 'failed' || job.state === 'cancelled' ? (
            <Button
              onClick={() => start.mutate(params)}
              loading={start.isPending}
              disabled={blocked}
              data-testid="start-mulcog"
            >
              {t('studies:new.action')}
            </Button>
          ) : null}
          {job !== null && <StudyOutcome job={job} hasMap={false} />}
          {start.error !== null && <ErrorLine error={start.error} />}
        </Section>
      </ScrollRegion>
    </div>
  );
}
