import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineRequest, TimelineRun } from '../../../main/contract/timeline.ts';
import { timelineQuery } from '../../api/timeline.ts';
import { Answer, EmptyState } from '../../components/states.tsx';
import type { StepAxis, StepRange } from '../../viewers/timeline/props.ts';
import type { TimelineCore } from '../../viewers/timeline/timeline-core.ts';
import { TimelineViewer } from '../../viewers/timeline/timeline-viewer.tsx';
import { PinBar } from './pin-bar.tsx';
import { PlanList } from './plan-list.tsx';
import { plansOf } from './plans.ts';
import classes from './timeline.module.css';
import { TimelineTools } from './timeline-tools.tsx';
import { useTimelineInput } from './use-timeline-input.ts';
import { useTrainingJobs } from './use-training-jobs.ts';
import { wholeRequest } from './whole-request.ts';

/** Plans at the left, curves in the middle, pinned checkpoints below. */
export function TimelineWork({ runs }: { runs: readonly TimelineRun[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/timeline' });
  const [axis, setAxis] = useState<StepAxis>('linear');
  const [seeds, setSeeds] = useState<'band' | 'lines'>('band');
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [range, setRange] = useState<StepRange | null>(null);
  const handle = useRef<TimelineCore | null>(null);
  const plans = useMemo(() => plansOf(runs), [runs]);
  const { refetchInterval } = useTrainingJobs();

  const whole = wholeRequest(axis, seeds);
  const base = useQuery({ ...timelineQuery(whole), refetchInterval });
  // Only where points were left out does a nearer look bring more of them.
  const thinned = base.data !== undefined && base.data.points < base.data.pointsBefore;
  const detail = useQuery({
    ...timelineQuery({ ...whole, ...(range === null ? {} : widened(range)) }),
    refetchInterval,
    enabled: thinned && range !== null,
  });
  const focused = plans.find((plan) => plan.runs.some(({ id }) => id === search.run));
  const go = (changes: Pins & { readonly run?: string | undefined }) =>
    void navigate({ to: '/timeline', search: defined({ ...search, ...changes }) });
  const shown = thinned && range !== null ? (detail.data ?? base.data) : base.data;
  const input = useTimelineInput({
    base: base.data,
    detail: shown,
    runs,
    plans,
    focused,
    axis,
    seeds,
    hidden,
    refetchInterval,
  });

  return (
    <div className={classes.work}>
      <PlanList plans={plans} selected={focused?.id} onSelect={(plan) => go({ run: plan.runs[0]?.id })} />
      <div className={classes.centre}>
        <TimelineTools
          axis={axis}
          seeds={seeds}
          metrics={base.data?.metrics ?? []}
          hidden={hidden}
          handle={handle}
          curves={shown}
          onAxis={(next) => {
            setAxis(next);
            setRange(null);
          }}
          onSeeds={setSeeds}
          onHidden={setHidden}
        />
        <div className={classes.canvas}>
          <Answer query={base}>
            {(answer) =>
              answer.owners.length === 0 ? (
                <EmptyState title={t('timeline:noMetrics')} text={t('timeline:noMetricsText')} />
              ) : (
                input !== null && (
                  <TimelineViewer
                    input={input}
                    label={t('timeline:picture', {
                      curves: answer.owner.length,
                      metrics: input.panels.map(({ label }) => label).join(', '),
                    })}
                    axisLabel={t('timeline:axisPicture', { count: input.marks.length })}
                    handle={handle}
                    onFocus={(owner) => {
                      const plan = plans.find(
                        ({ id, runs: own }) => id === owner || own.some((run) => run.id === owner),
                      );
                      go({ run: seeds === 'lines' ? owner : plan?.runs[0]?.id });
                    }}
                    onPick={(mark) => {
                      if (mark.id !== null) go(nextPins(search, mark.id));
                    }}
                    onRange={setRange}
                  />
                )
              )
            }
          </Answer>
        </div>
        <PinBar first={search.a} second={search.b} onChange={go} />
      </div>
    </div>
  );
}

/** A range with as much again on either side, so that panning finds curves there. */
function widened({ from, to }: StepRange): Pick<TimelineRequest, 'fromStep' | 'toStep'> {
  const width = to - from;
  return { fromStep: Math.max(0, from - width), toStep: to + width };
}

/** The first free pin takes a checkpoint; a third one replaces B; one that is pinned already is let go. */
function nextPins({ a, b }: Pins, id: string): Pins {
  if (a === id) return { a: undefined };
  if (b === id) return { b: undefined };
  return a === undefined ? { a: id } : { b: id };
}

interface Pins {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

/** The address holds no empty entries. */
function defined<T extends object>(search: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
