import type { EyetrackingPreview, PlannedEyetracking } from '../../contract/modality-import.ts';
import { prepareEyetracking } from './prepare.ts';
import { measureNames, measuresRow } from './word-measures.ts';

/** Points of the trace and fixations that are sent to the page at most. */
const MOST_POINTS = 3000;
const MOST_FIXATIONS = 4000;
/** Without words nothing tells fixations apart: more than these would be one blot. */
const MOST_WITHOUT_WORDS = 400;

/** What importing a recording by its plan would see. @throws UserError as `prepareEyetracking` */
export async function previewEyetracking(plan: PlannedEyetracking): Promise<EyetrackingPreview> {
  const prepared = await prepareEyetracking(plan);
  const { recording, channels, events, words, measures, notices } = prepared;
  const { time, count } = recording.samples;
  const channel = channels.find(({ eye }) => eye === 'right') ?? channels[0];
  const placed = prepared.fixations.filter(
    ({ event }) => Number.isFinite(event.x) && Number.isFinite(event.y),
  );
  const shown = placed.slice(0, words.length > 0 ? MOST_FIXATIONS : MOST_WITHOUT_WORDS);
  // The trace ends with the last fixation shown.
  const until = shown.length < placed.length ? (shown.at(-1)?.event.end ?? Infinity) : Infinity;
  const after = time.findIndex((at) => at > until);
  const traced = after < 0 ? count : after;
  const step = Math.max(1, Math.ceil(traced / MOST_POINTS));
  const trace: EyetrackingPreview['trace'] = [];
  for (let at = 0; channel !== undefined && at < traced; at += step) {
    trace.push([(time[at] - time[0]) / 1000, finite(channel.x[at]), finite(channel.y[at])]);
  }
  const of = (kind: string): number => events.filter((event) => event.kind === kind).length;
  return {
    unit: recording.unit,
    screen:
      recording.screen ??
      (plan.screen === null ? null : { width: plan.screen.widthPx, height: plan.screen.heightPx }),
    trace,
    fixations: shown.map(({ event: { start, end, x, y }, line, agreement, byHand }) => ({
      start,
      end,
      x,
      y,
      line,
      agreement,
      byHand,
    })),
    fixationCount: placed.length,
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
