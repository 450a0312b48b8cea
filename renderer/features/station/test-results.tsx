import { useTranslation } from 'react-i18next';
import type { TestResult } from '../../../main/contract/pressure-tests.ts';
import type { StationView } from '../../../main/contract/station.ts';
import { formatDuration, formatNumber } from '../../components/format.ts';
import { SwayFigure } from '../../viewers/pressure/sway-figure.tsx';
import classes from './numbers.module.css';

/** Name with its definition, value. */
type Line = readonly [label: string, definition: string, value: string];

/** The test that runs, or the newest result, with the definition beside each number. */
export function TestResults({ view }: { view: StationView }) {
  const { t, i18n } = useTranslation();
  const { test, sway } = view;
  const number = (value: number | null, digits = 1) => formatNumber(value, i18n.language, digits);
  const latest = view.results.at(-1);
  const balance = test?.kind === 'balance' || (test === null && latest?.kind === 'balance');
  const picture = balance && sway !== null && (
    <SwayFigure
      label={t('station:balance.figure')}
      path={sway.path}
      outline={sway.outline}
      cell={view.cell}
    />
  );
  if (test !== null)
    return (
      <div className={classes.result} data-testid="station-testing" role="status">
        <strong>
          {t(`station:testing.${test.kind}`)} {formatDuration(test.seconds, i18n.language)}
        </strong>
        {picture}
      </div>
    );
  if (latest === undefined) return null;
  const lines = latest.kind === 'balance' ? balanceLines(latest) : gaitLines(latest);
  return (
    <div className={classes.result} data-testid="station-result">
      <strong>
        {t(`station:test.${latest.kind}`)}, {number(latest.seconds)} s
        {latest.kind === 'balance' && `, ${number(latest.rate)} Hz`}
      </strong>
      <div className={picture ? classes.withPicture : undefined}>
        <dl className={classes.lines}>
          {lines.map(([label, definition, value]) => (
            <div key={label}>
              <dt>
                {label}
                <span className={classes.note}>{definition}</span>
              </dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {picture}
      </div>
      {latest.kind === 'balance' && !latest.resolvesSway && (
        <span className={classes.note}>{t('station:balance.slow')}</span>
      )}
    </div>
  );

  function balanceLines(result: Extract<TestResult, { kind: 'balance' }>): Line[] {
    const unit = result.unit === 'cm' ? 'cm' : t('station:cells');
    const line = (name: string, value: string): Line => [
      t(`station:balance.${name}`),
      t(`station:balance.${name}Text`),
      value,
    ];
    return [
      line('path', `${number(result.pathLength)} ${unit}`),
      line('velocity', `${number(result.velocity, 2)} ${unit}/s`),
      line('ellipse', `${number(result.ellipseArea, 2)} ${unit}²`),
      line('range', `${number(result.rangeX)} × ${number(result.rangeY)} ${unit}`),
    ];
  }

  function gaitLines(result: Extract<TestResult, { kind: 'gait' }>): Line[] {
    const line = (name: string, value: string): Line => [
      t(`station:gait.${name}`),
      t(`station:gait.${name}Text`),
      value,
    ];
    return [
      line('steps', String(result.steps)),
      line('cadence', `${number(result.cadence)} /min`),
      line('stance', `${number(result.stanceSeconds, 2)} s`),
      line('swing', `${number(result.swingSeconds, 2)} s`),
      line('stride', `${number(result.strideSeconds, 2)} s`),
      line('double', `${number(result.doubleSupport)} %`),
      line(
        'sides',
        `${number(result.leftStanceSeconds, 2)} : ${number(result.rightStanceSeconds, 2)} s, ${number(result.asymmetry)} %`,
      ),
    ];
  }
}
