import { Checkbox, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PlannedPressure, ProbedPressure } from '../../../../main/contract/modality-import.ts';
import { baseName } from '../../../components/format.ts';
import classes from '../import/import.module.css';
import { FrameColumnFields } from './frame-columns.tsx';
import type { ChoicesProps } from './import-kind.ts';
import { NameFields } from './name-fields.tsx';
import { unitText } from './unit-text.ts';

const units = ['raw', 'kPa', 'MPa', 'mmHg', 'psi', 'N/cm2', 'kgf/cm2', 'bar', 'N'] as const;
const sides = ['left', 'right'] as const;

/** What the file does not say or says wrongly, for the recording in the preview. */
export function PressureChoices({
  plan,
  found,
  locked,
  onChange,
}: ChoicesProps<ProbedPressure, PlannedPressure>) {
  const { t } = useTranslation();
  const { orientation } = plan;
  const turn = (key: keyof typeof orientation) => (
    <Checkbox
      label={t(`modalities:pressure.${key}`)}
      checked={orientation[key]}
      disabled={locked}
      onChange={(event) => onChange({ orientation: { ...orientation, [key]: event.currentTarget.checked } })}
      data-testid={`turn-${key}`}
    />
  );
  const layoutKey = ({ rows, cols }: { rows: number; cols: number }) => `${rows} × ${cols}`;
  const number = (value: number | string): number | null =>
    typeof value === 'number' && value > 0 ? value : null;
  return (
    <>
      <div>{t('modalities:shown', { name: baseName(plan.path) })}</div>
      <NameFields plan={plan} locked={locked} onChange={onChange} />
      <FrameColumnFields plan={plan} found={found} locked={locked} onChange={onChange} />
      <div className={classes.fields}>
        {found.layouts.length > 1 && found.table === null && (
          <Select
            label={t('modalities:pressure.layout')}
            description={t('modalities:pressure.layoutText')}
            data={found.layouts.map(layoutKey)}
            value={plan.layout === null ? null : layoutKey(plan.layout)}
            allowDeselect={false}
            disabled={locked}
            onChange={(key) =>
              onChange({ layout: found.layouts.find((one) => layoutKey(one) === key) ?? null })
            }
          />
        )}
        <Select
          label={t('modalities:unit')}
          description={t('modalities:pressure.unitText', { unit: unitText(found.unit, t) })}
          data={[...units]}
          value={plan.unit}
          clearable
          disabled={locked}
          onChange={(unit) => onChange({ unit: units.find((one) => one === unit) ?? null })}
        />
        <NumberInput
          label={t('modalities:pressure.calibration')}
          description={t('modalities:pressure.calibrationText')}
          value={plan.calibration ?? ''}
          min={0}
          disabled={locked}
          onChange={(value) => onChange({ calibration: number(value) })}
        />
        <NumberInput
          label={t('modalities:pressure.rate')}
          description={
            found.rate === null
              ? t('modalities:pressure.rateMissing')
              : t('modalities:pressure.rateText', { rate: Number(found.rate.toPrecision(4)) })
          }
          value={plan.rate ?? ''}
          min={0}
          disabled={locked}
          onChange={(value) => onChange({ rate: number(value) })}
        />
        {(['width', 'height'] as const).map((side) => (
          <NumberInput
            key={side}
            label={t(`modalities:pressure.cell.${side}`)}
            description={
              found.cellSize === null
                ? t('modalities:pressure.rateMissing')
                : t('modalities:pressure.rateText', {
                    rate: `${Number(found.cellSize[side].toPrecision(4))} mm`,
                  })
            }
            value={plan.cellSize?.[side] ?? ''}
            min={0}
            disabled={locked}
            onChange={(value) => {
              const size = number(value);
              const other = plan.cellSize ?? found.cellSize ?? { width: size ?? 1, height: size ?? 1 };
              onChange({ cellSize: size === null ? null : { ...other, [side]: size } });
            }}
            data-testid={`cell-${side}`}
          />
        ))}
        {found.parts.length === 1 && (
          <Select
            label={t('modalities:pressure.side')}
            description={t(`modalities:pressure.sideText.${found.parts[0]?.side ?? 'none'}`)}
            data={sides.map((side) => ({ value: side, label: t(`modalities:pressure.sides.${side}`) }))}
            value={plan.side ?? found.parts[0]?.side ?? null}
            clearable
            disabled={locked}
            onChange={(side) => onChange({ side: sides.find((one) => one === side) ?? null })}
            data-testid="pressure-side"
          />
        )}
        <NumberInput
          label={t('modalities:pressure.threshold')}
          description={t('modalities:pressure.thresholdText')}
          value={plan.threshold}
          min={0}
          disabled={locked}
          onChange={(value) => onChange({ threshold: typeof value === 'number' ? value : 0 })}
        />
      </div>
      <div className={classes.row}>
        {turn('transpose')}
        {turn('flipRows')}
        {turn('flipCols')}
      </div>
      <Checkbox
        label={t('modalities:pressure.repair')}
        checked={plan.brokenCells === 'interpolate'}
        disabled={locked}
        onChange={(event) => onChange({ brokenCells: event.currentTarget.checked ? 'interpolate' : 'keep' })}
      />
    </>
  );
}
