import { Checkbox, NumberInput, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  GazeColumnMapping,
  GazeColumns,
  PlannedEyetracking,
} from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { ErrorLine } from '../../../components/states.tsx';
import classes from '../import/import.module.css';
import { ColumnSample, columnChoices } from './column-sample.tsx';
import own from './columns.module.css';
import { TimeFields } from './time-fields.tsx';

const eyes = ['left', 'right', 'cyclopean'] as const;
const axes = ['x', 'y', 'pupil'] as const;
const units = ['px', 'deg', 'norm', 'mm', 'unknown'] as const;
const origins = ['top-left', 'bottom-left', 'centre'] as const;
const fixationFields = ['start', 'duration', 'x', 'y'] as const;

const nothing: GazeColumnMapping = {
  format: 'gaze-table',
  time: null,
  timeUnit: 'ms',
  eyes: [],
  unit: 'px',
  origin: 'top-left',
  only: null,
  confidence: null,
  fixations: null,
  message: null,
  guessed: [],
};

export interface GazeColumnFieldsProps {
  readonly plan: PlannedEyetracking;
  readonly locked: boolean;
  readonly onChange: (change: Partial<PlannedEyetracking>) => void;
}

/** Which columns of a table are time and gaze, in which units; nothing for formats that need no columns. */
export function GazeColumnFields({ plan, locked, onChange }: GazeColumnFieldsProps) {
  const table = useQuery(trpc.modalities.gazeColumns.queryOptions({ path: plan.path }));
  if (table.error !== null) return <ErrorLine error={table.error} />;
  if (!table.data) return null;
  return <Fields plan={plan} locked={locked} onChange={onChange} table={table.data} />;
}

function Fields({ plan, locked, onChange, table }: GazeColumnFieldsProps & { table: GazeColumns }) {
  const { t } = useTranslation();
  const mapping = plan.mapping ?? table.guess ?? nothing;
  const names = columnChoices(table.columns);
  // Half-named eyes stand in the mapping with empty names while they are being chosen.
  const set = (change: Partial<GazeColumnMapping>) =>
    onChange({ mapping: { ...mapping, ...change, guessed: [] } });
  const setEye = (eye: (typeof eyes)[number], axis: (typeof axes)[number], column: string | null) => {
    const before = mapping.eyes.find((one) => one.eye === eye) ?? {
      eye,
      x: '',
      y: '',
      pupil: null,
      validity: null,
    };
    const after = { ...before, [axis]: axis === 'pupil' ? column : (column ?? '') };
    const others = mapping.eyes.filter((one) => one.eye !== eye);
    set({ eyes: after.x === '' && after.y === '' ? others : [...others, after] });
  };
  const roles = new Map<string, string>([
    ...(mapping.time === null ? [] : [[mapping.time, t('modalities:columns.time')] as const]),
    ...mapping.eyes.flatMap(({ eye, x, y, pupil }) => [
      [x, `${t(`modalities:columns.eyes.${eye}`)} x`] as const,
      [y, `${t(`modalities:columns.eyes.${eye}`)} y`] as const,
      ...(pupil === null ? [] : [[pupil, t('modalities:columns.pupil')] as const]),
    ]),
    ...(mapping.fixations === null
      ? []
      : [[mapping.fixations.duration, t('modalities:columns.duration')] as const]),
  ]);
  const complete = mapping.eyes.some(({ x, y }) => x !== '' && y !== '') || mapping.fixations !== null;
  const column = (
    value: string | null,
    label: string,
    change: (column: string | null) => void,
    hidden = false,
  ) => (
    <Select
      {...(hidden ? { 'aria-label': label } : { label })}
      data={names}
      value={value === '' ? null : value}
      clearable
      searchable
      disabled={locked}
      onChange={change}
    />
  );
  return (
    <>
      <h3 className={classes.heading}>{t('modalities:columns.title')}</h3>
      <ColumnSample
        columns={table.columns}
        rows={table.rows}
        roles={roles}
        confidence={table.guess === null ? null : table.confidence}
      />
      <div className={classes.fields}>
        <TimeFields
          names={names}
          time={mapping.time}
          timeUnit={mapping.timeUnit}
          locked={locked}
          onChange={set}
          id="gaze"
        />
        <Select
          label={t('modalities:columns.unit')}
          data={units.map((value) => ({ value, label: t(`modalities:columns.units.${value}`) }))}
          value={mapping.unit}
          allowDeselect={false}
          disabled={locked}
          onChange={(value) => set({ unit: units.find((one) => one === value) ?? 'unknown' })}
          data-testid="gaze-unit"
        />
        <Select
          label={t('modalities:columns.origin')}
          data={origins.map((value) => ({ value, label: t(`modalities:columns.origins.${value}`) }))}
          value={mapping.origin}
          allowDeselect={false}
          disabled={locked}
          onChange={(value) => set({ origin: origins.find((one) => one === value) ?? 'top-left' })}
        />
      </div>
      <div className={own.gaze}>
        <span />
        {axes.map((axis) => (
          <span key={axis}>{t(`modalities:columns.${axis}`)}</span>
        ))}
        {eyes.map((eye) => {
          const chosen = mapping.eyes.find((one) => one.eye === eye);
          return (
            <Fragment key={eye}>
              <span>{t(`modalities:columns.eyes.${eye}`)}</span>
              {axes.map((axis) => (
                <Fragment key={axis}>
                  {column(
                    chosen?.[axis] ?? null,
                    `${t(`modalities:columns.eyes.${eye}`)}: ${t(`modalities:columns.${axis}`)}`,
                    (name) => setEye(eye, axis, name),
                    true,
                  )}
                </Fragment>
              ))}
            </Fragment>
          );
        })}
      </div>
      <div className={classes.fields}>
        {column(mapping.confidence?.column ?? null, t('modalities:columns.confidence'), (name) =>
          set({
            confidence: name === null ? null : { column: name, least: mapping.confidence?.least ?? 0.6 },
          }),
        )}
        {mapping.confidence !== null && (
          <NumberInput
            label={t('modalities:columns.least')}
            value={mapping.confidence.least}
            min={0}
            step={0.1}
            disabled={locked}
            onChange={(least) =>
              mapping.confidence !== null &&
              typeof least === 'number' &&
              set({ confidence: { ...mapping.confidence, least } })
            }
          />
        )}
        {column(mapping.message, t('modalities:columns.message'), (message) => set({ message }))}
      </div>
      <Checkbox
        label={t('modalities:columns.fixations')}
        checked={mapping.fixations !== null}
        disabled={locked}
        onChange={(event) =>
          set({
            fixations: event.currentTarget.checked
              ? (table.guess?.fixations ?? {
                  start: null,
                  duration: names[0] ?? '',
                  x: names[0] ?? '',
                  y: names[0] ?? '',
                })
              : null,
          })
        }
      />
      {mapping.fixations !== null && (
        <div className={classes.fields}>
          {fixationFields.map((field) => (
            <Fragment key={field}>
              {column(mapping.fixations?.[field] ?? null, t(`modalities:columns.${field}`), (name) => {
                if (mapping.fixations === null || (name === null && field !== 'start')) return;
                set({ fixations: { ...mapping.fixations, [field]: name } });
              })}
            </Fragment>
          ))}
        </div>
      )}
      {mapping.time === null && mapping.fixations === null && (
        <div role="alert">{t('modalities:columns.needTime')}</div>
      )}
      {!complete && <div role="alert">{t('modalities:columns.needGaze')}</div>}
    </>
  );
}
