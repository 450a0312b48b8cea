/** What contacts of two feet say of walking. Times in seconds, NaN where too few steps were seen. */
export interface GaitMeasures {
  readonly steps: number;
  /** 60 / mean step time, steps a minute; a step lasts from a foot's first contact to the other's. */
  readonly cadence: number;
  /** Mean time a foot is on the ground, whole contacts only. */
  readonly stance: number;
  /** Mean time between two contacts of the same foot. */
  readonly swing: number;
  /** Mean time from a foot's first contact to the same foot's next. */
  readonly stride: number;
  /** Share of the whole strides in which both feet are on the ground, percent. */
  readonly doubleSupport: number;
  /** Mean stance of each foot, seconds. */
  readonly leftStance: number;
  readonly rightStance: number;
  /** 100 |left − right| / ((left + right) / 2) of stance (Robinson et al. 1987); 0 is even. */
  readonly asymmetry: number;
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
  const strides = [a, b].flatMap((side) => side.slice(1).map(({ start }, at) => start - side[at].start));
  const stanceOf = (side: readonly Contact[]) => mean(side.map(({ start, end }) => (end - start) / rate));
  const [leftStance, rightStance] = [stanceOf(a), stanceOf(b)];
  return {
    steps: starts.length,
    cadence: 60 / mean(stepTimes),
    stance: stanceOf([...a, ...b]),
    swing: mean(swings),
    stride: mean(strides) / rate,
    // Of one foot alone nobody knows when the other stood.
    doubleSupport: a.length === 0 || b.length === 0 ? Number.NaN : 100 * bothLoaded(left, right, [a, b]),
    leftStance,
    rightStance,
    asymmetry: (200 * Math.abs(leftStance - rightStance)) / (leftStance + rightStance),
  };
}

/** Share of the frames of whole strides of either foot in which both are loaded. */
function bothLoaded(
  left: readonly boolean[],
  right: readonly boolean[],
  feet: readonly (readonly Contact[])[],
): number {
  let [both, all] = [0, 0];
  for (const contacts of feet) {
    if (contacts.length < 2) continue;
    for (let at = contacts[0].start; at < contacts[contacts.length - 1].start; at++) {
      all++;
      if (left[at] && right[at]) both++;
    }
  }
  return all === 0 ? Number.NaN : both / all;
}
