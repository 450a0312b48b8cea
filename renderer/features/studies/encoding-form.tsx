import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EncodingStudyParams } from '../../../main/contract/encoding.ts';
import type { FeatureSpaceInfo } from '../../../main/contract/stimuli.ts';
import { trpc } from '../../api/client.ts';
import { Section } from '../../components/fact-list.tsx';
import classes from '../../components/form-columns.module.css';
import { PreflightLine } from '../../components/preflight-line.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { ErrorLine } from '../../components/states.tsx';
import { EncodingFields } from './encoding-fields.tsx';
import { RecordingChoice, type RecordingOption } from './recording-choice.tsx';
import { StudyOutcome } from './study-outcome.tsx';

export interface EncodingFormProps {
  readonly recordings: readonly RecordingOption[];
  readonly defaults: EncodingStudyParams;
  readonly spaces: readonly FeatureSpaceInfo[];
}

/** The encoding study's choices at the left, what it will need and the start at the right. */
export function EncodingForm({ recordings, defaults, spaces }: EncodingFormProps) {
  const { t } = useTranslation();
  const [params, setParams] = useState<EncodingStudyParams>({
    ...defaults,
    recordingIds: recordings.map((recording) => recording.id),
  });
  const [settled] = useDebouncedValue(params, 400);
  const preflight = useQuery({
    ...trpc.studies.preflight.queryOptions(settled),
    enabled: settled.recordingIds.length > 0,
  });
  const start = useMutation(trpc.studies.runEncoding.mutationOptions());
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find((candidate) => candidate.id === start.data?.id) ?? start.data ?? null;
  const blocked =
    params.recordingIds.length === 0 || preflight.data?.fits === false || preflight.error !== null;

  return (
    <div className={classes.columns}>
      <ScrollRegion className={classes.form} aria-label={t('studies:new.choices')}>
        <RecordingChoice
          recordings={recordings}
          chosen={params.recordingIds}
          onChange={(recordingIds) => setParams({ ...params, recordingIds })}
        />
        <EncodingFields params={params} spaces={spaces} onChange={setParams} />
      </ScrollRegion>
      <ScrollRegion className={classes.needs} aria-label={t('studies:new.needs')}>
        <Section title={t('studies:new.needs')}>
          <PreflightLine query={preflight} />
        </Section>
        <Section title={t('studies:new.controls')}>{t('studies:new.controlsText')}</Section>
        <Section title={t('studies:new.start')}>
          {job === null ? (
            <Button
              onClick={() => start.mutate(params)}
              loading={start.isPending}
              disabled={blocked}
              data-testid="start-study"
            >
              {t('studies:new.action')}
            </Button>
          ) : (
            <StudyOutcome job={job} hasMap />
          )}
          {start.error !== null && <ErrorLine error={start.error} />}
        </Section>
      </ScrollRegion>
    </div>
  );
}
