import { NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type {
  PlannedPressure,
  PressureMapping,
  ProbedPressure,
} from '../../../../main/contract/modality-import.ts';
import classes from '../import/import.module.css';
import { ColumnSample, columnChoices } from './column-sample.tsx';
import type { ChoicesProps } from './import-kind.ts';
import { TimeFields } from './time-fields.tsx';

const orders = ['rows', 'columns'] as const;
/** Columns shown at most; of more cells the first and the last. */
const SHOWN = 24;
const SHOWN_CELLS = 6;

/** Which columns of a table with one frame a row are time and cells, and how the cells lie; nothing for other formats. */
export function FrameColumnFields({
  plan,
  found,
  locked,
  onChange,
}: ChoicesProps<ProbedPressure, PlannedPressure>) {
  const { t } = useTranslation();
  if (found.table === null) return null;
  const { columns, rows, guess, confidence } = found.table;
  const mapping = plan.mapping ?? guess;
  const names = columnChoices(columns);
  // Rows and columns that were given for other cells hold no longer.
  const set = (change: Partial<PressureMapping>) =>
    onChange({ mapping: { ...mapping, ...change }, layout: null });
  const [first, last] = [columns.indexOf(mapping.first), columns.indexOf(mapping.last)];
  const isCell = (at: number) => first >= 0 && at >= first && at <= last;
  const cells = first < 0 || last < first ? 0 : last - first + 1;
  const shown = columns.flatMap((_, at) =>
    columns.length <= SHOWN || !isCell(at) || at < first + SHOWN_CELLS || at === last ? [at] : [],
  );
  const kept = shown.slice(0, SHOWN);
  // Where columns are left out, the sample says so in their place.
  const sample = kept.flatMap((at, index) =>
    index > 0 && at > (kept[index - 1] ?? 0) + 1 ? [-1, at] : [at],
  );
  const roles = new Map([
    ...kept.flatMap((at): [string, string][] =>
      isCell(at) ? [[columns[at] ?? '', t('modalities:frames.cell', { number: at - first + 1 })]] : [],
    ),
    ...(mapping.time === null ? [] : [[mapping.time, t('modalities:columns.time')] as [string, string]]),
  ]);
  const size = plan.layout ?? (plan.mapping === null ? { rows: found.rows, cols: found.cols } : null);
  const setSize = (key: 'rows' | 'cols', value: number | string) => {
    if (typeof value !== 'number' || value < 1) return onChange({ layout: null });
    // The other side follows where the cells divide evenly.
    const other = cells % value === 0 ? cells / value : (size?.[key === 'rows' ? 'cols' : 'rows'] ?? 1);
    onChange({ layout: key === 'rows' ? { rows: value, cols: other } : { rows: other, cols: value } });
  };
  const column = (value: string | null, label: string, change: (name: string | null) => void, id: string) => (
    <Select
      label={label}
      data={names}
      value={value}
      allowDeselect={false}
      searchable
      limit={200}
      disabled={locked}
      onChange={change}
      data-testid={id}
    />
  );
  return (
    <>
      <h3 className={classes.heading}>{t('modalities:columns.title')}</h3>
      <ColumnSample
        columns={sample.map((at) => (at < 0 ? '…' : (columns[at] ?? '')))}
        rows={rows.map((row) => sample.map((at) => (at < 0 ? '…' : (row[at] ?? ''))))}
        roles={roles}
        confidence={confidence}
      />
      {kept.length < columns.length && (
        <div className={classes.summary}>
          {t('modalities:frames.left', { shown: kept.length, all: columns.length })}
        </div>
      )}
      <div className={classes.fields}>
        <TimeFields
          names={names}
          time={mapping.time}
          timeUnit={mapping.timeUnit}
          locked={locked}
          onChange={set}
          id="frame"
        />
        {column(
          mapping.first,
          t('modalities:frames.first'),
          (name) => name !== null && set({ first: name }),
          'frame-first',
        )}
        {column(
          mapping.last,
          t('modalities:frames.last', { count: cells }),
          (name) => name !== null && set({ last: name }),
          'frame-last',
        )}
        <Select
          label={t('modalities:frames.order')}
          data={orders.map((value) => ({ value, label: t(`modalities:frames.orders.${value}`) }))}
          value={mapping.order}
          allowDeselect={false}
          disabled={locked}
          onChange={(value) => set({ order: orders.find((one) => one === value) ?? 'rows' })}
          data-testid="frame-order"
        />
        {(['rows', 'cols'] as const).map((key) => (
          <NumberInput
            key={key}
            label={t(`modalities:frames.${key}`)}
            description={t('modalities:frames.sizeText')}
            value={size?.[key] ?? ''}
            min={1}
            allowDecimal={false}
            disabled={locked}
            onChange={(value) => setSize(key, value)}
            data-testid={`frame-${key}`}
          />
        ))}
      </div>
    </>
  );
}
