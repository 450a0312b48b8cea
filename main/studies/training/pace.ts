/** Runs of each kind that are timed; one before them, which settles memory and caches, is not. */
const TIMED = 4;

/** Milliseconds of a step from which steps stay single: a run is stopped between two of its calls only. */
const LONG = 1000;

/**
 * Finds out while a run goes on whether several steps in one run are faster than single ones on this device, and keeps to the
 * faster. Both give the same bits, so what is measured decides nothing but the time.
 */
export class Pace {
  private readonly together: number;
  private readonly times = { single: [] as number[], joint: [] as number[] };

  /** @param together steps of a joint run; 1 where there are none */
  constructor(together: number) {
    this.together = together;
  }

  /** Steps to take next. @param fits whether a joint run ends before the next checkpoint and the last step */
  next(fits: boolean): number {
    if (this.together === 1 || !fits) return 1;
    const { single, joint } = this.times;
    if (single.length <= TIMED) return 1;
    const alone = Math.min(...single.slice(1));
    if (alone > LONG) return 1;
    if (joint.length <= TIMED) return this.together;
    return Math.min(...joint.slice(1)) <= alone ? this.together : 1;
  }

  /** Hears what `steps` in one run took. */
  took(milliseconds: number, steps: number): void {
    const list = steps === 1 ? this.times.single : this.times.joint;
    if (list.length <= TIMED) list.push(milliseconds / steps);
  }
}
