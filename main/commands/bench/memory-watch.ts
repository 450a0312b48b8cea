import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One look at memory, in bytes. */
interface Look {
  readonly at: number;
  /** What the system counts for the process. */
  readonly resident: number;
  /** Objects on the heap and buffers outside it that are still held: after a forced collection. */
  readonly held: number;
}

/** Watches whether memory grows with what a bench counts (frames, say). */
export interface MemoryWatch {
  /** @param at how much has been done */
  look(at: number): Promise<void>;
  /**
   * Megabytes at the first and last look and at most, growth per `per` with the half-width of its 95 % interval, and
   * means of ten stretches one after another, which tell growth that goes on from growth that ends.
   */
  result(per: number): Record<string, number | number[]>;
}

/** Bytes of small objects that are kept for a moment: V8 then enlarges its young generation to its full size. */
const YOUNG = 40e6;
const OBJECT = 64;
/** Milliseconds that V8 needs to give back buffers after a collection: it does so on another thread. */
const SWEEP_MS = 30;

/**
 * Begins a watch. V8 enlarges its young generation by some 30 MB once in a process, whenever enough objects have
 * outlived a collection; that is brought about now, so that it is not taken for growth of what is measured.
 */
export async function watchMemory(): Promise<MemoryWatch> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  // The first finds what is free, the second what hung on it.
  const collect = async () => {
    for (let round = 0; round < 2; round++) {
      gc();
      await sleep(SWEEP_MS);
    }
  };
  enlargeYoungGeneration();
  await collect();
  const looks: Look[] = [];
  return {
    async look(at) {
      await collect();
      const { rss, heapUsed, external } = process.memoryUsage();
      looks.push({ at, resident: rss, held: heapUsed + external });
    },
    result(per) {
      const figures = (name: string, of: (look: Look) => number) => {
        const values = looks.map((look) => of(look) / 1e6);
        const { slope, half } = line(
          looks.map(({ at }) => at / per),
          values,
        );
        return {
          [`${name}_start_mb`]: values[0],
          [`${name}_max_mb`]: Math.max(...values),
          [`${name}_end_mb`]: values[values.length - 1],
          [`${name}_growth_mb`]: slope,
          [`${name}_growth_half_width_mb`]: half,
          [`${name}_stretches_mb`]: stretches(values),
        };
      };
      return {
        ...figures('rss', ({ resident }) => resident),
        ...figures('held', ({ held }) => held),
      };
    },
  };
}

/** Means of ten stretches, or of each value where there are fewer. */
function stretches(values: readonly number[]): number[] {
  const count = Math.min(10, values.length);
  return Array.from({ length: count }, (_, at) => {
    const some = values.slice(
      Math.floor((at * values.length) / count),
      Math.floor(((at + 1) * values.length) / count),
    );
    return Math.round(some.reduce((sum, value) => sum + value, 0) / some.length);
  });
}

function enlargeYoungGeneration(): void {
  const kept: { values: number[] }[] = [];
  for (let bytes = 0; bytes < YOUNG; bytes += OBJECT) kept.push({ values: [bytes] });
  kept.length = 0;
}

/** Least squares: slope and 1.96 of its standard errors. */
function line(x: readonly number[], y: readonly number[]): { slope: number; half: number } {
  const n = x.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [mx, my] = [mean(x), mean(y)];
  const spread = x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  const slope = x.reduce((sum, value, at) => sum + (value - mx) * (y[at] - my), 0) / spread;
  const rest = y.reduce((sum, value, at) => sum + (value - my - slope * (x[at] - mx)) ** 2, 0);
  return { slope, half: 1.96 * Math.sqrt(rest / Math.max(1, n - 2) / spread) };
}
