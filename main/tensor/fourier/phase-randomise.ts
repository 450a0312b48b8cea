import { inverseFft, realFft } from '../../core/fft.ts';
import type { Random } from '../random/xoshiro.ts';

/**
 * A surrogate with the same power spectrum (hence autocorrelation) and mean and random phases: a null for time series
 * whose neighbours tell of each other. Source: Theiler et al. 1992, doi 10.1016/0167-2789(92)90102-S.
 */
export function phaseRandomise(random: Random, signal: ArrayLike<number>): Float64Array {
  const n = signal.length;
  const { re, im } = realFft(signal);
  for (let k = 1; k < n - k; k++) {
    const power = Math.hypot(re[k], im[k]);
    const phase = 2 * Math.PI * random.uniform();
    re[k] = power * Math.cos(phase);
    im[k] = power * Math.sin(phase);
    re[n - k] = re[k];
    im[n - k] = -im[k];
  }
  return inverseFft({ re, im }).re;
}
