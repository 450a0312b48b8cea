import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StationView } from '../../../main/contract/station.ts';
import { formatDuration, formatNumber, formatSignificant } from '../../components/format.ts';
import classes from './numbers.module.css';
import { TestResults } from './test-results.tsx';
import { TurnPanel } from './turn-panel.tsx';

/** Notes that are shown; all are kept with the recording. */
const NOTES = 3;

/** The numbers, large enough to be read from three metres, each with its definition beneath. */
export function NumbersPanel({ view }: { view: StationView }) {
  const { t, i18n } = useTranslation();
  const { measures, posture } = view;
  const number = (value: number | null | undefined, digits = 0) => formatNumber(value, i18n.language, digits);
  const left = measures?.leftShare ?? null;
  const length = view.cell === null ? t('station:cells') : 'cm';
  return (
    <aside className={classes.numbers} aria-label={t('station:numbers')}>
      {posture !== null && (
        <Figure
          name="posture"
          label={t('station:posture')}
          note={[
            t(`station:trainedOn.${posture.trainedOn}`),
            view.resampledTo === null ? '' : t('station:resampled', { ...view.resampledTo }),
          ].join(' ')}
        >
          {posture.label === null ? (
            t('station:unknown')
          ) : (
            <>
              {t(`station:postures.${posture.label}`, { defaultValue: posture.label })}
              <small> {number(100 * posture.confidence)} %</small>
            </>
          )}
        </Figure>
      )}
      <div className={classes.pair}>
        <Figure name="peak" label={t('station:peak')} unit={view.unit} note={t('station:peakText')}>
          {formatSignificant(measures?.peak, i18n.language)}
        </Figure>
        <Figure name="mean" label={t('station:mean')} unit={view.unit} note={t('station:meanText')}>
          {formatSignificant(measures?.mean, i18n.language)}
        </Figure>
        <Figure
          name="contact"
          label={t('station:contact')}
          unit={measures?.contactArea == null ? t('station:cells') : 'cm²'}
          note={t('station:contactText')}
        >
          {number(measures?.contactArea ?? measures?.contactCells)}
        </Figure>
        <Figure
          name="dispersion"
          label={t('station:dispersion')}
          unit="%"
          note={t('station:dispersionText')}
          bad={(measures?.dispersionIndex ?? 0) >= 50}
        >
          {number(measures?.dispersionIndex, 1)}
        </Figure>
      </div>
      <div className={classes.figure}>
        <span className={classes.label}>{t('station:symmetry')}</span>
        <div className={classes.sides} data-testid="station-symmetry">
          <span className={classes.value}>{left === null ? '–' : number(100 * left)}</span>
          <div className={classes.balanceBar} aria-hidden>
            <div style={{ width: `${left === null ? 50 : 100 * left}%` }} />
          </div>
          <span className={classes.value}>{left === null ? '–' : number(100 - Math.round(100 * left))}</span>
        </div>
        <span className={classes.note}>
          {t('station:symmetryText')} {t('station:centre')}{' '}
          <span data-testid="station-centre">
            {number(measures?.centreX, 2)}, {number(measures?.centreY, 2)} {length}
          </span>
        </span>
      </div>
      <TurnPanel view={view} />
      <TestResults view={view} />
      {view.annotations.length > 0 && (
        <ul className={classes.notes} aria-label={t('station:notes')}>
          {view.annotations.slice(-NOTES).map(({ seconds, text }) => (
            <li key={`${seconds} ${text}`}>
              <b>{formatDuration(seconds, i18n.language)}</b> {text}
            </li>
          ))}
        </ul>
      )}
      {view.bytes !== '' && <code className={classes.bytes}>{view.bytes.replace(/(..)/g, '$1 ')}</code>}
    </aside>
  );
}

interface FigureProps {
  readonly name: string;
  readonly label: string;
  readonly unit?: string;
  /** The definition. */
  readonly note: string;
  /** Above what the definition flags. */
  readonly bad?: boolean;
  readonly children: ReactNode;
}

function Figure({ name, label, unit, note, bad = false, children }: FigureProps) {
  return (
    <div className={classes.figure}>
      <span className={classes.label}>
        {label}
        {unit !== undefined && <small> {unit}</small>}
      </span>
      <span className={classes.value} data-bad={bad} data-testid={`station-${name}`}>
        {children}
      </span>
      <span className={classes.note}>{note}</span>
    </div>
  );
}
