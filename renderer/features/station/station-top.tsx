import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StationView } from '../../../main/contract/station.ts';
import { formatNumber } from '../../components/format.ts';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import classes from './station.module.css';

interface StationTopProps {
  readonly view: StationView;
  readonly paused: boolean;
  readonly onLeave: () => void;
}

/** Which device, how it is, what was lost on the way, and what this is not. */
export function StationTop({ view, paused, onLeave }: StationTopProps) {
  const { t, i18n } = useTranslation();
  const { counters } = view;
  const number = (value: number | null, digits = 0) => formatNumber(value, i18n.language, digits);
  const seldom = (['late', 'overrun', 'droppedReports'] as const).filter((name) => counters[name] > 0);
  const shown = ['frames', 'lost', 'corrupt', 'reconnects', ...seldom] as const;
  const missing = counters.lost + counters.corrupt;
  return (
    <header className={classes.top}>
      <h1 className={classes.device}>{view.device}</h1>
      {view.simulated && <SimulatedBadge />}
      <span className={classes.state} data-state={paused ? 'paused' : view.state} data-testid="station-state">
        {t(`station:state.${paused ? 'paused' : view.state}`)}
      </span>
      <dl className={classes.counters} data-testid="station-counters">
        {shown.map((name) => (
          <div key={name} data-bad={name !== 'frames' && counters[name] > 0}>
            <dt>{t(`station:counters.${name}`)}</dt>
            <dd data-testid={`counter-${name}`}>{number(counters[name])}</dd>
          </div>
        ))}
        <div>
          <dt>{t('station:counters.rate')}</dt>
          <dd>{number(view.rate, 1)} Hz</dd>
        </div>
      </dl>
      {missing > 0 && (
        <span className={classes.missing} role="status">
          {t('station:missing', {
            share: number((100 * missing) / Math.max(1, counters.frames + missing), 1),
          })}
        </span>
      )}
      <span className={classes.medical} data-testid="station-not-medical">
        {t('station:notMedical')}
      </span>
      <Button
        variant="default"
        className={`${classes.leave} ${classes.noPrint}`}
        leftSection={<IconX />}
        onClick={onLeave}
        data-testid="station-leave"
      >
        {t('station:leave')}
      </Button>
    </header>
  );
}
