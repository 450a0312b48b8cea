import type { MeegEvent, MeegPlan, PlannedMeeg } from '../../contract/meeg-import.ts';
import { readEvents } from '../../formats/bids/events.ts';
import { findEvents } from '../../formats/meeg/find-events.ts';
import { type Annotation, blocksOfRecording, type Recording } from '../../formats/meeg/recording.ts';
import { columnIndex, isMissing } from '../../formats/table/tsv.ts';

/**
 * Events of a recording in its own samples: annotations, and the rising steps of its trigger channels. Values of
 * Neuromag's STI101 are read as the unsigned 16-bit numbers they are. An events.tsv, where the plan names one, stands in
 * for the annotations: BIDS has it that the table is what counts.
 * @throws UserError as `readEvents`
 */
export async function eventsOf(
  recording: Recording,
  run: Pick<PlannedMeeg, 'eventsPath'>,
  plan: Pick<MeegPlan, 'triggerMask' | 'triggerMinSamples'>,
  types: readonly string[],
  signal: AbortSignal,
): Promise<MeegEvent[]> {
  const noted = run.eventsPath === null ? recording.annotations : await tableEvents(run.eventsPath);
  const annotations = noted.map(({ onset, duration, description }) => ({
    sample: Math.min(recording.sampleCount - 1, Math.max(0, Math.round(onset * recording.sfreq))),
    duration,
    name: description,
    channel: null,
  }));
  const triggers = types.flatMap((type, index) => (type === 'stim' ? [index] : []));
  const values = new Map(triggers.map((index) => [index, new Float64Array(recording.sampleCount)]));
  if (triggers.length > 0) {
    for await (const { start, data } of blocksOfRecording(recording)) {
      signal.throwIfAborted();
      for (const [index, into] of values) into.set(data[index], start);
    }
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

/** Rows of an events.tsv with an onset, named by the first of trial_type, value, stim_type and stimulus that says something. */
async function tableEvents(path: string): Promise<Annotation[]> {
  const { onsets, durations, table } = await readEvents(path);
  const columns = ['trial_type', 'value', 'stim_type', 'stimulus'].flatMap((name) => {
    const at = columnIndex(table, name);
    return at < 0 ? [] : [at];
  });
  return table.rows.flatMap((row, at): Annotation[] => {
    const named = columns.find((column) => !isMissing(row[column]));
    return Number.isNaN(onsets[at])
      ? []
      : [
          {
            onset: onsets[at],
            duration: Number.isNaN(durations[at]) ? 0 : durations[at],
            description: named === undefined ? 'event' : row[named],
          },
        ];
  });
}
