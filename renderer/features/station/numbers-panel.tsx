import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StationView } from '../../../main/contract/station.ts';
import { formatDuration, formatNumber, formatSignificant } from '../../components/format.ts';
import classes from './station.module.css';
import { TestResults } from './test-results.tsx';

/** The numbers, large enough to be read from three metres. */
export function NumbersPanel({ view }: { view: StationView }) {
  const { t, i18n } = useTranslation();
  const { measures, posture, risk, counters } = view;
  const number = (value: number | null | undefined, digits = 0) => formatNumber(value, i18n.language, digits);
  const left = measures?.leftShare ?? null;
  return (
    <aside className={classes.numbers} aria-label={t('station:numbers')}>
      {posture !== null && (
        <Figure
          name="posture"
          label={t('station:posture')}
          note={t(posture.trainedOn === 'pmd' ? 'station:trainedOnPmd' : 'station:trainedOnSimulated')}
        >
          {posture.label === null ? t('station:unknown') : t(`station:postures.${posture.label}`)}
          <small>{posture.label === null ? '' : ` ${number(100 * posture.confidence)} %`}</small>
        </Figure>
      )}
      <div className={classes.pair}>
        <Figure name="peak" label={t('station:peak')} unit={view.unit}>
          {formatSignificant(measures?.peak, i18n.language)}
        </Figure>
        <Figure name="mean" label={t('station:mean')} unit={view.unit} note={t('station:meanText')}>
          {formatSignificant(measures?.mean, i18n.language)}
        </Figure>
      </div>
      <div className={classes.pair}>
        <Figure
          name="contact"
          label={t('station:contact')}
          unit={measures?.contactArea == null ? t('station:cells') : 'cm²'}
          note={t('station:contactText')}
        >
          {number(measures?.contactArea ?? measures?.contactCells)}
        </Figure>
        <Figure name="dispersion" label={t('station:dispersion')} unit="%" note={t('station:dispersionText')}>
          {number(measures?.dispersionIndex, 1)}
        </Figure>
      </div>
      <Figure name="symmetry" label={t('station:symmetry')} note={t('station:symmetryText')}>
        {left === null ? '–' : `${number(100 * left)} : ${number(100 - 100 * left)}`}
      </Figure>
      <div
        className={risk.due ? classes.due : classes.turn}
        role={risk.due ? 'alert' : undefined}
        data-testid="station-turn"
      >
        <strong>{risk.due ? t('station:turnNow') : t('station:sameWay')}</strong>
        <span>
          {formatDuration(risk.minutesSinceTurn * 60)} / {formatDuration(risk.turnMinutes * 60)}
        </span>
      </div>
      <TestResults results={view.results} />
      <dl className={classes.counters} data-testid="station-counters">
        {(
          [
            ['frames', counters.frames],
            ['lost', counters.lost],
            ['corrupt', counters.corrupt],
            ['reconnects', counters.reconnects],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{t(`station:counters.${name}`)}</dt>
            <dd data-testid={`counter-${name}`}>{number(value)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('station:counters.rate')}</dt>
          <dd>{number(view.rate, 1)} Hz</dd>
        </div>
      </dl>
      {view.bytes !== '' && <code className={classes.bytes}>{view.bytes.replace(/(..)/g, '$1 ')}</code>}
    </aside>
  );
}

interface FigureProps {
  readonly name: string;
  readonly label: string;
  readonly unit?: string;
  /** The definition. */
  readonly note?: string;
  readonly children: ReactNode;
}

function Figure({ name, label, unit, note, children }: FigureProps) {
  return (
    <div className={classes.figure}>
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>
        <span data-testid={`station-${name}`}>{children}</span>
        {unit !== undefined && <small> {unit}</small>}
      </span>
      {note !== undefined && <span className={classes.note}>{note}</span>}
    </div>
  );
}
