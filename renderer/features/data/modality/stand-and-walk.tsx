import { useTranslation } from 'react-i18next';
import type { BalanceResult, GaitResult, StandAndWalk } from '../../../../main/contract/pressure-tests.ts';
import { type DefinedFact, DefinedList } from '../../../components/defined-list.tsx';
import { Section } from '../../../components/fact-list.tsx';
import { formatNumber } from '../../../components/format.ts';
import { SwayFigure } from '../../../viewers/pressure/sway-figure.tsx';

/** Path of the centre of pressure, balance and gait of a recording, with the definition beside each number. */
export function StandAndWalkSections({ told }: { told: StandAndWalk }) {
  const { t, i18n } = useTranslation();
  const { balance, gait, sway, cell, frames, of, feet } = told;
  const number = (value: number | null, digits = 1) => formatNumber(value, i18n.language, digits);
  return (
    <div data-testid="stand-and-walk">
      <Section title={t('modalities:walk.standing')}>
        <SwayFigure label={t('station:balance.figure')} path={sway.path} outline={sway.outline} cell={cell} />
        <DefinedList facts={balanceFacts(balance)} />
        {balance.rate !== null && !balance.resolvesSway && <p>{t('station:balance.slow')}</p>}
      </Section>
      <Section title={t('modalities:walk.walking')}>
        <DefinedList facts={gaitFacts(gait)} />
        <p style={{ color: 'var(--gy-muted)', margin: '6px 0 0' }}>
          {t(`modalities:walk.feet.${feet}`)}{' '}
          {frames < of && t('modalities:walk.part', { frames: number(frames, 0), of: number(of, 0) })}
        </p>
      </Section>
    </div>
  );

  function balanceFacts(result: BalanceResult): DefinedFact[] {
    const unit = result.unit === 'cm' ? 'cm' : t('station:cells');
    const fact = (name: string, value: string): DefinedFact => ({
      label: t(`station:balance.${name}`),
      definition: t(`station:balance.${name}Text`),
      value,
      testId: `balance-${name}`,
    });
    return [
      fact('path', `${number(result.pathLength)} ${unit}`),
      fact('velocity', `${number(result.velocity, 2)} ${unit}/s`),
      fact('ellipse', `${number(result.ellipseArea, 2)} ${unit}²`),
      fact('range', `${number(result.rangeX)} × ${number(result.rangeY)} ${unit}`),
    ];
  }

  function gaitFacts(result: GaitResult): DefinedFact[] {
    const fact = (name: string, value: string): DefinedFact => ({
      label: t(`station:gait.${name}`),
      definition: t(`station:gait.${name}Text`),
      value,
      testId: `gait-${name}`,
    });
    const sides = [result.leftStanceSeconds, result.rightStanceSeconds].map((one) => number(one, 2));
    return [
      fact('steps', number(result.steps, 0)),
      fact('cadence', `${number(result.cadence)} /min`),
      fact('stance', `${number(result.stanceSeconds, 2)} s`),
      fact('swing', `${number(result.swingSeconds, 2)} s`),
      fact('stride', `${number(result.strideSeconds, 2)} s`),
      fact('double', `${number(result.doubleSupport)} %`),
      fact('sides', `${sides.join(' : ')} s, ${number(result.asymmetry)} %`),
    ];
  }
}
