import type { Clock } from '../core/clock.ts';

/** Counts crashes, so that a job that always kills its process is given up instead of run for ever. */
export interface CrashBreaker {
  /** Notes a crash; true when it was one too many. The count begins anew then. */
  crashed(): boolean;
}

/** Three crashes within a minute are one too many. */
export function createCrashBreaker(clock: Clock, limit = 3, withinMs = 60_000): CrashBreaker {
  let times: number[] = [];
  return {
    crashed() {
      const now = clock.now();
      times = [...times.filter((time) => now - time < withinMs), now];
      if (times.length < limit) return false;
      times = [];
      return true;
    },
  };
}
