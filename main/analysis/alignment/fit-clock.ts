/** onset in recording = offset + (1 + drift) · onset in stimulus; seconds. */
interface Model {
  readonly offset: number;
  readonly drift: number;
}

/** A matched pair of indices, and recording time less what the model says, in seconds. */
export interface ClockPair {
  readonly onset: number;
  readonly mark: number;
  readonly residual: number;
}

/** A fitted clock. Errors are standard errors; null where too few pairs are left to tell. */
export interface FittedClock extends Model {
  readonly pairs: readonly ClockPair[];
  readonly offsetError: number | null;
  readonly driftError: number | null;
  /** The offset of another peak with at least nine tenths of the votes; null where there is none. */
  readonly alternative: number | null;
}

export interface FitClockOptions {
  /** Seconds within which a mark may belong to an onset. */
  readonly tolerance: number;
  /** Largest drift looked for; 0 fits the offset alone. */
  readonly maxDrift: number;
  /** Offset to look around, ± 20 tolerances; null looks everywhere. */
  readonly near: number | null;
}

/** Marks and onsets that vote at most; the others still take part in the fit. */
const MOST_VOTERS = 400;
const MOST_ONSETS = 4000;
/** Votes of a second peak, as a share of the best, that make an offset ambiguous. */
const AMBIGUOUS = 0.9;
/** Weights of Tukey's biweight fall to 0 at this many robust standard deviations (95 % efficient; Huber 1981). */
const BIWEIGHT = 4.685;
/** Residuals are never taken for surer than this, in seconds: clocks tick in samples. */
const LEAST_SPREAD = 1e-4;

/**
 * Fits a clock to marks, some of which may be missing and some of which may be strangers. Offset and drift are first
 * voted for: for every drift of a grid each pair of mark and onset votes for the offset it implies (a Hough transform).
 * Around the winner marks and onsets are paired, each with its nearest, and the straight line through the pairs is fitted
 * by iteratively reweighted least squares with Tukey's biweight (Beaton & Tukey 1974).
 * @param onsets seconds of the stimulus, ascending
 * @param marks seconds of the recording, ascending
 * @returns null where no mark can be paired with an onset
 */
export function fitClock(
  onsets: readonly number[],
  marks: readonly number[],
  options: FitClockOptions,
): FittedClock | null {
  if (onsets.length === 0 || marks.length === 0) return null;
  const vote = voteForClock(thinned(onsets, MOST_ONSETS), thinned(marks, MOST_VOTERS), options);
  if (vote === null) return null;
  let model: Model = vote;
  let pairs = pairUp(onsets, marks, model, options.tolerance);
  if (pairs.length === 0) return null;
  let errors: Pick<FittedClock, 'offsetError' | 'driftError'> = { offsetError: null, driftError: null };
  for (let turn = 0; turn < 30; turn++) {
    const fitted = refit(onsets, marks, pairs, model, options.maxDrift > 0);
    const moved = Math.abs(fitted.offset - model.offset) + Math.abs(fitted.drift - model.drift);
    const { offset, drift, ...found } = fitted;
    model = { offset, drift };
    errors = found;
    pairs = pairUp(onsets, marks, model, options.tolerance);
    if (pairs.length === 0) return null;
    if (moved < 1e-10) break;
  }
  return { ...model, pairs, ...errors, alternative: vote.alternative };
}

/**
 * Pairs each onset with the mark nearest to where the model expects it, where each is the other's nearest and they are
 * within the tolerance.
 */
export function pairUp(
  onsets: readonly number[],
  marks: readonly number[],
  { offset, drift }: Model,
  tolerance: number,
): ClockPair[] {
  const expected = onsets.map((onset) => offset + (1 + drift) * onset);
  return expected.flatMap((time, onset): ClockPair[] => {
    const mark = nearest(marks, time);
    const residual = marks[mark] - time;
    return Math.abs(residual) <= tolerance && nearest(expected, marks[mark]) === onset
      ? [{ onset, mark, residual }]
      : [];
  });
}

/** Index of the value nearest to a time in an ascending list; the earlier of two equally near. */
function nearest(sorted: readonly number[], time: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - sorted[low - 1] <= sorted[low] - time ? low - 1 : low;
}

/** At most `most` of the values, evenly picked. */
function thinned(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, at) => values[Math.floor((at * values.length) / most)]);
}

