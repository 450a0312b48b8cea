import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MeegPlan, ProbedMeeg } from '../../../../main/contract/meeg-import.ts';
import { baseName } from '../../../components/format.ts';
import classes from '../import/import.module.css';
import { PersonalData } from '../import/personal-data.tsx';
import { MeegEvents } from './meeg-events.tsx';
import { MeegTypes } from './meeg-types.tsx';
import { harmonics, withRunChanges } from './plan.ts';

export interface MeegChoicesProps {
  readonly plan: MeegPlan;
  readonly path: string;
  readonly probed: ProbedMeeg | null;
  readonly onChange: (plan: MeegPlan) => void;
  readonly locked: boolean;
}

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
          <Switch
            label={t('meeg:baseline')}
            disabled={locked}
            checked={epochs.baseline !== null}
            onChange={(event) =>
              onChange({
                ...plan,
                epochs: { ...epochs, baseline: event.currentTarget.checked ? [null, 0] : null },
              })
            }
          />
        </div>
      )}
      {probed !== null && (
        <MeegEvents plan={plan} path={path} probed={probed} locked={locked} onChange={onChange} />
      )}
      {run !== undefined && (
        <>
          <div>{t('data:import.choices.thisRun', { name: baseName(path) })}</div>
          <div className={classes.fields}>
            {(['subject', 'task'] as const).map((key) => (
              <TextInput
                key={key}
                label={t(`data:${key}`)}
                disabled={locked}
                value={run[key]}
                error={run[key] === '' ? t('meeg:needed') : undefined}
                onChange={(event) =>
                  onChange(withRunChanges(plan, path, { [key]: event.currentTarget.value }))
                }
                data-testid={`meeg-${key}`}
              />
            ))}
          </div>
          {probed !== null && (
            <MeegTypes
              probed={probed}
              set={run.types}
              locked={locked}
              onChange={(types) => onChange(withRunChanges(plan, path, { types }))}
            />
          )}
          <PersonalData
            path={path}
            keep={run.keepPersonal}
            locked={locked}
            onKeep={(keepPersonal) => onChange(withRunChanges(plan, path, { keepPersonal }))}
          />
          <div data-testid="meeg-bads">
            {run.bads.length === 0 ? t('meeg:noBads') : t('meeg:bads', { names: run.bads.join(', ') })}
          </div>
        </>
      )}
    </>
  );
}
