import type { z } from 'zod';
import type { downsamplingSchema, Word } from '../../contract/stimuli.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { averageSample } from './average.ts';
import { lanczosSample } from './lanczos.ts';
import { sampleTimes } from './sample-times.ts';

export interface SamplingOptions {
  readonly method: z.infer<typeof downsamplingSchema>;
  /** Samples of the run. */
  readonly count: number;
  /** Seconds between samples. */
  readonly interval: number;
  /** What 'average' does within a sample; `pooling` of the feature space. */
  readonly pooling: 'mean' | 'sum';
}

/** When a word counts: half-way between its onset and its end. */
export function wordMiddles(words: readonly Word[]): Float64Array {
  return Float64Array.from(words, ({ onset, duration }) => onset + duration / 2);
}

/** Word × dimension features of one run brought to the scanner's clock: sample × dimension. Words in order. */
export function sampleFeatures(features: Matrix, words: readonly Word[], options: SamplingOptions): Matrix {
  const { method, count, interval, pooling } = options;
  const middles = wordMiddles(words);
  if (method === 'average') return averageSample(features, middles, count, interval, pooling);
  // Middles of overlapping words may be out of order, which the running window of the filter cannot take.
  const order = Array.from(middles.keys()).sort((a, b) => middles[a] - middles[b]);
  if (order.every((word, at) => word === at)) {
    return lanczosSample(features, middles, sampleTimes(count, interval), interval);
  }
  const { rows, cols } = features;
  const data = new Float32Array(rows * cols);
  order.forEach((word, at) => {
    data.set(features.data.subarray(word * cols, (word + 1) * cols), at * cols);
  });
  const sorted = Float64Array.from(order, (word) => middles[word]);
  return lanczosSample({ rows, cols, data }, sorted, sampleTimes(count, interval), interval);
}
