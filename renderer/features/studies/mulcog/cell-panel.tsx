import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MulcogCell, MulcogKind, MulcogResult } from '../../../../main/contract/mulcog.ts';
import { trpc } from '../../../api/client.ts';
import { FactList } from '../../../components/fact-list.tsx';
import { formatNumber } from '../../../components/format.ts';
import { Answer } from '../../../components/states.tsx';
import { HeatTable } from '../../../viewers/charts/heat-table.tsx';
import { ItemScatter } from '../../../viewers/charts/item-scatter.tsx';
import type { HeatCell } from '../../../viewers/charts/props.ts';
import { SensorMap } from '../../../viewers/charts/sensor-map.tsx';
import classes from './mulcog.module.css';
import { ProfileFigure } from './profile-figure.tsx';
import { RegionBrain } from './region-brain.tsx';
import { cellAt, type HeatRow, heatRows } from './rows.ts';
import { useNames } from './use-names.ts';

export interface CellPanelProps {
  readonly runId: string;
  readonly result: MulcogResult;
  readonly kind: MulcogKind;
  readonly row: HeatRow;
  readonly onRow: (row: HeatRow) => void;
  readonly caption: string | undefined;
}

/** Everything behind one cell of the heat map: its parts, where they lie, and its items. */
export function CellPanel({ runId, result, kind, row, onRow, caption }: CellPanelProps) {
  const { t } = useTranslation();
  const { kindName, rowName } = useNames();
  const cell = cellAt(result, kind.id, row);
  const [chosenUnit, setChosenUnit] = useState<{ kind: string; unit: number } | null>(null);
  const setUnit = (next: number) => setChosenUnit({ kind: kind.id, unit: next });
  // Until someone chooses, the unit that the model knows best.
  const best = cell === undefined ? 0 : cell.units.indexOf(Math.max(...cell.units));
  const unit = chosenUnit?.kind === kind.id ? chosenUnit.unit : best;
  const rows = useMemo(() => heatRows(result).filter((one) => cellAt(result, kind.id, one)), [result, kind]);
  const values = useMemo(
    () => Float32Array.from(rows.flatMap((one) => cellAt(result, kind.id, one)?.units ?? [])),
    [rows, result, kind],
  );
  const selected = useMemo<HeatCell>(
    () => ({
      row: rows.findIndex(({ model, layer }) => model === row.model && layer === row.layer),
      column: unit,
    }),
    [rows, row, unit],
  );
  const limit = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  if (cell === undefined) return <p className={classes.text}>{t('mulcog:noCell')}</p>;
  const title = `${kindName(kind)}, ${rowName(row, result.models)}`;
  return (
    <section aria-label={title} data-testid="cell-panel">
      <CellFacts kind={kind} cell={cell} result={result} />
      <div className={classes.pair}>
        <div className={`${classes.figure} ${classes.wide}`} style={{ height: 170 + 24 * rows.length }}>
          <div className={classes.chart}>
            <HeatTable
              title={t(`mulcog:byUnit.${kind.unitKind}`, { kind: kindName(kind) })}
              rows={rows.map((one) => rowName(one, result.models))}
              columns={kind.units.map(({ name }) => t(`mulcog:units.${name}`, { defaultValue: name }))}
              values={values}
              quantity={t('mulcog:quantity')}
              unit=""
              caption={caption}
              selected={selected}
              onSelectCell={(place) => {
                setUnit(place.column);
                const next = rows[place.row];
                if (next !== undefined) onRow(next);
              }}
            />
          </div>
        </div>
        <div className={classes.figure} style={{ height: 400 }}>
          <div className={classes.chart} data-testid="unit-place">
            <UnitPlace
              runId={runId}
              kind={kind}
              models={result.models}
              row={row}
              cell={cell}
              unit={unit}
              limit={limit}
              caption={caption}
            />
          </div>
        </div>
        <div className={classes.figure} style={{ height: 400 }}>
          <div className={classes.chart}>
            <ProfileFigure result={result} kind={kind} row={row} onRow={onRow} caption={caption} />
          </div>
        </div>
        <div className={`${classes.figure} ${classes.wide}`} style={{ height: 440 }}>
          <Items runId={runId} kind={kind} row={row} unit={unit} onUnit={setUnit} caption={caption} />
        </div>
      </div>
    </section>
  );
}

