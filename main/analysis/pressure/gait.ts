/** What contacts of two feet say of walking. Times in seconds, NaN where too few steps were seen. */
export interface GaitMeasures {
  readonly steps: number;
  /** 60 / mean step time, steps a minute; a step lasts from a foot's first contact to the other's. */
  readonly cadence: number;
  /** Mean time a foot is on the ground, whole contacts only. */
  readonly stance: number;
  /** Mean time between two contacts of the same foot. */
  readonly swing: number;
}

interface Contact {
  readonly start: number;
  readonly end: number;
}

/** Contacts that begin and end within the series. */
function contactsOf(loaded: readonly boolean[]): Contact[] {
  const found: Contact[] = [];
  // A contact that was there from the first frame has no known beginning.
  let start: number | null = null;
  for (let at = 1; at < loaded.length; at++) {
    if (loaded[at] && !loaded[at - 1]) start = at;
    if (loaded[at] || start === null) continue;
    found.push({ start, end: at });
    start = null;
  }
  return found;
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Temporal gait measures from which foot is loaded when (definitions: BioMed Eng OnLine 2022, s12938-022-00992-x,
 * table 1).
 * @param left,right true while that foot is loaded, one a frame; @param rate frames a second
 */
export function gaitMeasures(
  left: readonly boolean[],
  right: readonly boolean[],
  rate: number,
): GaitMeasures {
  const [a, b] = [contactsOf(left), contactsOf(right)];
  const starts = [
    ...a.map(({ start }) => ({ start, side: 0 })),
    ...b.map(({ start }) => ({ start, side: 1 })),
  ].sort((x, y) => x.start - y.start);
  const stepTimes = starts
    .slice(1)
    .flatMap(({ start, side }, at) => (side === starts[at].side ? [] : [(start - starts[at].start) / rate]));
  const swings = [a, b].flatMap((side) =>
    side.slice(1).map(({ start }, at) => (start - side[at].end) / rate),
  );
  return {
    steps: starts.length,
    cadence: 60 / mean(stepTimes),
    stance: mean([...a, ...b].map(({ start, end }) => (end - start) / rate)),
    swing: mean(swings),
  };
}
