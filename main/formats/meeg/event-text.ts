import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readText } from '../text/decode-text.ts';
import type { TriggerEvent } from './find-events.ts';

/** Whether a text looks like an event list: every line three or four numbers, the first and last ones whole. */
export function looksEventText(text: string): boolean {
  const lines = text
    .split(/\r?\n/)
    .slice(0, 20)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  // The last line may be cut off where only the head of a file is at hand.
  const whole = text.length >= 4096 ? lines.slice(0, -1) : lines;
  return whole.length > 0 && whole.every((line) => parseLine(line) !== null);
}

/**
 * Reads an event list in text (.eve): sample, value before, code; older files have the time in seconds as a second
 * column.
 * @throws UserError `events.not-events`
 */
export async function readEventText(path: string): Promise<TriggerEvent[]> {
  const { text } = await readText(path);
  const events: TriggerEvent[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const event = parseLine(line);
    if (event === null) {
      const file = basename(path);
      throw new UserError(
        'events.not-events',
        `${file} is no event list: "${line.trim().slice(0, 60)}" is not sample, before, code.`,
        {
          file,
          line: line.trim().slice(0, 60),
        },
      );
    }
    events.push(event);
  }
  return events;
}

function parseLine(line: string): TriggerEvent | null {
  const cells = line.trim().split(/\s+/).map(Number);
  if (cells.some((cell) => !Number.isFinite(cell))) return null;
  const [sample, before, code] = cells.length === 4 ? [cells[0], cells[2], cells[3]] : cells;
  const whole = (cells.length === 3 || cells.length === 4) && [sample, before, code].every(Number.isInteger);
  return whole ? [sample, before, code] : null;
}
