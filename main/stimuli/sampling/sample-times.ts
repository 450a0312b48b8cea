/**
 * Times of a run's samples in seconds on the stimulus clock: the middle of each volume, (i + ½)·interval, which is where
 * slice timing correction puts it.
 */
export function sampleTimes(count: number, interval: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (index + 0.5) * interval);
}
