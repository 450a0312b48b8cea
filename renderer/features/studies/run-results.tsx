import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { EncodingRegion, EncodingResult, EncodingSubject } from '../../../main/contract/encoding.ts';
import { trpc } from '../../api/client.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { formatNumber } from '../../components/format.ts';
import { NoticeList } from '../../components/notice-list.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import classes from './studies.module.css';

/** Measured numbers of a finished run: subjects, then regions with ceiling and controls beside every score. */
export function RunResults({ id }: { id: string }) {
  const { t } = useTranslation();
  const result = useQuery(trpc.studies.encodingResult.queryOptions({ id }));
  return (
    <Answer query={result}>
      {(data) =>
        data === null ? (
          <EmptyState title={t('studies:noResult')} text={t('studies:noResultText')} />
        ) : (
          <div data-testid="run-results">
            {data.notices.length > 0 && (
              <div className={classes.notices}>
                <NoticeList notices={data.notices} />
              </div>
            )}
            <Subjects runId={id} result={data} />
            <Regions result={data} />
          </div>
        )
      }
    </Answer>
  );
}

function Subjects({ runId, result }: { runId: string; result: EncodingResult }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const number = (value: number | null, decimals = 0) => formatNumber(value, i18n.language, decimals);
  const view = (subject: string) => void navigate({ to: '/viewer', search: { run: runId, subject } });
  const columns: Column<EncodingSubject>[] = [
    { key: 'subject', label: t('data:subject'), cell: (row) => row.subject },
    {
      key: 'runs',
      label: t('studies:recordings'),
      kind: 'number',
      cell: (row) => number(row.recordingIds.length),
    },
    {
      key: 'samples',
      label: t('studies:testedSamples'),
      kind: 'number',
      cell: (row) => number(row.sampleCount),
    },
    { key: 'voxels', label: t('data:voxels'), kind: 'number', cell: (row) => number(row.voxelCount) },
    {
      key: 'excluded',
      label: t('studies:excluded'),
      kind: 'number',
      cell: (row) => number(row.excludedVoxels),
    },
    {
      key: 'significant',
      label: t('studies:significant', { level: result.params.fdrLevel }),
      kind: 'number',
      cell: (row) => <span data-testid={`significant-${row.subject}`}>{number(row.significantVoxels)}</span>,
    },
    {
      key: 'threshold',
      label: t('studies:thresholdR'),
      kind: 'number',
      cell: (row) => number(row.thresholdR, 3),
    },
    {
      key: 'map',
      label: t('studies:map'),
      cell: (row) => (
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={() => view(row.subject)}
          data-testid={`open-map-${row.subject}`}
        >
          {t('studies:openMap')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <h2 className={classes.heading}>{t('studies:bySubject')}</h2>
      <div className={classes.scroll}>
        <DataTable
          label={t('studies:bySubject')}
          testId="subjects-table"
          rows={result.subjects}
          rowKey={(row) => row.subject}
          columns={columns}
        />
      </div>
    </>
  );
}

function Regions({ result }: { result: EncodingResult }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null | undefined, decimals = 3) =>
    formatNumber(value, i18n.language, decimals);
  const rows = result.subjects.flatMap((subject) => subject.regions);
  const columns: Column<EncodingRegion>[] = [
    {
      key: 'region',
      label: t('studies:region'),
      cell: (row) => t(`surfaces:regions.${row.region}`, { defaultValue: row.region }),
    },
    { key: 'subject', label: t('data:subject'), cell: (row) => row.subject },
    { key: 'voxels', label: t('data:voxels'), kind: 'number', cell: (row) => number(row.voxels, 0) },
    { key: 'r', label: t('studies:medianR'), kind: 'number', cell: (row) => number(row.medianR) },
    { key: 'r2', label: t('studies:medianR2'), kind: 'number', cell: (row) => number(row.medianRSquared) },
    { key: 'ceiling', label: t('studies:ceiling'), kind: 'number', cell: (row) => number(row.medianCeiling) },
    {
      key: 'normalised',
      label: t('studies:normalised'),
      kind: 'number',
      cell: (row) => number(row.normalisedR, 2),
    },
    {
      key: 'share',
      label: t('studies:significantShare'),
      kind: 'number',
      cell: (row) => `${number(100 * row.significantShare, 1)} %`,
    },
    { key: 'layer', label: t('studies:layer'), cell: (row) => row.chosenLayer },
    ...result.controls.map(
      (control): Column<EncodingRegion> => ({
        key: control.id,
        label: t(`studies:controls.${control.id}`, { defaultValue: control.name }),
        kind: 'number',
        cell: (row) => number(row.controls[control.id]),
      }),
    ),
  ];
  return (
    <>
      <h2 className={classes.heading}>{t('studies:byRegion')}</h2>
      <p className={classes.text}>{t('studies:byRegionText')}</p>
      <div className={classes.scroll}>
        <DataTable
          label={t('studies:byRegion')}
          testId="regions-table"
          rows={rows}
          rowKey={(row) => `${row.subject} ${row.region}`}
          columns={columns}
        />
      </div>
    </>
  );
}
