import { windowedSinc } from './fir.ts';

/** Change of rate as a fraction in lowest terms, and the filter that keeps what both rates can hold. */
export interface Resampler {
  readonly up: number;
  readonly down: number;
  /** Low-pass at the higher rate, times `up`; odd length. */
  readonly coefficients: Float64Array;
}

/** Larger fractions would make filters of hundreds of thousands of samples. */
const LARGEST = 5000;
const KAISER_BETA = 5;

/**
 * The resampler between two rates, as scipy.signal.resample_poly makes it (Kaiser window with beta 5, ten zero
 * crossings on either side). Null where the rates have no common fraction of reasonable size.
 */
export function resamplerFor(from: number, to: number): Resampler | null {
  const fraction = fractionOf(to / from);
  if (fraction === null) return null;
  const [up, down] = fraction;
  const largest = Math.max(up, down);
  const half = 10 * largest;
  const coefficients = windowedSinc(2 * half + 1, 1 / largest, kaiser).map((value) => value * up);
  return { up, down, coefficients };
}

/** How many samples come out. */
export function resampledLength({ up, down }: Resampler, samples: number): number {
  return Math.ceil((samples * up) / down);
}

/** Input samples `start` to `stop` (may lie outside the signal) that outputs `from` to `to` are made of. */
export function inputRange(
  { up, down, coefficients }: Resampler,
  from: number,
  to: number,
): [number, number] {
  const half = (coefficients.length - 1) / 2;
  return [Math.ceil((from * down - half) / up), Math.floor(((to - 1) * down + half) / up) + 1];
}

/** Outputs `from` to `to` of a signal of which `input` holds the samples from `start` on; others count as zero. */
export function resample(
  { up, down, coefficients }: Resampler,
  input: Float64Array,
  start: number,
  from: number,
  to: number,
): Float64Array {
  const half = (coefficients.length - 1) / 2;
  const out = new Float64Array(to - from);
  for (let m = from; m < to; m++) {
    const first = Math.max(start, Math.ceil((m * down - half) / up));
    const last = Math.min(start + input.length - 1, Math.floor((m * down + half) / up));
    let sum = 0;
    for (let k = first; k <= last; k++) sum += input[k - start] * coefficients[half + m * down - k * up];
    out[m - from] = sum;
  }
  return out;
}

/** Numerator and denominator by continued fractions, to a part in 10⁹. */
function fractionOf(ratio: number): [number, number] | null {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let rest = ratio;
  for (let step = 0; step < 40; step++) {
    const whole = Math.floor(rest);
    [p0, q0, p1, q1] = [p1, q1, whole * p1 + p0, whole * q1 + q0];
    if (p1 > LARGEST || q1 > LARGEST) return null;
    if (p1 > 0 && Math.abs(p1 / q1 - ratio) <= 1e-9 * ratio) return [p1, q1];
    rest = 1 / (rest - whole);
  }
  return null;
}

function kaiser(at: number, length: number): number {
  const x = (2 * at) / (length - 1) - 1;
  return bessel0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel0(KAISER_BETA);
}

/** Modified Bessel function of order zero, by its power series. */
function bessel0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
