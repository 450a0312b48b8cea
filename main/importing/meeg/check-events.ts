import type { MeegEventCheck, MeegPlan } from '../../contract/meeg-import.ts';
import { UserError } from '../../core/errors.ts';
import { openRecording } from '../../formats/open-recording.ts';
import { cutEpochs } from './epochs.ts';
import { eventsOf } from './events.ts';
import { channelTable } from './probe.ts';
import { processed, stretches, withVoltUnit } from './source.ts';

/** Epochs and values that are cut for the count at most: the page waits for it. */
const MOST_EPOCHS = 400;
const MOST_VALUES = 4e7;
const SHOWN_CHANNELS = 5;

/**
 * Events of one recording by name, and how many of its epochs the plan's thresholds would drop, at the rate and with the
 * filter of the plan. Of long recordings the first epochs are examined, and `examined` says how many.
 * @throws UserError `import.unknown-run`, and as `openRecording`, `eventsOf` and `processed`
 */
export async function checkEvents(plan: MeegPlan, path: string): Promise<MeegEventCheck> {
  const run = plan.runs.find((planned) => planned.path === path);
  if (run === undefined)
    throw new UserError('import.unknown-run', `${path} is not a run of this plan.`, { image: path });
  const recording = withVoltUnit(await openRecording(path), run.voltUnit);
  try {
    const channels = channelTable(recording.channels, run.bads, run.types, run.positions);
    const types = channels.map(({ type }) => type);
    const found = await eventsOf(recording, run, plan, types, new AbortController().signal);
    const counts = new Map<string, MeegEventCheck['events'][number]>();
    for (const { name, channel } of found) {
      const key = `${channel ?? ''} ${name}`;
      counts.set(key, { name, channel, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    const events = [...counts.values()].sort((a, b) => b.count - a.count);
    if (plan.epochs === null) return { events, epochs: null };
    const source = processed(recording, types, plan.filter, plan.sfreq);
    const scale = source.sfreq / recording.sfreq;
    const { epochs } = plan;
    const wanted = found.filter(({ name }) => epochs.events.length === 0 || epochs.events.includes(name));
    const values = channels.length * Math.max(1, (epochs.tmax - epochs.tmin) * source.sfreq);
    const examined = wanted.slice(0, Math.max(1, Math.min(MOST_EPOCHS, Math.floor(MOST_VALUES / values))));
    const spans = stretches(recording).filter(({ missing }) => !missing);
    const cut = await cutEpochs(
      epochs,
      examined.map((event) => ({ ...event, sample: Math.round(event.sample * scale) })),
      { sfreq: source.sfreq, sampleCount: source.sampleCount, channels },
      (start, stop) => source.read(start, stop),
      (start, stop) =>
        spans.some((span) => start >= Math.floor(span.start * scale) && stop <= Math.ceil(span.stop * scale)),
    );
    const noisy = new Map<string, number>();
    for (const { channels: names } of cut.dropped)
      for (const name of names) noisy.set(name, (noisy.get(name) ?? 0) + 1);
    return {
      events,
      epochs: {
        total: wanted.length,
        examined: examined.length,
        kept: cut.kept.length,
        dropped: cut.dropped.length,
        outside: cut.outside.length,
        noisiest: [...noisy]
          .sort(([, a], [, b]) => b - a)
          .slice(0, SHOWN_CHANNELS)
          .map(([name, count]) => ({ name, count })),
      },
    };
  } finally {
    await recording.close();
  }
}
