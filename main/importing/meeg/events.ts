import type { MeegEvent, MeegPlan } from '../../contract/meeg-import.ts';
import { findEvents } from '../../formats/meeg/find-events.ts';
import { blockLength, type Recording } from '../../formats/meeg/recording.ts';

/**
 * Events of a recording in its own samples: annotations, and the rising steps of its trigger channels. Values of
 * Neuromag's STI101 are read as the unsigned 16-bit numbers they are.
 */
export async function eventsOf(
  recording: Recording,
  plan: Pick<MeegPlan, 'triggerMask' | 'triggerMinSamples'>,
  types: readonly string[],
  signal: AbortSignal,
): Promise<MeegEvent[]> {
  const annotations = recording.annotations.map(({ onset, duration, description }) => ({
    sample: Math.min(recording.sampleCount - 1, Math.max(0, Math.round(onset * recording.sfreq))),
    duration,
    name: description,
    channel: null,
  }));
  const triggers = types.flatMap((type, index) => (type === 'stim' ? [index] : []));
  const values = new Map(triggers.map((index) => [index, new Float64Array(recording.sampleCount)]));
  const step = blockLength(recording);
  for (let start = 0; triggers.length > 0 && start < recording.sampleCount; start += step) {
    signal.throwIfAborted();
    const data = await recording.read(start, Math.min(recording.sampleCount, start + step));
    for (const [index, into] of values) into.set(data[index], start);
  }
  const found = triggers.flatMap((index): MeegEvent[] => {
    const { name } = recording.channels[index];
    return findEvents(values.get(index) ?? [], {
      mask: plan.triggerMask,
      minSamples: plan.triggerMinSamples,
      unsigned16: name === 'STI101',
    }).map(([sample, , code]) => ({ sample, duration: 0, name: String(code), channel: name }));
  });
  return [...annotations, ...found].sort((a, b) => a.sample - b.sample);
}
