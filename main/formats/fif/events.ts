import type { TriggerEvent } from '../meeg/find-events.ts';
import { block, tag } from './constants.ts';
import { type FifFile, findBlocks, findTag, readNumbers, readText } from './tree.ts';

/** The event list of a file (sample, before, code), with names where the file has them; null where it has no list. */
export async function readEvents(
  file: FifFile,
): Promise<{ events: TriggerEvent[]; names: Record<string, number> | null } | null> {
  const [node] = findBlocks(file.root, block.events);
  const values = node && (await readNumbers(file, findTag(node, tag.eventList)));
  if (!values) return null;
  const events = Array.from(
    { length: Math.floor(values.length / 3) },
    (_, index): TriggerEvent => [values[3 * index], values[3 * index + 1], values[3 * index + 2]],
  );
  const text = await readText(file, findTag(node, tag.description));
  if (text === null || !text.includes(':')) return { events, names: null };
  const names = text.split(';').flatMap((pair) => {
    const colon = pair.lastIndexOf(':');
    const code = Number(pair.slice(colon + 1));
    return colon > 0 && Number.isInteger(code) ? [[pair.slice(0, colon), code] as const] : [];
  });
  return { events, names: Object.fromEntries(names) };
}
