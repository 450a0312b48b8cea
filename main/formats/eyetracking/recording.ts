import type { Notice } from '../../contract/errors.ts';

export type Eye = 'left' | 'right' | 'cyclopean';

/** What positions are counted in. `norm` is a fraction of the screen, `unknown` must be asked for. */
export type GazeUnit = 'px' | 'deg' | 'norm' | 'mm' | 'unknown';

export type EyeFormat =
  | 'eyelink-asc'
  | 'tobii-pro'
  | 'tobii-studio'
  | 'smi-samples'
  | 'smi-events'
  | 'gazepoint'
  | 'pupil-core'
  | 'pupil-neon'
  | 'bids-physio'
  | 'gaze-table';

/** Gaze of one eye, one value a sample; NaN where it is missing. */
export interface EyeChannel {
  readonly eye: Eye;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Pupil size in the file's own unit; null where there is none. */
  readonly pupil: Float64Array | null;
}

/** Samples in the order of the file. */
export interface EyeSamples {
  readonly count: number;
  /** Milliseconds on the recording's clock. */
  readonly time: Float64Array;
  readonly eyes: readonly EyeChannel[];
  /** Further columns by name, such as velocity, resolution, digital input, head target. */
  readonly extra: Readonly<Record<string, Float64Array>>;
}

/** An event that the tracker's own software found. Times in milliseconds on the recording's clock. */
export interface EyeEvent {
  readonly kind: 'fixation' | 'saccade' | 'blink';
  readonly eye: Eye;
  readonly start: number;
  readonly end: number;
  /** Mean position of a fixation, first position of a saccade; NaN for blinks. */
  readonly x: number;
  readonly y: number;
  /** Last position of a saccade; NaN otherwise. */
  readonly endX: number;
  readonly endY: number;
  /** Degrees; NaN where not told. */
  readonly amplitude: number;
  /** Degrees a second; NaN where not told. */
  readonly peakVelocity: number;
  /** Mean pupil size of a fixation; NaN where not told. */
  readonly pupil: number;
}

/** A text or mark with its time in milliseconds. */
export interface EyeMessage {
  readonly time: number;
  readonly kind: 'message' | 'button' | 'input';
  readonly text: string;
}

/** A stretch of uninterrupted recording, such as one trial. */
export interface EyeBlock {
  readonly start: number;
  /** Null where the file ends without saying. */
  readonly end: number | null;
  readonly eyes: readonly Eye[];
  /** Hertz as announced; null where it is not. */
  readonly rate: number | null;
  readonly firstSample: number;
  readonly sampleCount: number;
}

/** An eye-tracking recording as its file has it. */
export interface EyeRecording {
  readonly format: EyeFormat;
  readonly path: string;
  readonly eyes: readonly Eye[];
  readonly unit: GazeUnit;
  /** Where y counts from. Pupil Core counts upward from the bottom. */
  readonly origin: 'top-left' | 'bottom-left' | 'centre';
  readonly screen: { readonly width: number; readonly height: number } | null;
  /** Hertz as announced, else from the median distance of samples; null without samples. */
  readonly rate: number | null;
  readonly samples: EyeSamples;
  readonly events: readonly EyeEvent[];
  readonly messages: readonly EyeMessage[];
  readonly blocks: readonly EyeBlock[];
  readonly header: Readonly<Record<string, string>>;
  readonly notices: readonly Notice[];
}

/** An event with everything that is not given set to NaN. */
export function eyeEvent(
  given: Pick<EyeEvent, 'kind' | 'eye' | 'start' | 'end'> & Partial<EyeEvent>,
): EyeEvent {
  const none = Number.NaN;
  return {
    x: none,
    y: none,
    endX: none,
    endY: none,
    amplitude: none,
    peakVelocity: none,
    pupil: none,
    ...given,
  };
}

/** No samples. */
export const noSamples: EyeSamples = { count: 0, time: new Float64Array(0), eyes: [], extra: {} };

/** What the distances between samples say of the clock. */
export interface SampleClock {
  /** Hertz by the median distance, or the mean of the usual ones where they differ; null with fewer than two samples. */
  readonly rate: number | null;
  /** Mean absolute deviation of distances from the median, in milliseconds, gaps left out. */
  readonly jitter: number;
  /** Places with more than 2.5 median distances between neighbours. */
  readonly gaps: number;
  /** Places where time does not go forward. */
  readonly backward: number;
}

/** Measures the clock of samples. @param time milliseconds */
export function sampleClock(time: Float64Array): SampleClock {
  if (time.length < 2) return { rate: null, jitter: 0, gaps: 0, backward: 0 };
  const steps = Float64Array.from(time.subarray(1), (value, at) => value - time[at]);
  const sorted = steps.filter((step) => step > 0).sort();
  const median = sorted[sorted.length >> 1] ?? 0;
  if (!(median > 0)) return { rate: null, jitter: 0, gaps: 0, backward: steps.length };
  let [deviation, regular, gaps, backward] = [0, 0, 0, 0];
  let [usual, total] = [0, 0];
  for (const step of steps) {
    if (step <= 0) backward += 1;
    else if (step > 2.5 * median) gaps += 1;
    else {
      deviation += Math.abs(step - median);
      regular += 1;
    }
    if (step > 0 && step <= 1.5 * median) {
      usual += 1;
      total += step;
    }
  }
  // Times in whole milliseconds are 8, 8, 9 apart at 120 Hz.
  const mean = total / usual;
  return {
    rate: 1000 / (Math.abs(mean - median) > 0.003 * median ? mean : median),
    jitter: regular === 0 ? 0 : deviation / regular,
    gaps,
    backward,
  };
}
