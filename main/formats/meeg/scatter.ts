import { swapBytes } from '../npy/npy.ts';

export type SampleType = 'int16' | 'int32' | 'float32' | 'float64';

/** Bytes of one sample. */
const widths: Readonly<Record<SampleType, number>> = { int16: 2, int32: 4, float32: 4, float64: 8 };

/** Samples × channels in a file, channels fastest. */
export interface SampleLayout {
  /** Channels that the file has; what is behind those with a scale is left out. */
  readonly stored: number;
  /** Factor of each channel. */
  readonly scales: ArrayLike<number>;
}

/** Samples that are turned at a time: rows of the file and pieces of the channels then stay in the cache. */
const TILE = 64;

/** Samples × channels as stored (channels fastest) into one scaled array per channel, from sample `at` on. */
export function scatterSamples(
  values: Int16Array | Int32Array | Float32Array | Float64Array,
  { stored, scales }: SampleLayout,
  out: readonly Float64Array[],
  at = 0,
): void {
  const samples = Math.floor(values.length / stored);
  for (let start = 0; start < samples; start += TILE) {
    const stop = Math.min(samples, start + TILE);
    for (let channel = 0; channel < scales.length; channel++) {
      const target = out[channel];
      const scale = scales[channel];
      let from = start * stored + channel;
      for (let sample = start; sample < stop; sample++, from += stored) {
        target[at + sample] = values[from] * scale;
      }
    }
  }
}

/**
 * Bytes as numbers in this machine's order; copied only where they are not aligned.
 * @param bigEndian whether the bytes are turned round, which is done where they lie
 */
export function typedOver(
  bytes: Uint8Array,
  type: SampleType,
  bigEndian = false,
): Int16Array | Int32Array | Float32Array | Float64Array {
  const width = widths[type];
  const whole = bytes.length - (bytes.length % width);
  const usable = bytes.byteOffset % width !== 0 ? new Uint8Array(bytes.subarray(0, whole)) : bytes;
  if (bigEndian) swapBytes(usable.subarray(0, whole), width);
  const { buffer, byteOffset } = usable;
  const count = whole / width;
  if (type === 'int16') return new Int16Array(buffer, byteOffset, count);
  if (type === 'int32') return new Int32Array(buffer, byteOffset, count);
  return type === 'float64'
    ? new Float64Array(buffer, byteOffset, count)
    : new Float32Array(buffer, byteOffset, count);
}
