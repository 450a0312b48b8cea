import type { Random } from '../../tensor/random/xoshiro.ts';

/** First-order autoregressive noise of unit variance: x(t) = ρ x(t − 1) + √(1 − ρ²) e(t), stationary from the start. */
export function autoregressive(random: Random, into: Float64Array, rho: number): void {
  const step = Math.sqrt(1 - rho * rho);
  let value = random.normal();
  for (let t = 0; t < into.length; t += 1) {
    if (t > 0) value = rho * value + step * random.normal();
    into[t] = value;
  }
}

/** Slow drift of about unit size: a line and cosines of one and two periods a run, with random weights. */
export function drift(random: Random, into: Float64Array): void {
  const weights = [random.normal(), random.normal(), random.normal()];
  for (let t = 0; t < into.length; t += 1) {
    const at = into.length > 1 ? t / (into.length - 1) : 0;
    into[t] =
      0.8 * weights[0] * (2 * at - 1) +
      0.5 * weights[1] * Math.cos(Math.PI * at) +
      0.4 * weights[2] * Math.cos(2 * Math.PI * at);
  }
}

export const motionColumns = ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'] as const;

/** Six realignment parameters as autoregressive series (0.8): translations in mm, rotations in rad. */
export function headMotion(random: Random, samples: number): Float64Array[] {
  return motionColumns.map((name) => {
    const scale = name.startsWith('trans') ? 0.05 : 0.001;
    const series = new Float64Array(samples);
    autoregressive(random, series, 0.8);
    return series.map((value) => scale * value);
  });
}

/** The 24 motion columns of fMRIPrep: parameters, derivatives, squares of both; NaN where a derivative has no past. */
export function motionExpansion(
  motion: readonly Float64Array[],
): { readonly name: string; readonly series: Float64Array }[] {
  return motion.flatMap((series, index) => {
    const change = series.map((value, t) => (t === 0 ? Number.NaN : value - series[t - 1]));
    const name = motionColumns[index];
    return [
      { name, series },
      { name: `${name}_derivative1`, series: change },
      { name: `${name}_power2`, series: series.map((value) => value * value) },
      { name: `${name}_derivative1_power2`, series: change.map((value) => value * value) },
    ];
  });
}

/** Framewise displacement in mm: sum of absolute changes, rotations as arcs on a sphere of 50 mm (Power 2012). */
export function framewiseDisplacement(motion: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(motion[0].length);
  for (let t = 1; t < out.length; t += 1) {
    motion.forEach((column, index) => {
      out[t] += Math.abs(column[t] - column[t - 1]) * (index < 3 ? 1 : 50);
    });
  }
  return out;
}
