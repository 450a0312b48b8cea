import { type Matrix, zeros } from '../../tensor/matrix.ts';
import type { SplitRun } from '../splits/split-manifest.ts';

/**
 * Features of the autocorrelation-only control (OASM: one column per sample, a Gaussian bump around it in time,
 * zero across runs). A model on these knows nothing of the stimulus, only which samples are neighbours; where it
 * scores, the split leaks. Source: Hadidi, Feghhi, Song, Blank and Kao 2025, "Illusions of alignment".
 * @param width standard deviation of the bump, in samples
 * @returns samples × samples
 */
export function autocorrelationFeatures(runs: readonly SplitRun[], width = 2): Matrix {
  const samples = runs.reduce((sum, run) => sum + run.samples, 0);
  const features = zeros(samples, samples);
  const reach = Math.ceil(4 * width);
  let start = 0;
  for (const run of runs) {
    for (let row = start; row < start + run.samples; row++) {
      const first = Math.max(start, row - reach);
      const last = Math.min(start + run.samples - 1, row + reach);
      for (let col = first; col <= last; col++) {
        features.data[row * samples + col] = Math.exp(-((row - col) ** 2) / (2 * width * width));
      }
    }
    start += run.samples;
  }
  return features;
}
