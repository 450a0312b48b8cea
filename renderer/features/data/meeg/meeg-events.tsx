import { Checkbox, NumberInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MeegEventCheck, MeegPlan, ProbedMeeg } from '../../../../main/contract/meeg-import.ts';
import { trpc } from '../../../api/client.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { formatNumber } from '../../../components/format.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { ErrorLine, LoadingState } from '../../../components/states.tsx';
import classes from '../import/import.module.css';

/** Types that thresholds are given for, in the units that people read: SI value of one unit, and its name. */
const limits = [
  { type: 'eeg', unit: 'µV', si: 1e-6 },
  { type: 'eog', unit: 'µV', si: 1e-6 },
  { type: 'mag', unit: 'fT', si: 1e-15 },
  { type: 'grad', unit: 'fT/cm', si: 1e-13 },
] as const;

export interface MeegEventsProps {
  readonly plan: MeegPlan;
  readonly path: string;
  readonly probed: ProbedMeeg;
  readonly locked: boolean;
  readonly onChange: (plan: MeegPlan) => void;
}

/** Trigger bits, events by name, thresholds of rejection, and how many epochs they would drop. */
export function MeegEvents({ plan, path, probed, locked, onChange }: MeegEventsProps) {
  const { t } = useTranslation();
  const own = { ...plan, name: '', runs: plan.runs.filter((run) => run.path === path) };
  const [settled] = useDebouncedValue(own, 600);
  const shown = settled.runs[0]?.path === path ? settled : own;
  const check = useQuery({
    ...trpc.meeg.events.queryOptions({ plan: shown, path }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const triggers = probed.channels.some(({ type }) => type === 'stim');
  const whole = (value: number | string) =>
    typeof value === 'number' && value > 0 ? Math.round(value) : null;
  const { epochs } = plan;
  return (
    <>
      {triggers && (
        <div className={classes.fields}>
          <NumberInput
            label={t('meeg:triggerMask')}
            description={t('meeg:triggerMaskText')}
            inputWrapperOrder={['label', 'input', 'description']}
            placeholder={t('meeg:allBits')}
            min={1}
            allowDecimal={false}
            disabled={locked}
            value={plan.triggerMask ?? ''}
            onChange={(value) => onChange({ ...plan, triggerMask: whole(value) })}
            data-testid="meeg-mask"
          />
          <NumberInput
            label={t('meeg:triggerMin')}
            description={t('meeg:triggerMinText')}
            inputWrapperOrder={['label', 'input', 'description']}
            min={0}
            allowDecimal={false}
            disabled={locked}
            value={plan.triggerMinSamples}
            onChange={(value) => onChange({ ...plan, triggerMinSamples: whole(value) ?? 0 })}
          />
        </div>
      )}
      {epochs !== null && (
        <div className={classes.fields}>
          {limits
            .filter(({ type }) => probed.channels.some((channel) => channel.type === type))
            .map(({ type, unit, si }) => (
              <NumberInput
                key={type}
                label={t('meeg:reject', { type: type.toUpperCase() })}
                suffix={` ${unit}`}
                placeholder={t('meeg:noLimit')}
                min={0}
                disabled={locked}
                value={
                  epochs.reject[type] === undefined ? '' : Number((epochs.reject[type] / si).toPrecision(6))
                }
                onChange={(value) => {
                  const { [type]: _, ...others } = epochs.reject;
                  const reject =
                    typeof value === 'number' && value > 0 ? { ...others, [type]: value * si } : others;
                  onChange({ ...plan, epochs: { ...epochs, reject } });
                }}
                data-testid={`reject-${type}`}
              />
            ))}
        </div>
      )}
      {check.error !== null && <ErrorLine error={check.error} />}
      {check.data === undefined && check.error === null && <LoadingState text={t('meeg:countingEvents')} />}
      {check.data !== undefined && (
        <Found check={check.data} stale={check.isFetching} plan={plan} locked={locked} onChange={onChange} />
      )}
    </>
  );
}

function Found({
  check,
  stale,
  plan,
  locked,
  onChange,
}: Pick<MeegEventsProps, 'plan' | 'locked' | 'onChange'> & { check: MeegEventCheck; stale: boolean }) {
  const { t, i18n } = useTranslation();
  const { epochs } = plan;
  const number = (value: number) => formatNumber(value, i18n.language);
  const names = [...new Set(check.events.map(({ name }) => name))];
  const taken = (name: string) =>
    epochs !== null && (epochs.events.length === 0 || epochs.events.includes(name));
  const take = (name: string, on: boolean) => {
    if (epochs === null) return;
    const before = epochs.events.length === 0 ? names : epochs.events;
    const next = on ? [...before, name] : before.filter((one) => one !== name);
    if (next.length > 0)
      onChange({ ...plan, epochs: { ...epochs, events: next.length === names.length ? [] : next } });
  };
  return (
    <div aria-busy={stale} className={classes.body} style={{ padding: 0 }}>
      {check.events.length === 0 ? (
        <div>{t('meeg:noEvents')}</div>
      ) : (
        <ScrollRegion className={classes.runs} aria-label={t('meeg:eventNames')}>
          <DataTable
            label={t('meeg:eventNames')}
            testId="meeg-event-table"
            rows={check.events}
            rowKey={({ name, channel }) => `${channel} ${name}`}
            columns={[
              { key: 'name', label: t('meeg:event'), cell: ({ name }) => name },
              {
                key: 'from',
                label: t('meeg:eventFrom'),
                cell: ({ channel }) => channel ?? t('meeg:annotation'),
              },
              { key: 'count', label: t('meeg:count'), kind: 'number', cell: ({ count }) => number(count) },
              ...(epochs === null
                ? []
                : [
                    {
                      key: 'take',
                      label: t('meeg:cut'),
                      cell: ({ name }: MeegEventCheck['events'][number]) => (
                        <Checkbox
                          aria-label={t('meeg:cutAround', { name })}
                          checked={taken(name)}
                          disabled={locked}
                          onChange={(event) => take(name, event.currentTarget.checked)}
                        />
                      ),
                    },
                  ]),
            ]}
          />
        </ScrollRegion>
      )}
      {check.epochs !== null && epochs !== null && (
        <div data-testid="meeg-epoch-count">
          {t(check.epochs.examined < check.epochs.total ? 'meeg:epochCountPart' : 'meeg:epochCount', {
            total: number(check.epochs.total),
            examined: number(check.epochs.examined),
            kept: number(check.epochs.kept),
            dropped: number(check.epochs.dropped),
            outside: number(check.epochs.outside),
          })}
          {check.epochs.noisiest.length > 0 &&
            ` ${t('meeg:noisiest', {
              names: check.epochs.noisiest.map(({ name, count }) => `${name} (${count})`).join(', '),
            })}`}
        </div>
      )}
    </div>
  );
}