function CellFacts({ kind, cell, result }: { kind: MulcogKind; cell: MulcogCell; result: MulcogResult }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null | undefined, decimals = 3) =>
    formatNumber(value, i18n.language, decimals);
  return (
    <div className={classes.facts}>
      <FactList
        facts={[
          {
            label: t('mulcog:score'),
            value: `${number(cell.mean)}  (${number(cell.low)} … ${number(cell.high)})`,
            testId: 'cell-score',
          },
          { label: t('mulcog:shuffled'), value: `${number(cell.shuffled)}, p = ${number(cell.p)}` },
          { label: t('mulcog:bias'), value: number(cell.bias) },
          {
            label: t('mulcog:ceiling'),
            value:
              kind.ceiling === null
                ? t('mulcog:noCeiling')
                : `${number(kind.ceiling.value)} · ${t(`mulcog:ceilings.${kind.ceiling.how}`)}`,
          },
          { label: t('mulcog:items'), value: number(kind.items, 0) },
          {
            label: t('mulcog:subjects'),
            value: kind.subjects
              .map(({ subject }, at) => `${subject}: ${number(cell.subjects[at])}`)
              .join(' · '),
          },
          {
            label: t('mulcog:sources'),
            value: kind.subjects.map(({ setName }) => setName).join(', '),
          },
          {
            label: t('mulcog:model'),
            value: result.models.find(({ id }) => id === cell.model)?.sources[kind.language] ?? '–',
          },
          { label: t('studies:seed'), value: result.params.seed },
        ]}
      />
    </div>
  );
}

interface UnitPlaceProps {
  readonly runId: string;
  readonly kind: MulcogKind;
  readonly models: MulcogResult['models'];
  readonly row: HeatRow;
  readonly cell: MulcogCell;
  readonly unit: number;
  readonly limit: number;
  readonly caption: string | undefined;
}

/** Regions on the brain, sensors on the head; for other measures there is no place. */
function UnitPlace({ runId, kind, models, row, cell, unit, limit, caption }: UnitPlaceProps) {
  const { t } = useTranslation();
  const { rowName } = useNames();
  const note = [t('mulcog:drawnAt'), caption].filter(Boolean).join(' · ');
  const regions = useMemo(() => kind.units.map(({ name }) => name), [kind]);
  if (kind.unitKind === 'region' && kind.level === 'discourse')
    return (
      <RegionBrain
        regions={regions}
        values={cell.units}
        limit={limit}
        label={rowName(row, models)}
        caption={note}
      />
    );
  if (kind.sensors !== null)
    return <Sensors runId={runId} kind={kind} row={row} unit={unit} caption={caption} />;
  return <p className={classes.text}>{t('mulcog:noPlace')}</p>;
}

function Sensors({ runId, kind, row, unit, caption }: Omit<UnitPlaceProps, 'cell' | 'limit' | 'models'>) {
  const { t } = useTranslation();
  const query = { runId, kind: kind.id, ...row, unit, subject: null };
  const columns = useQuery(trpc.mulcog.columns.queryOptions(query));
  return (
    <Answer query={columns}>
      {(values) => (
        <div className={classes.square}>
          <SensorMap
            title={t('mulcog:sensorMap', { window: kind.units[unit]?.name ?? '' })}
            sensors={kind.sensors ?? []}
            values={values}
            quantity="r"
            limit={values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0)}
            caption={caption}
          />
        </div>
      )}
    </Answer>
  );
}

interface ItemsProps {
  readonly runId: string;
  readonly kind: MulcogKind;
  readonly row: HeatRow;
  readonly unit: number;
  readonly onUnit: (unit: number) => void;
  readonly caption: string | undefined;
}

function Items({ runId, kind, row, unit, onUnit, caption }: ItemsProps) {
  const { t, i18n } = useTranslation();
  const [chosen, setSubject] = useState<string | null>(null);
  const subject = kind.subjects.some((one) => one.subject === chosen) ? chosen : null;
  const items = useQuery(trpc.mulcog.items.queryOptions({ runId, kind: kind.id, ...row, unit, subject }));
  return (
    <>
      <div className={classes.bar} style={{ padding: 0 }}>
        <Select
          label={t(`mulcog:unitKinds.${kind.unitKind}`)}
          w={190}
          allowDeselect={false}
          value={String(unit)}
          data={kind.units.map(({ name }, at) => ({
            value: String(at),
            label: t(`mulcog:units.${name}`, { defaultValue: name }),
          }))}
          onChange={(value) => value !== null && onUnit(Number(value))}
          data-testid="unit-choice"
        />
        <Select
          label={t('data:subject')}
          w={150}
          allowDeselect={false}
          value={subject ?? ''}
          data={[
            { value: '', label: t('mulcog:meanOfSubjects') },
            ...kind.subjects.map((one) => ({ value: one.subject, label: one.subject })),
          ]}
          onChange={(value) => setSubject(value === '' ? null : value)}
        />
      </div>
      <div className={classes.chart} data-testid="item-scatter" data-items={items.data?.labels.length ?? 0}>
        <Answer query={items}>
          {(data) => (
            <ItemScatter
              title={t('mulcog:scatter', { r: formatNumber(data.r, i18n.language, 3) })}
              labels={data.labels}
              x={data.measured}
              y={data.predicted}
              xName={t('mulcog:measured')}
              yName={t('mulcog:predicted')}
              r={data.r}
              caption={[t('mulcog:scatterNote'), caption].filter(Boolean).join(' · ')}
            />
          )}
        </Answer>
      </div>
    </>
  );
}
