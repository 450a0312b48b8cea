import { useTranslation } from 'react-i18next';
import type { StationView } from '../../../main/contract/station.ts';
import { formatDuration, formatSignificant } from '../../components/format.ts';
import classes from './numbers.module.css';

/** How long someone has been lying the same way, and when it is time to turn. */
export function TurnPanel({ view }: { view: StationView }) {
  const { t, i18n } = useTranslation();
  const { risk, unit } = view;
  const share = Math.min(1, risk.minutesSinceTurn / risk.turnMinutes);
  return (
    <div
      className={risk.due ? classes.due : classes.turn}
      role={risk.due ? 'alert' : undefined}
      data-testid="station-turn"
    >
      <div className={classes.turnLine}>
        <strong>{t(risk.due ? 'station:turnNow' : 'station:sameWay')}</strong>
        <span className={classes.turnTime}>
          {formatDuration(risk.minutesSinceTurn * 60, i18n.language)}
          <small> / {formatDuration(risk.turnMinutes * 60, i18n.language)}</small>
        </span>
      </div>
      <div className={classes.turnBar} aria-hidden>
        <div style={{ width: `${100 * share}%` }} />
      </div>
      <span className={classes.turnNote}>
        {t('station:highestLoad', {
          value: `${formatSignificant(risk.highest, i18n.language, 3)} ${unit} · min`,
          row: risk.row + 1,
          col: risk.col + 1,
        })}
      </span>
    </div>
  );
}
