/** Longest time that one frame stands for, in seconds: through a gap nobody knows what pressed. */
const LONGEST = 5;

/** Pressure × time of every cell since the last turn, in the unit of pressure times minutes. */
export interface PressureTime {
  readonly map: Float32Array;
  /** @param seconds time of the frame */
  see(frame: Float32Array, seconds: number): void;
  /** The greatest value and where it is. */
  highest(): { highest: number; row: number; col: number };
  reset(): void;
}

/** @param threshold cells at or below this are not loaded and add nothing */
export function createPressureTime(rows: number, cols: number, threshold: number): PressureTime {
  const map = new Float32Array(rows * cols);
  let before: number | null = null;
  // Values only grow until the next turn, so the greatest is found on the way.
  let top = 0;
  return {
    map,
    see(frame, seconds) {
      const elapsed = before === null ? 0 : Math.min(LONGEST, Math.max(0, seconds - before));
      before = seconds;
      for (let cell = 0; cell < frame.length; cell++) {
        if (!(frame[cell] > threshold)) continue;
        map[cell] += (frame[cell] * elapsed) / 60;
        if (map[cell] > map[top]) top = cell;
      }
    },
    highest: () => ({ highest: map[top], row: Math.floor(top / cols), col: top % cols }),
    reset: () => map.fill(0),
  };
}
