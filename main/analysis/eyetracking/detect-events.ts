/** One eye's gaze in degrees of visual angle; NaN where it is missing. */
export interface GazeTrack {
  /** Milliseconds. */
  readonly time: ArrayLike<number>;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** A fixation or saccade found in samples. */
export interface DetectedEvent {
  readonly kind: 'fixation' | 'saccade';
  /** First and last sample. */
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
  /** Mean position of a fixation, first position of a saccade. */
  readonly x: number;
  readonly y: number;
  /** Last position. */
  readonly endX: number;
  readonly endY: number;
  /** Distance from first to last position, degrees. */
  readonly amplitude: number;
  /** Highest sample-to-sample velocity, degrees a second. */
  readonly peakVelocity: number;
}

/** Velocity at every sample in degrees a second: central differences, one-sided beside gaps; NaN where undefined. */
export function gazeVelocity({ time, x, y }: GazeTrack): Float64Array {
  const velocity = new Float64Array(time.length).fill(Number.NaN);
  const known = (at: number): boolean =>
    at >= 0 && at < time.length && Number.isFinite(x[at]) && Number.isFinite(y[at]);
  for (let at = 0; at < time.length; at++) {
    if (!known(at)) continue;
    const before = known(at - 1) ? at - 1 : at;
    const after = known(at + 1) ? at + 1 : at;
    const seconds = (time[after] - time[before]) / 1000;
    if (seconds > 0) velocity[at] = Math.hypot(x[after] - x[before], y[after] - y[before]) / seconds;
  }
  return velocity;
}

/**
 * Identification by velocity threshold (I-VT; Salvucci & Goldberg 2000, ETRA): samples below the threshold belong to
 * fixations, others to saccades. Runs of one kind become events; fixations shorter than the least duration are left
 * out, and missing samples end a run.
 * @param threshold degrees a second; 30 is common for 500 Hz and below
 * @param leastFixation milliseconds
 */
export function detectByVelocity(track: GazeTrack, threshold = 30, leastFixation = 50): DetectedEvent[] {
  const velocity = gazeVelocity(track);
  const events: DetectedEvent[] = [];
  const kindAt = (at: number): 'fixation' | 'saccade' | null =>
    Number.isNaN(velocity[at]) ? null : velocity[at] < threshold ? 'fixation' : 'saccade';
  for (let first = 0; first < velocity.length; ) {
    const kind = kindAt(first);
    let last = first;
    while (last + 1 < velocity.length && kindAt(last + 1) === kind) last += 1;
    if (kind !== null) {
      const event = describe(track, velocity, kind, first, last);
      if (kind === 'saccade' || event.end - event.start >= leastFixation) events.push(event);
    }
    first = last + 1;
  }
  return events;
}

/**
 * Identification by dispersion threshold (I-DT; Salvucci & Goldberg 2000): a window of the least duration is a
 * fixation where (max x − min x) + (max y − min y) is within the threshold, and grows for as long as it stays so.
 * @param dispersion degrees; @param leastFixation milliseconds
 */
export function detectByDispersion(track: GazeTrack, dispersion = 1, leastFixation = 100): DetectedEvent[] {
  const { time, x, y } = track;
  const velocity = gazeVelocity(track);
  const events: DetectedEvent[] = [];
  const within = (first: number, last: number): boolean => {
    let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let at = first; at <= last; at++) {
      if (!Number.isFinite(x[at]) || !Number.isFinite(y[at])) return false;
      [lowX, highX] = [Math.min(lowX, x[at]), Math.max(highX, x[at])];
      [lowY, highY] = [Math.min(lowY, y[at]), Math.max(highY, y[at])];
    }
    return highX - lowX + (highY - lowY) <= dispersion;
  };
  for (let first = 0; first < time.length; ) {
    let last = first;
    while (last + 1 < time.length && time[last] - time[first] < leastFixation) last += 1;
    if (time[last] - time[first] < leastFixation) break;
    if (!within(first, last)) {
      first += 1;
      continue;
    }
    const grown = grow(track, first, last, dispersion);
    events.push(describe(track, velocity, 'fixation', first, grown));
    first = grown + 1;
  }
  return events;
}

/** The last sample up to which the window from `first` stays within the dispersion. */
function grow({ time, x, y }: GazeTrack, first: number, last: number, dispersion: number): number {
  let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
  let at = first;
  for (; at < time.length; at++) {
    if (!Number.isFinite(x[at]) || !Number.isFinite(y[at])) break;
    const [lx, hx, ly, hy] = [
      Math.min(lowX, x[at]),
      Math.max(highX, x[at]),
      Math.min(lowY, y[at]),
      Math.max(highY, y[at]),
    ];
    if (hx - lx + (hy - ly) > dispersion) break;
    [lowX, highX, lowY, highY] = [lx, hx, ly, hy];
  }
  return Math.max(last, at - 1);
}

function describe(
  track: GazeTrack,
  velocity: Float64Array,
  kind: 'fixation' | 'saccade',
  first: number,
  last: number,
): DetectedEvent {
  const { time, x, y } = track;
  let [sumX, sumY, peakVelocity] = [0, 0, 0];
  for (let at = first; at <= last; at++) {
    sumX += x[at];
    sumY += y[at];
    if (velocity[at] > peakVelocity) peakVelocity = velocity[at];
  }
  const count = last - first + 1;
  const fixation = kind === 'fixation';
  return {
    kind,
    first,
    last,
    start: time[first],
    end: time[last],
    x: fixation ? sumX / count : x[first],
    y: fixation ? sumY / count : y[first],
    endX: x[last],
    endY: y[last],
    amplitude: Math.hypot(x[last] - x[first], y[last] - y[first]),
    peakVelocity,
  };
}
