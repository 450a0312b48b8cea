import { basename } from 'node:path';
import { findBlinks, interpolateSpans } from '../../analysis/eyetracking/blinks.ts';
import {
  type DetectedEvent,
  detectByDispersion,
  detectByVelocity,
} from '../../analysis/eyetracking/detect-events.ts';
import {
  readingMeasures,
  type WordArea,
  type WordMeasures,
} from '../../analysis/eyetracking/reading-measures.ts';
import type { Notice } from '../../contract/errors.ts';
import type { PlannedEyetracking, ScreenGeometry } from '../../contract/modality-import.ts';
import { UserError } from '../../core/errors.ts';
import { readEyetracking } from '../../formats/eyetracking/open-eyetracking.ts';
import {
  type EyeChannel,
  type EyeEvent,
  type EyeRecording,
  eyeEvent,
} from '../../formats/eyetracking/recording.ts';
import { fixationsOnLines, type LinedFixation } from './assign-lines.ts';
import { readWordAreas } from './word-areas.ts';

/** Gaps up to this many milliseconds are blinks; longer ones are lost tracking. */
const LONGEST_BLINK = 500;
/** Milliseconds beside a gap in which lids already move. */
const BLINK_MARGIN = 20;

/** A recording as its plan wants it: blinks bridged, events of file or samples, reading measures. */
export interface PreparedEyetracking {
  readonly recording: EyeRecording;
  /** Gaze by eye, blinks bridged where the plan wants so. */
  readonly channels: readonly EyeChannel[];
  readonly interpolated: number;
  readonly events: readonly EyeEvent[];
  readonly words: readonly WordArea[];
  /** Fixations of the eye that reading is measured by, with their lines, and the centre of each line. */
  readonly fixations: readonly LinedFixation[];
  readonly lines: readonly number[];
  readonly measures: readonly WordMeasures[];
  readonly notices: readonly Notice[];
}

/**
 * Reads a recording by its plan.
 * @throws UserError as the readers do; `eyetracking.no-geometry` where events are to be found in pixels without the
 *   screen's size and distance, `eyetracking.no-samples`
 */
export async function prepareEyetracking(plan: PlannedEyetracking): Promise<PreparedEyetracking> {
  const recording = await readEyetracking(plan.path, plan.mapping ?? undefined);
  const { time } = recording.samples;
  let interpolated = 0;
  const channels = recording.samples.eyes.map((channel): EyeChannel => {
    const seen = withoutBlinks(channel);
    if (plan.blinks === 'keep') return seen;
    const spans = findBlinks(time, seen.x, { longest: LONGEST_BLINK, margin: BLINK_MARGIN });
    interpolated += spans.length;
    const bridge = (values: Float64Array): Float64Array => interpolateSpans(time, values, spans);
    return { ...seen, x: bridge(seen.x), y: bridge(seen.y), pupil: seen.pupil && bridge(seen.pupil) };
  });
  const events = plan.events.method === 'file' ? recording.events : detected(recording, plan);
  const words = plan.wordsPath === null ? [] : await readWordAreas(plan.wordsPath);
  const { fixations, lines } = fixationsOnLines(fixationsOf(events), words, plan.lines);
  const notices = [...recording.notices];
  if (plan.events.method === 'file' && recording.events.length === 0 && recording.samples.count > 0) {
    notices.push(noEvents(recording.path));
  }
  return {
    recording,
    channels,
    interpolated,
    events,
    words,
    fixations,
    lines,
    measures: readingMeasures(
      words,
      fixations.map(({ event, y }) => ({ start: event.start, end: event.end, x: event.x, y })),
    ),
    notices,
  };
}

/** Fixations of one eye in order of time: the right where both have some (trackers call it the better half the time), else the one there is. */
function fixationsOf(events: readonly EyeEvent[]): EyeEvent[] {
  const all = events.filter(({ kind }) => kind === 'fixation');
  const eyes = new Set(all.map(({ eye }) => eye));
  const eye = eyes.has('right') ? 'right' : eyes.has('left') ? 'left' : 'cyclopean';
  return all.filter((one) => one.eye === eye).sort((a, b) => a.start - b.start);
}

/** EyeLink writes a pupil of 0 while the eye is shut, with a position that means nothing. */
function withoutBlinks(channel: EyeChannel): EyeChannel {
  const { pupil } = channel;
  if (pupil === null) return channel;
  const shut = (values: Float64Array): Float64Array =>
    values.map((value, at) => (pupil[at] === 0 ? Number.NaN : value));
  return { ...channel, x: shut(channel.x), y: shut(channel.y), pupil: shut(pupil) };
}

function detected(recording: EyeRecording, plan: PlannedEyetracking): EyeEvent[] {
  const { samples, unit } = recording;
  if (samples.count === 0) {
    const file = basename(recording.path);
    throw new UserError(
      'eyetracking.no-samples',
      `${file} has no samples to find events in: take the events of the file.`,
      { file },
    );
  }
  const perDegree = unit === 'deg' ? 1 : unitsPerDegree(recording, plan.screen);
  return samples.eyes.flatMap((channel) => {
    const seen = withoutBlinks(channel);
    const track = {
      time: samples.time,
      x: seen.x.map((value) => value / perDegree),
      y: seen.y.map((value) => value / perDegree),
    };
    const { events } = plan;
    const found =
      events.method === 'dispersion'
        ? detectByDispersion(track, events.dispersion, events.leastFixation)
        : events.method === 'velocity'
          ? detectByVelocity(track, events.threshold, events.leastFixation)
          : [];
    return found.map((event) => inUnits(event, channel.eye, perDegree));
  });
}

function inUnits(event: DetectedEvent, eye: EyeChannel['eye'], perDegree: number): EyeEvent {
  const saccade = event.kind === 'saccade';
  return eyeEvent({
    kind: event.kind,
    eye,
    start: event.start,
    end: event.end,
    x: event.x * perDegree,
    y: event.y * perDegree,
    endX: saccade ? event.endX * perDegree : Number.NaN,
    endY: saccade ? event.endY * perDegree : Number.NaN,
    amplitude: event.amplitude,
    peakVelocity: event.peakVelocity,
  });
}

/** Units of the recording in one degree of visual angle at the middle of the screen: 2 d tan(0.5°) in millimetres. */
function unitsPerDegree({ unit, path }: EyeRecording, screen: ScreenGeometry | null): number {
  if (screen === null || unit === 'unknown') {
    const file = basename(path);
    throw new UserError(
      'eyetracking.no-geometry',
      `${file} counts gaze in ${unit}: finding events needs degrees, so give the screen's width in pixels and millimetres and its distance.`,
      { file, unit },
    );
  }
  const millimetres = 2 * screen.distanceMm * Math.tan(Math.PI / 360);
  if (unit === 'mm') return millimetres;
  return unit === 'norm' ? millimetres / screen.widthMm : (millimetres * screen.widthPx) / screen.widthMm;
}

function noEvents(path: string): Notice {
  const file = basename(path);
  return {
    level: 'warning',
    code: 'eyetracking.no-events',
    message: `${file} has samples and no events: fixations can be found by velocity or dispersion.`,
    params: { file },
  };
}
