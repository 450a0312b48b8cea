/** Share of the load that must have moved before someone counts as turned. */
const MOVED = 0.5;
/** Frames over which a new distribution must last, so that a movement in between does not count. */
const SETTLE = 5;

/** Tells how long someone has been lying the same way. */
export interface TurnWatch {
  /** True where this frame completes a turn. @param seconds time of the frame */
  see(frame: Float32Array, seconds: number): boolean;
  /** Seconds since the last turn, or since someone came. */
  since(seconds: number): number;
  /** Starts anew: someone turned the person and says so. */
  reset(seconds: number): void;
}

/**
 * Watches for turns: half or more of the load has moved (half the summed difference between the distributions of
 * load, in coarse fields of 4 × 4 cells) and stays so. An empty mat is no lying.
 */
export function createTurnWatch(rows: number, cols: number, leastSum: number): TurnWatch {
  let reference: Float64Array | null = null;
  let from = 0;
  let changed = 0;
  const [down, across] = [Math.ceil(rows / 4), Math.ceil(cols / 4)];
  const distribution = (frame: Float32Array): Float64Array | null => {
    const fields = new Float64Array(down * across);
    let sum = 0;
    for (let cell = 0; cell < frame.length; cell++) {
      const value = Math.max(0, frame[cell]);
      sum += value;
      fields[Math.floor(Math.floor(cell / cols) / 4) * across + Math.floor((cell % cols) / 4)] += value;
    }
    if (!(sum > leastSum)) return null;
    for (let field = 0; field < fields.length; field++) fields[field] /= sum;
    return fields;
  };
  return {
    see(frame, seconds) {
      const now = distribution(frame);
      if (now === null) {
        reference = null;
        from = seconds;
        return false;
      }
      if (reference === null) {
        reference = now;
        from = seconds;
        return false;
      }
      const before = reference;
      let moved = 0;
      for (let field = 0; field < now.length; field++) moved += Math.abs(now[field] - before[field]) / 2;
      changed = moved >= MOVED ? changed + 1 : 0;
      if (changed < SETTLE) return false;
      reference = now;
      from = seconds;
      changed = 0;
      return true;
    },
    since: (seconds) => (reference === null ? 0 : Math.max(0, seconds - from)),
    reset(seconds) {
      from = seconds;
      changed = 0;
      reference = null;
    },
  };
}
