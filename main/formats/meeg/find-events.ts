/** One change of a trigger channel: sample (counted as the acquisition does), value before, value after. */
export type TriggerEvent = readonly [sample: number, before: number, code: number];

export interface FindEventsOptions {
  /** Number of the first sample. */
  readonly firstSample?: number;
  /** Whether a channel that begins with a value has an event at its first sample. */
  readonly initialEvent?: boolean;
  /** Which steps count: every rise (as MNE's default), every change to another value, or only those from zero. */
  readonly consecutive?: 'increasing' | 'any' | 'never';
  /** Bits that are looked at ("and") or blanked ("not_and"); null for all. */
  readonly mask?: number | null;
  readonly maskType?: 'and' | 'not_and';
  /** Reads negative 16-bit values as the unsigned ones they were (STI101 with STI016 in use). */
  readonly unsigned16?: boolean;
  /** Steps that are followed by another within this many samples are glitches of the lines settling: merged. */
  readonly minSamples?: number;
}

/**
 * Events of a trigger channel, as mne.find_events finds them (mne/event.py, _find_events): values are cut to whole
 * numbers, negative ones turned positive; an event that never ends before the last sample still counts.
 */
export function findEvents(values: ArrayLike<number>, options: FindEventsOptions = {}): TriggerEvent[] {
  const { firstSample = 0, initialEvent = false, consecutive = 'increasing', minSamples = 0 } = options;
  if (values.length === 0) return [];
  const whole = (index: number): number => {
    const value = Math.trunc(values[index]);
    return Math.abs(options.unsigned16 ? value & 0xffff : value);
  };
  let steps = merged(stepsOf(values.length, whole, firstSample), minSamples);
  const initial = whole(0);
  if (initialEvent && initial !== 0) steps = [[firstSample, 0, initial], ...steps];
  steps = masked(steps, options);
  const isOnset = ([, before, after]: TriggerEvent): boolean =>
    consecutive === 'increasing' ? after > before : consecutive === 'any' ? after > 0 : before === 0;
  const isOffset = ([, before, after]: TriggerEvent): boolean =>
    consecutive === 'increasing'
      ? (after > before || after === 0) && before > 0
      : consecutive === 'any'
        ? before > 0
        : after === 0;
  const lastOffset = steps.findLastIndex(isOffset);
  if (lastOffset < 0) return [];
  const onsets = steps.flatMap((step, index) => (isOnset(step) ? [index] : []));
  // The last onset counts only if something ends it (the end of the file does).
  if (onsets.length > 0 && onsets[onsets.length - 1] > lastOffset) onsets.pop();
  return onsets.map((index) => steps[index]);
}

function stepsOf(length: number, value: (index: number) => number, firstSample: number): TriggerEvent[] {
  const steps: TriggerEvent[] = [];
  let before = value(0);
  for (let index = 1; index < length; index++) {
    const after = value(index);
    if (after !== before) steps.push([index + firstSample, before, after]);
    before = after;
  }
  if (steps.length > 0 && before !== 0) steps.push([length + firstSample, before, 0]);
  return steps;
}

/** Drops the earlier of two steps that are closer than `minSamples`; the later one then starts where it did. */
function merged(steps: TriggerEvent[], minSamples: number): TriggerEvent[] {
  const merge = minSamples > 0 ? Math.ceil(minSamples) - 1 : 0;
  if (merge <= 0) return steps;
  const drop = steps.map((step, index) => index + 1 < steps.length && steps[index + 1][0] - step[0] <= merge);
  const out = steps.map((step, index): TriggerEvent => {
    const source = index > 0 && drop[index - 1] ? steps[index - 1] : step;
    return [step[0], source[1], step[2]];
  });
  return out.filter(([, before, after], index) => !drop[index] && before !== after);
}

function masked(steps: TriggerEvent[], { mask = null, maskType = 'and' }: FindEventsOptions): TriggerEvent[] {
  if (mask === null) return steps;
  const apply = (value: number): number => (maskType === 'and' ? value & mask : value & ~mask);
  return steps
    .map(([sample, before, after]): TriggerEvent => [sample, apply(before), apply(after)])
    .filter(([, before, after]) => before !== after);
}
