import type { EyetrackingPreview, PlannedEyetracking } from '../../contract/modality-import.ts';
import { prepareEyetracking } from './prepare.ts';
import { measureNames, measuresRow } from './word-measures.ts';

/** Points of the trace and fixations that are sent to the page at most. */
const MOST_POINTS = 3000;
const MOST_FIXATIONS = 4000;

/** What importing a recording by its plan would see. @throws UserError as `prepareEyetracking` */
export async function previewEyetracking(plan: PlannedEyetracking): Promise<EyetrackingPreview> {
  const prepared = await prepareEyetracking(plan);
  const { recording, channels, events, words, measures, notices } = prepared;
  const { time, count } = recording.samples;
  const channel = channels.find(({ eye }) => eye === 'right') ?? channels[0];
  const step = Math.max(1, Math.ceil(count / MOST_POINTS));
  const trace: EyetrackingPreview['trace'] = [];
  for (let at = 0; channel !== undefined && at < count; at += step) {
    trace.push([(time[at] - time[0]) / 1000, finite(channel.x[at]), finite(channel.y[at])]);
  }
  const of = (kind: string): number => events.filter((event) => event.kind === kind).length;
  return {
    unit: recording.unit,
    screen:
      recording.screen ??
      (plan.screen === null ? null : { width: plan.screen.widthPx, height: plan.screen.heightPx }),
    trace,
    fixations: prepared.fixations
      .filter(({ event }) => Number.isFinite(event.x) && Number.isFinite(event.y))
      .slice(0, MOST_FIXATIONS)
      .map(({ event: { start, end, x, y }, line, agreement, byHand }) => ({
        start,
        end,
        x,
        y,
        line,
        agreement,
        byHand,
      })),
    lines: [...prepared.lines],
    saccades: of('saccade'),
    blinks: of('blink') || prepared.interpolated,
    words: [...words],
    measureNames: [...measureNames],
    measures: measures.map((one) => measuresRow(one).map(finite)),
    notices: [...notices],
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
