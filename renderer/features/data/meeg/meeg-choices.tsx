import { NumberInput, Select, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MeegEpochs, MeegPlan, ProbedMeeg } from '../../../../main/contract/meeg-import.ts';
import { baseName } from '../../../components/format.ts';
import classes from '../import/import.module.css';
import { NameFields } from '../modality/name-fields.tsx';
import { MeegEvents } from './meeg-events.tsx';
import { MeegPlacesChoice } from './meeg-places.tsx';
import { MeegTypes } from './meeg-types.tsx';
import { harmonics, withRunChanges } from './plan.ts';

export interface MeegChoicesProps {
  readonly plan: MeegPlan;
  readonly path: string;
  readonly probed: ProbedMeeg | null;
  readonly onChange: (plan: MeegPlan) => void;
  readonly locked: boolean;
}

const voltUnits = ['mV', 'µV', 'nV'] as const;
const numberOrNull = (value: number | string): number | null =>
  typeof value === 'number' && value > 0 ? value : null;

/** Filter, rate and epochs for all recordings; names and bad channels of the one in the preview. */
export function MeegChoices({ plan, path, probed, onChange, locked }: MeegChoicesProps) {
  const { t } = useTranslation();
  const run = plan.runs.find((one) => one.path === path);
  const { filter, epochs } = plan;
  const mains = filter.notch.length === 0 ? 'none' : String(filter.notch[0]);
  const sfreq = probed?.sfreq ?? 0;
  return (
    <>
      <div className={classes.fields}>
        <NumberInput
          label={t('meeg:highpass')}
          suffix=" Hz"
          min={0}
          disabled={locked}
          value={filter.highpass ?? ''}
          onChange={(value) => onChange({ ...plan, filter: { ...filter, highpass: numberOrNull(value) } })}
          data-testid="meeg-highpass"
        />
        <NumberInput
          label={t('meeg:lowpass')}
          suffix=" Hz"
          min={0}
          disabled={locked}
          value={filter.lowpass ?? ''}
          onChange={(value) => onChange({ ...plan, filter: { ...filter, lowpass: numberOrNull(value) } })}
          data-testid="meeg-lowpass"
        />
        <Select
          label={t('meeg:notch')}
          disabled={locked}
          allowDeselect={false}
          data={['none', '50', '60'].map((value) => ({ value, label: t(`meeg:mains.${value}`) }))}
          value={['50', '60'].includes(mains) ? mains : 'none'}
          onChange={(value) =>
            onChange({
              ...plan,
              filter: { ...filter, notch: value === 'none' ? [] : harmonics(Number(value), sfreq) },
            })
          }
        />
        <NumberInput
          label={t('meeg:newRate')}
          placeholder={t('meeg:asRecorded')}
          suffix=" Hz"
          min={0}
          disabled={locked}
          value={plan.sfreq ?? ''}
          onChange={(value) => onChange({ ...plan, sfreq: numberOrNull(value) })}
        />
      </div>
      <Switch
        label={t('meeg:epochs')}
        disabled={locked}
        checked={epochs !== null}
        onChange={(event) =>
          onChange({
            ...plan,
            epochs: event.currentTarget.checked
              ? { tmin: -0.2, tmax: 0.5, events: [], baseline: [null, 0], reject: {} }
              : null,
          })
        }
        data-testid="meeg-epochs"
      />
      {epochs !== null && (
        <div className={classes.fields}>
          <NumberInput
            label={t('meeg:tmin')}
            suffix=" s"
            step={0.1}
            disabled={locked}
            value={epochs.tmin}
            onChange={(value) =>
              typeof value === 'number' && onChange({ ...plan, epochs: { ...epochs, tmin: value } })
            }
          />
          <NumberInput
            label={t('meeg:tmax')}
            suffix=" s"
            step={0.1}
            disabled={locked}
            value={epochs.tmax}
            onChange={(value) =>
              typeof value === 'number' && onChange({ ...plan, epochs: { ...epochs, tmax: value } })
            }
          />
        </div>
      )}
      {epochs !== null && (
        <Baseline
          baseline={epochs.baseline}
          locked={locked}
          onChange={(baseline) => onChange({ ...plan, epochs: { ...epochs, baseline } })}
        />
      )}
      {probed !== null && (
        <MeegEvents plan={plan} path={path} probed={probed} locked={locked} onChange={onChange} />
      )}
      {run !== undefined && (
        <>
          <div>{t('data:import.choices.thisRun', { name: baseName(path) })}</div>
          <NameFields
            plan={run}
            locked={locked}
            onChange={(changes) => onChange(withRunChanges(plan, path, changes))}
          />
          {probed?.channels.some(({ unit }) => unit === 'V') && (
            <Select
              label={t('meeg:voltUnit')}
              description={t('meeg:voltUnitText')}
              inputWrapperOrder={['label', 'input', 'description']}
              disabled={locked}
              allowDeselect={false}
              w={220}
              data={[{ value: 'V', label: t('meeg:typesAsFile') }, ...voltUnits]}
              value={run.voltUnit ?? 'V'}
              onChange={(value) =>
                onChange(
                  withRunChanges(plan, path, { voltUnit: voltUnits.find((one) => one === value) ?? null }),
                )
              }
              data-testid="meeg-volt-unit"
            />
          )}
          {probed !== null && (
            <MeegTypes
              probed={probed}
              set={run.types}
              locked={locked}
              onChange={(types) => onChange(withRunChanges(plan, path, { types }))}
            />
          )}
          {probed !== null && (
            <MeegPlacesChoice
              probed={probed}
              run={run}
              locked={locked}
              onChange={(changes) => onChange(withRunChanges(plan, path, changes))}
            />
          )}
          <div data-testid="meeg-bads">
            {run.bads.length === 0 ? t('meeg:noBads') : t('meeg:bads', { names: run.bads.join(', ') })}
          </div>
        </>
      )}
    </>
  );
}

/** The stretch whose mean is taken off each epoch; an empty side is the edge of the epoch. */
function Baseline({
  baseline,
  locked,
  onChange,
}: {
  baseline: MeegEpochs['baseline'];
  locked: boolean;
  onChange: (baseline: MeegEpochs['baseline']) => void;
}) {
  const { t } = useTranslation();
  const edge = (side: 0 | 1) =>
    baseline !== null && (
      <NumberInput
        label={t(side === 0 ? 'meeg:baselineFrom' : 'meeg:baselineTo')}
        placeholder={t('meeg:epochEdge')}
        suffix=" s"
        step={0.1}
        disabled={locked}
        value={baseline[side] ?? ''}
        onChange={(value) => {
          const next = typeof value === 'number' ? value : null;
          onChange(side === 0 ? [next, baseline[1]] : [baseline[0], next]);
        }}
        data-testid={`baseline-${side === 0 ? 'from' : 'to'}`}
      />
    );
  return (
    <>
      <Switch
        label={t('meeg:baseline')}
        disabled={locked}
        checked={baseline !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? [null, 0] : null)}
        data-testid="meeg-baseline"
      />
      {baseline !== null && (
        <div className={classes.fields}>
          {edge(0)}
          {edge(1)}
        </div>
      )}
    </>
  );
}
