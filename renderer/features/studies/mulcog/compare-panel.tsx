import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MulcogDifference, MulcogResult } from '../../../../main/contract/mulcog.ts';
import { trpc } from '../../../api/client.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { formatDateTime, formatNumber } from '../../../components/format.ts';
import { Answer } from '../../../components/states.tsx';
import { HeatTable } from '../../../viewers/charts/heat-table.tsx';
import studyClasses from '../studies.module.css';
import classes from './mulcog.module.css';
import { heatRows } from './rows.ts';
import { useNames } from './use-names.ts';

export interface ComparePanelProps {
  readonly runId: string;
  readonly result: MulcogResult;
  readonly caption: string | undefined;
}

/** This run minus another one: difference map and its test. */
export function ComparePanel({ runId, result, caption }: ComparePanelProps) {
  const { t, i18n } = useTranslation();
  const runs = useQuery(trpc.studies.runs.queryOptions()).data ?? [];
  const others = runs.filter(
    ({ id, study, state }) => study === 'mulcog' && state === 'complete' && id !== runId,
  );
  const [other, setOther] = useState<string | null>(null);
  const rows = useQuery({
    ...trpc.mulcog.compare.queryOptions({ first: runId, second: other ?? '' }),
    enabled: other !== null,
  });
  return (
    <section aria-label={t('mulcog:compare')}>
      <h2 className={studyClasses.heading}>{t('mulcog:compare')}</h2>
      <div className={classes.bar}>
        <Select
          label={t('mulcog:otherRun')}
          placeholder={t(others.length === 0 ? 'mulcog:noOtherRun' : 'mulcog:chooseRun')}
          w={420}
          disabled={others.length === 0}
          value={other}
          data={others.map(({ id, name, seed, createdAt }) => ({
            value: id,
            label: `${name}, ${t('studies:seed')} ${seed}, ${formatDateTime(createdAt, i18n.language)}`,
          }))}
          onChange={setOther}
          data-testid="compare-choice"
        />
      </div>
      {other !== null && (
        <Answer query={rows}>
          {(data) => <Differences result={result} rows={data} caption={caption} />}
        </Answer>
      )}
    </section>
  );
}

interface DifferencesProps {
  readonly result: MulcogResult;
  readonly rows: readonly MulcogDifference[];
  readonly caption: string | undefined;
}

function Differences({ result, rows, caption }: DifferencesProps) {
  const { t, i18n } = useTranslation();
  const { kindName, rowName } = useNames();
  const number = (value: number, decimals = 3) => formatNumber(value, i18n.language, decimals);
  const models = useMemo(() => heatRows(result), [result]);
  const { kinds } = result;
  const values = useMemo(
    () =>
      Float32Array.from(
        models.flatMap(({ model, layer }) =>
          kinds.map(
            ({ id }) =>
              rows.find((one) => one.kind === id && one.model === model && one.layer === layer)?.difference ??
              Number.NaN,
          ),
        ),
      ),
    [models, kinds, rows],
  );
  const name = (id: string) => {
    const kind = kinds.find((one) => one.id === id);
    return kind === undefined ? id : kindName(kind);
  };
  return (
    <>
      <div
        className={classes.figure}
        style={{ height: 190 + 24 * models.length }}
        data-testid="difference-map"
      >
        <div className={classes.chart}>
          <HeatTable
            title={t('mulcog:differenceMap')}
            rows={models.map((row) => rowName(row, result.models))}
            columns={kinds.map(kindName)}
            values={values}
            quantity={t('mulcog:quantity')}
            unit=""
            caption={caption}
          />
        </div>
      </div>
      <DataTable
        label={t('mulcog:differenceMap')}
        testId="difference-table"
        rows={[...rows].sort((a, b) => a.p - b.p)}
        rowKey={({ kind, model, layer }) => `${kind} ${model} ${layer}`}
        columns={[
          { key: 'kind', label: t('mulcog:kindLabel'), cell: ({ kind }) => name(kind) },
          { key: 'row', label: t('mulcog:rowLabel'), cell: (row) => rowName(row, result.models) },
          { key: 'first', label: t('mulcog:thisRun'), kind: 'number', cell: ({ first }) => number(first) },
          {
            key: 'second',
            label: t('mulcog:otherRun'),
            kind: 'number',
            cell: ({ second }) => number(second),
          },
          {
            key: 'difference',
            label: t('mulcog:difference'),
            kind: 'number',
            cell: ({ difference }) => number(difference),
          },
          { key: 'p', label: 'p', kind: 'number', cell: ({ p }) => number(p, 4) },
          { key: 'pMax', label: t('mulcog:pCorrected'), kind: 'number', cell: ({ pMax }) => number(pMax, 4) },
          {
            key: 'groups',
            label: t('mulcog:groups'),
            kind: 'number',
            cell: ({ groups }) => number(groups, 0),
          },
        ]}
      />
    </>
  );
}
