import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineRun } from '../../../main/contract/timeline.ts';
import { trpc } from '../../api/client.ts';
import type { TimelineAnswer } from '../../api/timeline.ts';
import { chartLooks } from '../../viewers/charts/look.ts';
import type { StepAxis, TimelineInput } from '../../viewers/timeline/props.ts';
import { wholeRange } from '../../viewers/timeline/scene.ts';
import { metricLabel, orderMetrics } from './metric-label.ts';
import type { Plan } from './plans.ts';

export interface TimelineChoice {
  /** Curves over the whole course. */
  readonly base: TimelineAnswer | undefined;
  /** Those around the view in more detail, where it is zoomed. */
  readonly detail: TimelineAnswer | undefined;
  readonly runs: readonly TimelineRun[];
  readonly plans: readonly Plan[];
  readonly focused: Plan | undefined;
  readonly axis: StepAxis;
  readonly seeds: 'band' | 'lines';
  readonly hidden: readonly string[];
  readonly refetchInterval: number | false;
}

/** All that the viewer draws, from what the page knows; null until the curves are there. */
export function useTimelineInput(choice: TimelineChoice): TimelineInput | null {
  const { base, detail, runs, plans, focused, axis, seeds, hidden, refetchInterval } = choice;
  const { t, i18n } = useTranslation();
  const { a, b } = useSearch({ from: '/timeline' });
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const look = chartLooks[scheme];
  const few = plans.length <= look.series.length;
  // Of few plans all are in colour, and all their checkpoints on the axis.
  const marked = few ? plans : focused === undefined ? [] : [focused];
  const runIds = marked.flatMap((plan) => plan.runs.map(({ id }) => id)).slice(0, 200);
  const marks = useQuery({
    ...trpc.training.marks.queryOptions({ runIds }),
    refetchInterval,
  }).data;

  return useMemo(() => {
    if (base === undefined) return null;
    const answer = detail ?? base;
    const byRun = new Map(runs.map((run) => [run.id, run]));
    const byPlan = new Map(plans.map((plan) => [plan.id, plan]));
    const runOf = (owner: string) => byRun.get(owner) ?? byPlan.get(owner)?.runs[0];
    const inFocus = focused === undefined ? (few ? plans : []) : [focused];
    const focus =
      seeds === 'band'
        ? few && focused === undefined
          ? plans.map(({ id }) => id)
          : inFocus.map(({ id }) => id)
        : inFocus.flatMap((plan) => plan.runs.map(({ id }) => id));
    const tokensOf = (owner: string) => runOf(owner)?.tokensPerStep ?? null;
    return {
      curves: answer,
      whole: wholeRange(base, axis, base.owners.map(tokensOf)),
      panels: orderMetrics(base.metrics)
        .filter((metric) => !hidden.includes(metric))
        .map((metric) => ({ metric, label: metricLabel(metric, t) })),
      axis,
      tokensPerStep: answer.owners.map(tokensOf),
      focus,
      ownerName: (owner) => {
        const run = byRun.get(owner);
        if (run === undefined) return byPlan.get(owner)?.name ?? owner;
        return run.seed === null ? run.name : `${run.name} · ${t('timeline:seed')} ${run.seed}`;
      },
      marks: (marks ?? [])
        .map(({ id, runId, step, verdict }) => ({
          id,
          step,
          verdict,
          owner: seeds === 'lines' ? runId : (byRun.get(runId)?.plan ?? null),
        }))
        .sort((one, two) => one.step - two.step),
      pins: [a ?? null, b ?? null],
      look,
      language: i18n.language,
    };
  }, [base, detail, runs, plans, focused, few, axis, seeds, hidden, marks, a, b, look, t, i18n.language]);
}
