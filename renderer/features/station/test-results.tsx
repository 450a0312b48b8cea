import { useTranslation } from 'react-i18next';
import type { TestResult } from '../../../main/contract/station.ts';
import { formatNumber } from '../../components/format.ts';
import classes from './station.module.css';

/** Balance and gait tests that were done, newest first, with the definition beside each. */
export function TestResults({ results }: { results: readonly TestResult[] }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, digits = 1) => formatNumber(value, i18n.language, digits);
  const [latest] = results.slice(-1);
  if (latest === undefined) return null;
  const lines: [string, string][] =
    latest.kind === 'balance'
      ? [
          [t('station:balance.path'), `${number(latest.pathLength)} cm`],
          [t('station:balance.velocity'), `${number(latest.velocity)} cm/s`],
          [t('station:balance.ellipse'), `${number(latest.ellipseArea)} cm²`],
        ]
      : [
          [t('station:gait.steps'), String(latest.steps)],
          [t('station:gait.cadence'), `${number(latest.cadence)} /min`],
          [t('station:gait.stance'), `${number(latest.stanceSeconds, 2)} s`],
          [t('station:gait.swing'), `${number(latest.swingSeconds, 2)} s`],
        ];
  return (
    <div className={classes.result} data-testid="station-result">
      <strong>
        {t(`station:test.${latest.kind}`)}, {number(latest.seconds)} s
        {latest.kind === 'balance' && `, ${number(latest.rate)} Hz`}
      </strong>
      <dl className={classes.counters}>
        {lines.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {latest.kind === 'balance' && !latest.resolvesSway && (
        <span className={classes.note}>{t('station:balance.slow')}</span>
      )}
    </div>
  );
}