function voteForClock(
  onsets: readonly number[],
  marks: readonly number[],
  { tolerance, maxDrift, near }: FitClockOptions,
): (Model & { alternative: number | null }) | null {
  const [first, last] = [onsets[0], onsets[onsets.length - 1]];
  const reach = near === null ? Number.POSITIVE_INFINITY : 20 * tolerance;
  // One step of drift moves the last onset by one bin.
  const span = Math.max(Math.abs(first), Math.abs(last));
  const steps = Math.min(200, Math.ceil((maxDrift * span) / tolerance));
  const low = marks[0] - Math.max(last * (1 - maxDrift), last * (1 + maxDrift)) - tolerance;
  const high = marks[marks.length - 1] - Math.min(first * (1 - maxDrift), first * (1 + maxDrift)) + tolerance;
  const votes = new Uint32Array(Math.ceil((high - low) / tolerance) + 2);
  const tally = (drift: number): void => {
    votes.fill(0);
    for (const onset of onsets) {
      const place = (1 + drift) * onset;
      for (const mark of marks) {
        const offset = mark - place;
        if (near === null || Math.abs(offset - near) <= reach)
          votes[Math.floor((offset - low) / tolerance)] += 1;
      }
    }
  };
  // A peak may lie on the border of two bins.
  const votesAt = (bin: number): number => votes[bin] + votes[bin + 1];
  let best = { votes: 0, bin: 0, drift: 0 };
  for (let step = 0; step <= 2 * steps; step++) {
    // Small drifts first: they win ties.
    const drift = steps === 0 ? 0 : ((step % 2 === 0 ? step : -step - 1) / 2 / steps) * maxDrift;
    tally(drift);
    for (let bin = 0; bin + 1 < votes.length; bin++)
      if (votesAt(bin) > best.votes) best = { votes: votesAt(bin), bin, drift };
  }
  if (best.votes === 0) return null;
  tally(best.drift);
  let rival = { votes: 0, bin: 0 };
  for (let bin = 0; bin + 1 < votes.length; bin++)
    if (Math.abs(bin - best.bin) > 3 && votesAt(bin) > rival.votes) rival = { votes: votesAt(bin), bin };
  const offsetOf = (bin: number): number => low + (bin + 1) * tolerance;
  // One vote against one says nothing of regularity, only that marks are few.
  const ambiguous = best.votes > 1 && rival.votes >= AMBIGUOUS * best.votes;
  return {
    offset: offsetOf(best.bin),
    drift: best.drift,
    alternative: ambiguous ? offsetOf(rival.bin) : null,
  };
}

function refit(
  onsets: readonly number[],
  marks: readonly number[],
  pairs: readonly ClockPair[],
  model: Model,
  withDrift: boolean,
): Model & Pick<FittedClock, 'offsetError' | 'driftError'> {
  const sizes = pairs.map(({ residual }) => Math.abs(residual)).sort((a, b) => a - b);
  const spread = Math.max(LEAST_SPREAD, 1.4826 * sizes[sizes.length >> 1]);
  const weights = pairs.map(({ residual }) => {
    const u = residual / (BIWEIGHT * spread);
    return Math.abs(u) < 1 ? (1 - u * u) ** 2 : 0;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Far off at first, all weights may be 0: the plain mean brings the model near.
  if (total === 0) {
    const mean = pairs.reduce((sum, { residual }) => sum + residual, 0) / pairs.length;
    return { offset: model.offset + mean, drift: model.drift, offsetError: null, driftError: null };
  }
  const mean = (value: (pair: ClockPair) => number): number =>
    pairs.reduce((sum, pair, at) => sum + weights[at] * value(pair), 0) / total;
  const centre = mean(({ onset }) => onsets[onset]);
  const middle = mean(({ mark }) => marks[mark]);
  const square = pairs.reduce((sum, { onset }, at) => sum + weights[at] * (onsets[onset] - centre) ** 2, 0);
  const used = weights.filter((weight) => weight > 0).length;
  const fitDrift = withDrift && used >= 3 && square > 0;
  const slope = fitDrift
    ? pairs.reduce(
        (sum, { onset, mark }, at) => sum + weights[at] * (onsets[onset] - centre) * (marks[mark] - middle),
        0,
      ) / square
    : 1 + model.drift;
  const offset = middle - slope * centre;
  const freedom = used - (fitDrift ? 2 : 1);
  const variance =
    pairs.reduce(
      (sum, { onset, mark }, at) => sum + weights[at] * (marks[mark] - offset - slope * onsets[onset]) ** 2,
      0,
    ) / Math.max(1, freedom);
  return {
    offset,
    drift: slope - 1,
    offsetError:
      freedom > 0 ? Math.sqrt(variance * (1 / total + (fitDrift ? centre ** 2 / square : 0))) : null,
    driftError: freedom > 0 && fitDrift ? Math.sqrt(variance / square) : null,
  };
}
