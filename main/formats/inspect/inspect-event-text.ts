import { readEventText } from '../meeg/event-text.ts';
import { describeEvents } from './inspect-recording.ts';

/** What `gyrus inspect` says of an event list in text. */
export async function inspectEventText(path: string): Promise<Record<string, unknown>> {
  const events = await readEventText(path);
  return { format: 'event-text', kind: 'events', ...describeEvents(events, 6), last: events.at(-1) ?? null };
}
