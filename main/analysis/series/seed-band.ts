/** One curve: steps ascending, one value each. */
export interface Series {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** What several seeds of one plan did at the same steps. */
export interface SeedBand {
  readonly steps: Uint32Array<ArrayBuffer>;
  /** Arithmetic mean over the seeds that have a finite value at the step. */
  readonly mean: Float64Array<ArrayBuffer>;
  readonly low: Float64Array<ArrayBuffer>;
  readonly high: Float64Array<ArrayBuffer>;
  /** How many seeds that is. */
  readonly seeds: Uint32Array<ArrayBuffer>;
}

/** Mean and range over seeds at every step that any of them has; steps at which none is finite are left out. */
export function seedBand(runs: readonly Series[]): SeedBand {
  const same = runs.every(({ steps }) => sameSteps(steps, runs[0].steps));
  return same ? bandOfAligned(runs) : bandOfAny(runs);
}

function sameSteps(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Seeds of one plan have the same steps as a rule: no table of steps is needed then. */
function bandOfAligned(runs: readonly Series[]): SeedBand {
  const count = runs[0]?.steps.length ?? 0;
  const band = {
    steps: new Uint32Array(count),
    mean: new Float64Array(count),
    low: new Float64Array(count),
    high: new Float64Array(count),
    seeds: new Uint32Array(count),
  };
  let kept = 0;
  for (let at = 0; at < count; at++) {
    let [sum, low, high, seeds] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (const { values } of runs) {
      const value = values[at];
      if (!Number.isFinite(value)) continue;
      sum += value;
      seeds++;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (seeds === 0) continue;
    band.steps[kept] = runs[0].steps[at];
    band.mean[kept] = sum / seeds;
    band.low[kept] = low;
    band.high[kept] = high;
    band.seeds[kept] = seeds;
    kept++;
  }
  return {
    steps: band.steps.subarray(0, kept),
    mean: band.mean.subarray(0, kept),
    low: band.low.subarray(0, kept),
    high: band.high.subarray(0, kept),
    seeds: band.seeds.subarray(0, kept),
  };
}

function bandOfAny(runs: readonly Series[]): SeedBand {
  const at = new Map<number, { sum: number; low: number; high: number; seeds: number }>();
  for (const { steps, values } of runs) {
    for (let point = 0; point < steps.length; point++) {
      const value = values[point];
      if (!Number.isFinite(value)) continue;
      const cell = at.get(steps[point]);
      if (cell === undefined) at.set(steps[point], { sum: value, low: value, high: value, seeds: 1 });
      else {
        cell.sum += value;
        cell.low = Math.min(cell.low, value);
        cell.high = Math.max(cell.high, value);
        cell.seeds++;
      }
    }
  }
  const cells = [...at].sort(([a], [b]) => a - b);
  return {
    steps: Uint32Array.from(cells, ([step]) => step),
    mean: Float64Array.from(cells, ([, { sum, seeds }]) => sum / seeds),
    low: Float64Array.from(cells, ([, { low }]) => low),
    high: Float64Array.from(cells, ([, { high }]) => high),
    seeds: Uint32Array.from(cells, ([, { seeds }]) => seeds),
  };
}
