import { TextInput, useComputedColorScheme } from '@mantine/core';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { chartLooks } from '../../viewers/charts/look.ts';
import { findPlans, type Plan } from './plans.ts';
import { RunState } from './run-state.tsx';
import classes from './timeline.module.css';

/** Rows drawn at first, and at most; more are found by typing. */
const SHOWN_FIRST = 24;
const SHOWN = 200;
/** Plans from which on a search field is worth its place. */
const MANY = 12;

export interface PlanListProps {
  readonly plans: readonly Plan[];
  readonly selected: string | undefined;
  readonly onSelect: (plan: Plan) => void;
}

/** All plans; the chosen one is drawn in colour. Of a few, each has its colour from the start. */
export function PlanList({ plans, selected, onSelect }: PlanListProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const { series } = chartLooks[scheme];
  const found = findPlans(plans, typed);
  // The curves come before rows that are out of sight.
  const shown = useDeferredValue(SHOWN, SHOWN_FIRST);
  const colourOf = (plan: Plan) => {
    if (selected !== undefined) return plan.id === selected ? series[0] : 'var(--gy-line-strong)';
    return plans.length <= series.length ? series[plans.indexOf(plan)] : 'var(--gy-line-strong)';
  };
  return (
    <ScrollRegion className={classes.plans} aria-label={t('timeline:plans')}>
      {plans.length > MANY && (
        <TextInput
          className={classes.search ?? ''}
          aria-label={t('timeline:find')}
          placeholder={t('timeline:find')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {found.slice(0, shown).map((plan) => (
        <button
          key={plan.id}
          type="button"
          className={classes.plan}
          aria-pressed={plan.id === selected}
          onClick={() => onSelect(plan)}
          data-testid="plan"
        >
          <span className={classes.swatch} style={{ background: colourOf(plan) }} aria-hidden />
          <span className={classes.planName}>{plan.name}</span>
          <span className={classes.planFacts}>
            {t('timeline:seedCount', { count: plan.runs.length })}
            {plan.runs[0] !== undefined && <RunState state={leading(plan)} />}
            {plan.runs.some(({ simulated }) => simulated) && <SimulatedBadge />}
          </span>
        </button>
      ))}
      {found.length > SHOWN && (
        <p className={classes.more}>{t('timeline:moreFound', { count: found.length - SHOWN })}</p>
      )}
      {found.length === 0 && <p className={classes.more}>{t('timeline:nothingFound')}</p>}
    </ScrollRegion>
  );
}

/** The state that tells most of a plan: what still runs, else what went wrong, else complete. */
function leading({ runs }: Plan) {
  const order = ['training', 'paused', 'diverged', 'failed', 'waiting', 'complete'] as const;
  return order.find((state) => runs.some((run) => run.state === state)) ?? 'complete';
}
