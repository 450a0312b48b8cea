import { type Matrix, zeros } from '../../tensor/matrix.ts';

/**
 * Down-sampling by pooling: sample s takes the words whose time lies in [s·interval, (s + 1)·interval), as mean or sum;
 * zeros where there are none. Words before 0 or after the last sample are left out.
 */
export function averageSample(
  features: Matrix,
  wordTimes: Float64Array,
  count: number,
  interval: number,
  pooling: 'mean' | 'sum',
): Matrix {
  const { cols } = features;
  const sampled = zeros(count, cols);
  const words = new Float64Array(count);
  wordTimes.forEach((time, word) => {
    const sample = Math.floor(time / interval);
    if (sample < 0 || sample >= count) return;
    words[sample]++;
    for (let col = 0; col < cols; col++)
      sampled.data[sample * cols + col] += features.data[word * cols + col];
  });
  if (pooling === 'mean') {
    for (let at = 0; at < sampled.data.length; at++) sampled.data[at] /= words[Math.floor(at / cols)] || 1;
  }
  return sampled;
}
