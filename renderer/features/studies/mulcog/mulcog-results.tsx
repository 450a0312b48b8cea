import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MulcogKind, MulcogResult } from '../../../../main/contract/mulcog.ts';
import { trpc } from '../../../api/client.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { formatNumber } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { Answer } from '../../../components/states.tsx';
import { HeatTable } from '../../../viewers/charts/heat-table.tsx';
import type { HeatCell } from '../../../viewers/charts/props.ts';
import studyClasses from '../studies.module.css';
import { CellPanel } from './cell-panel.tsx';
import { ComparePanel } from './compare-panel.tsx';
import classes from './mulcog.module.css';
import { type HeatRow, heatRows, heatValues } from './rows.ts';
import { useNames } from './use-names.ts';

/** The linked views of a MulCogBench run: heat map, then what lies behind its chosen cell. */
export function MulcogResults({ id }: { id: string }) {
  const result = useQuery({
    ...trpc.mulcog.result.queryOptions({ id }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Answer query={result}>{(data) => <Loaded key={id} runId={id} result={data} />}</Answer>;
}

function Loaded({ runId, result }: { runId: string; result: MulcogResult }) {
  const { t } = useTranslation();
  const { kindName, rowName } = useNames();
  const rows = useMemo(() => heatRows(result), [result]);
  const { kinds } = result;
  const [kindId, setKind] = useState(
    kinds.find(({ level }) => level === 'discourse')?.id ?? kinds[0]?.id ?? '',
  );
  const [row, setRow] = useState<HeatRow>(() => rows[0] ?? { model: '', layer: '' });
  const kind: MulcogKind | undefined = kinds.find(({ id }) => id === kindId);
  const values = useMemo(() => heatValues(result, rows, kinds), [result, rows, kinds]);
  const rowAt = rows.findIndex(({ model, layer }) => model === row.model && layer === row.layer);
  const selected = useMemo<HeatCell>(
    () => ({ row: rowAt, column: kinds.findIndex(({ id }) => id === kindId) }),
    [rowAt, kinds, kindId],
  );
  const caption = result.simulated ? t('common:simulatedCaption') : undefined;
  return (
    <div data-testid="mulcog-results">
      <div className={classes.facts}>
        <NoticeList notices={result.notices} />
      </div>
      <div className={classes.figure} style={{ height: 190 + 24 * rows.length }}>
        <div className={classes.chart} data-testid="mulcog-heat">
          <HeatTable
            title={t('mulcog:heat')}
            rows={rows.map((one) => rowName(one, result.models))}
            columns={kinds.map(kindName)}
            values={values}
            quantity={t('mulcog:quantity')}
            unit=""
            caption={[t('mulcog:heatNote'), caption].filter(Boolean).join(' · ')}
            selected={selected}
            onSelectCell={(place) => {
              setKind(kinds[place.column]?.id ?? kindId);
              setRow(rows[place.row] ?? row);
            }}
          />
        </div>
      </div>
      <div className={classes.bar}>
        <Select
          label={t('mulcog:kindLabel')}
          w={260}
          allowDeselect={false}
          value={kindId}
          data={kinds.map((one) => ({ value: one.id, label: kindName(one) }))}
          onChange={(value) => value !== null && setKind(value)}
          data-testid="kind-choice"
        />
        <Select
          label={t('mulcog:rowLabel')}
          w={320}
          allowDeselect={false}
          value={String(rowAt)}
          data={rows.map((one, at) => ({ value: String(at), label: rowName(one, result.models) }))}
          onChange={(value) => value !== null && setRow(rows[Number(value)] ?? row)}
          data-testid="row-choice"
        />
      </div>
      {kind !== undefined && (
        <CellPanel runId={runId} result={result} kind={kind} row={row} onRow={setRow} caption={caption} />
      )}
      <Findings result={result} />
      <ComparePanel runId={runId} result={result} caption={caption} />
    </div>
  );
}

/** Layer against kind of data, context against none, language against language: each with its interval. */
function Findings({ result }: { result: MulcogResult }) {
  const { t, i18n } = useTranslation();
  const { kindName, modelName } = useNames();
  const number = (value: number) => formatNumber(value, i18n.language, 3);
  const name = (id: string) => {
    const kind = result.kinds.find((one) => one.id === id);
    return kind === undefined ? id : kindName(kind);
  };
  return (
    <>
      <h2 className={studyClasses.heading}>{t('mulcog:contrasts')}</h2>
      <p className={classes.text}>{t('mulcog:contrastsText')}</p>
      <DataTable
        label={t('mulcog:contrasts')}
        testId="contrast-table"
        rows={result.contrasts}
        rowKey={({ language, model }) => `${language} ${model}`}
        columns={[
          {
            key: 'language',
            label: t('mulcog:language'),
            cell: ({ language }) => t(`mulcog:languages.${language}`, { defaultValue: language }),
          },
          { key: 'model', label: t('mulcog:model'), cell: ({ model }) => modelName(model, result.models) },
          { key: 'mean', label: t('mulcog:difference'), kind: 'number', cell: ({ mean }) => number(mean) },
          {
            key: 'interval',
            label: t('mulcog:intervalShort'),
            kind: 'number',
            cell: ({ low, high }) => `${number(low)} … ${number(high)}`,
          },
          {
            key: 'best',
            label: t('mulcog:bestLayers'),
            kind: 'wide',
            cell: ({ depth }) => depth.map(({ kind, best }) => `${name(kind)}: ${best}`).join(' · '),
          },
        ]}
      />
      <h2 className={studyClasses.heading}>{t('mulcog:growth')}</h2>
      <DataTable
        label={t('mulcog:growth')}
        testId="growth-table"
        rows={result.growth}
        rowKey={({ kind }) => kind}
        columns={[
          { key: 'kind', label: t('mulcog:kindLabel'), cell: ({ kind }) => name(kind) },
          {
            key: 'contextual',
            label: t('mulcog:contextAware'),
            kind: 'number',
            cell: ({ contextual }) => number(contextual),
          },
          {
            key: 'static',
            label: t('mulcog:contextFree'),
            kind: 'number',
            cell: (row) => number(row.static),
          },
          {
            key: 'difference',
            label: t('mulcog:difference'),
            kind: 'number',
            cell: ({ difference }) =>
              `${number(difference.mean)}  (${number(difference.low)} … ${number(difference.high)})`,
          },
        ]}
      />
      {result.languages !== null && (
        <p className={classes.text} data-testid="agreement">
          {t('mulcog:agreement', {
            r: number(result.languages.r),
            cells: result.languages.cells,
            p: formatNumber(result.languages.p, i18n.language, 4),
          })}
        </p>
      )}
    </>
  );
}
