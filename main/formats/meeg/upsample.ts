import { inverseFft, realFft } from '../../core/fft.ts';

/**
 * Stretches a signal to more samples over the same time without changing its spectrum, as mne.filter.resample does
 * without padding: zeros are added between the positive and the negative frequencies. The signal is taken as periodic.
 */
export function upsample(values: Float64Array, samples: number): Float64Array {
  const count = values.length;
  if (samples === count || count === 0) return values.slice();
  const spectrum = realFft(values);
  const re = new Float64Array(samples);
  const im = new Float64Array(samples);
  const kept = Math.min(count, samples);
  const ratio = samples / count;
  for (let bin = 0; bin <= kept / 2; bin++) {
    // The middle bin of an even count stands for both signs: half of it goes to each.
    const share = bin * 2 === kept && bin > 0 && samples !== count ? ratio / 2 : ratio;
    re[bin] += spectrum.re[bin] * share;
    im[bin] += spectrum.im[bin] * share;
    if (bin > 0) {
      re[samples - bin] += spectrum.re[bin] * share;
      im[samples - bin] -= spectrum.im[bin] * share;
    }
  }
  return inverseFft({ re, im }).re;
}
