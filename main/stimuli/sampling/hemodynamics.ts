import type { Hemodynamics } from '../../contract/stimuli.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';

/** Seconds of the response that are kept. */
const HRF_SECONDS = 32;

/** Density of the gamma distribution with whole shape and scale 1: t^(k−1) e^(−t) / (k−1)!. */
function gammaDensity(t: number, shape: number): number {
  if (t <= 0) return 0;
  let logFactorial = 0;
  for (let n = 2; n < shape; n++) logFactorial += Math.log(n);
  return Math.exp((shape - 1) * Math.log(t) - t - logFactorial);
}

/** SPM's canonical response at time t (s) before scaling: gamma(6) − gamma(16) / 6 (spm_hrf, default parameters). */
export function doubleGamma(t: number): number {
  return gammaDensity(t, 6) - gammaDensity(t, 16) / 6;
}

/** The response at 0, interval, 2·interval, … up to 32 s, scaled to sum 1. */
export function spmHrf(interval: number): Float64Array {
  const hrf = Float64Array.from({ length: Math.floor(HRF_SECONDS / interval) + 1 }, (_, n) =>
    doubleGamma(n * interval),
  );
  const sum = hrf.reduce((total, value) => total + value, 0);
  return hrf.map((value) => value / sum);
}

/** Convolution of every column with the response, within the run; what lies before the run is 0. */
function convolved(samples: Matrix, hrf: Float64Array): Matrix {
  const { rows, cols, data } = samples;
  const out = zeros(rows, cols);
  const sum = new Float64Array(cols);
  for (let row = 0; row < rows; row++) {
    sum.fill(0);
    for (let lag = 0; lag < hrf.length && lag <= row; lag++) {
      const weight = hrf[lag];
      const from = (row - lag) * cols;
      for (let col = 0; col < cols; col++) sum[col] += weight * data[from + col];
    }
    out.data.set(sum, row * cols);
  }
  return out;
}

/** One copy of all columns per delay, delay after delay; row t of the copy for delay d is row t − d, or zeros. */
function delayed(samples: Matrix, delays: readonly number[]): Matrix {
  const { rows, cols, data } = samples;
  const out = zeros(rows, cols * delays.length);
  delays.forEach((delay, block) => {
    for (let row = delay; row < rows; row++) {
      out.data.set(
        data.subarray((row - delay) * cols, (row - delay + 1) * cols),
        row * out.cols + block * cols,
      );
    }
  });
  return out;
}

/**
 * The hemodynamic model applied to one run: sample × dimension in, sample × dimension out (times the number of delays for
 * a finite impulse response). Call it run by run: nothing ever passes from one run to the next.
 */
export function applyHemodynamics(samples: Matrix, model: Hemodynamics, interval: number): Matrix {
  return model.kind === 'spm' ? convolved(samples, spmHrf(interval)) : delayed(samples, model.delays);
}
