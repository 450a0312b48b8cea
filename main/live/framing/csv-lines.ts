import type { Framer, FramerCounters } from './framer.ts';

/** A line longer than this per cell is no line of numbers; what was gathered is thrown away. */
const LONGEST_CELL = 32;

/**
 * One line of numbers a frame. Lines with another number of cells, or with cells that are no numbers, count as
 * corrupt; the first piece of a stream that was joined midway is not counted.
 */
export function csvFramer(skip: number, cells: number): Framer {
  const counters: FramerCounters = { frames: 0, lost: 0, late: 0, corrupt: 0, skippedBytes: 0 };
  const values = new Float32Array(cells);
  const decoder = new TextDecoder('latin1');
  let pending = '';
  let joined = false;

  const take = (line: string, emit: (values: Float32Array, clock: number | null) => void) => {
    const parts = line.trim().split(/[\s,;]+/);
    const good =
      parts.length === skip + cells &&
      parts.slice(skip).every((part, cell) => {
        values[cell] = Number(part);
        return part !== '' && Number.isFinite(values[cell]);
      });
    const first = !joined;
    joined = true;
    if (good) {
      counters.frames++;
      emit(values, skip > 0 && Number.isFinite(Number(parts[0])) ? Number(parts[0]) : null);
    } else if (first || line.trim() === '') counters.skippedBytes += line.length + 1;
    else {
      counters.corrupt++;
      counters.skippedBytes += line.length + 1;
    }
  };

  const forget = () => {
    counters.skippedBytes += pending.length;
    pending = '';
    joined = false;
  };

  return {
    counters,
    push(chunk, emit) {
      // HID reports have one length and end in zeros; text has none.
      pending += decoder.decode(chunk, { stream: true }).replaceAll('\0', '');
      const lines = pending.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) take(line, emit);
      if (pending.length > LONGEST_CELL * (cells + skip)) {
        counters.skippedBytes += pending.length;
        counters.corrupt++;
        pending = '';
      }
    },
    gap: forget,
    reset: forget,
  };
}
