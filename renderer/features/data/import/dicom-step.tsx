import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dicomConvertedSchema } from '../../../../main/contract/dicom.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { formatNumber } from '../../../components/format.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { ErrorLine, LoadingState } from '../../../components/states.tsx';
import { DicomPicture } from './dicom-picture.tsx';
import classes from './import.module.css';
import { PersonalFields } from './personal-data.tsx';

/** Series that are drawn at most. */
const PICTURES = 12;

export interface DicomStepProps {
  readonly paths: readonly string[];
  /** The converted images, to go on with. */
  readonly onConverted: (images: string[]) => void;
  /** What stands here where there are no series. */
  readonly children: ReactNode;
}

/** DICOM series under the chosen paths: which to take; dcm2niix makes images of them, without names of persons. */
export function DicomStep({ paths, onConverted, children }: DicomStepProps) {
  const { t, i18n } = useTranslation();
  const found = useQuery(trpc.data.dicomSeries.queryOptions({ paths: [...paths] }));
  const convert = useMutation(trpc.data.convertDicom.mutationOptions());
  const [left, setLeft] = useState<readonly string[]>([]);
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find(({ id }) => id === convert.data?.id) ?? convert.data ?? null;
  const done = dicomConvertedSchema.safeParse(job?.state === 'succeeded' ? job.result : null);
  const go = useRef(onConverted);
  go.current = onConverted;
  const key = done.success ? done.data.images.join('\n') : '';
  useEffect(() => {
    if (key !== '') go.current(key.split('\n'));
  }, [key]);
  if (found.error !== null) return <ErrorLine error={found.error} />;
  if (found.data === undefined) return <LoadingState text={t('data:import.dicom.reading')} />;
  if (found.data.series.length === 0) return children;
  const { series, sample } = found.data;
  const taken = series.filter(({ uid }) => !left.includes(uid));
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <div className={classes.body} style={{ padding: 0 }} data-testid="dicom">
      <div>{t('data:import.dicom.text', { count: series.length })}</div>
      <ScrollRegion className={classes.runs} aria-label={t('data:import.dicom.list')}>
        <DataTable
          label={t('data:import.dicom.series')}
          testId="dicom-table"
          rows={series}
          rowKey={({ uid }) => uid}
          columns={[
            {
              key: 'name',
              label: t('data:import.dicom.series'),
              cell: ({ number: at, description }) => [at, description].filter(Boolean).join(' · '),
            },
            {
              key: 'take',
              label: t('data:import.found.take'),
              cell: ({ uid, description }) => (
                <Checkbox
                  aria-label={t('data:import.found.takeRun', { name: description })}
                  checked={!left.includes(uid)}
                  disabled={job !== null}
                  onChange={(event) =>
                    setLeft(event.currentTarget.checked ? left.filter((one) => one !== uid) : [...left, uid])
                  }
                />
              ),
            },
            { key: 'modality', label: t('data:modality'), cell: ({ modality }) => modality },
            {
              key: 'files',
              label: t('data:import.dicom.files'),
              kind: 'number',
              cell: ({ files }) => number(files),
            },
            { key: 'size', label: t('data:grid'), cell: ({ rows, cols }) => `${rows} × ${cols}` },
            {
              key: 'tr',
              label: t('data:tr'),
              kind: 'number',
              cell: ({ repetitionTime }) =>
                repetitionTime === null ? '–' : `${formatNumber(repetitionTime, i18n.language, 3)} s`,
            },
          ]}
        />
      </ScrollRegion>
      <div className={classes.slices}>
        {series.slice(0, PICTURES).map(({ uid, number: at, description, middle }) => (
          <DicomPicture key={uid} path={middle} caption={[at, description].filter(Boolean).join(' · ')} />
        ))}
      </div>
      {sample !== null && (
        <>
          <PersonalFields path={sample} />
          <div>{t('data:import.dicom.personal')}</div>
        </>
      )}
      {convert.error !== null && <ErrorLine error={convert.error} />}
      {job !== null && (job.state === 'queued' || job.state === 'running') && <JobProgressLine job={job} />}
      {job?.error && <div role="alert">{sentenceOf(job.error, t)}</div>}
      {job === null && (
        <div>
          <Button
            disabled={taken.length === 0}
            loading={convert.isPending}
            onClick={() => convert.mutate({ paths: [...paths], series: taken.map(({ uid }) => uid) })}
            data-testid="convert-dicom"
          >
            {t('data:import.dicom.convert', { count: taken.length })}
          </Button>
        </div>
      )}
    </div>
  );
}
