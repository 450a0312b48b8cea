import { swapBytes } from '../npy/npy.ts';
import { emptyBlock } from './recording.ts';

export type SampleType = 'int16' | 'int32' | 'float32' | 'float64';

/** Bytes of one sample. */
const widths: Readonly<Record<SampleType, number>> = { int16: 2, int32: 4, float32: 4, float64: 8 };

/**
 * Samples × channels as stored (channels fastest) into one scaled array per channel. `stored` may exceed the number
 * of scales: what is behind them is left out.
 */
export function scatterSamples(
  bytes: Uint8Array,
  type: SampleType,
  layout: { readonly stored: number; readonly scales: ArrayLike<number>; readonly bigEndian?: boolean },
): Float64Array[] {
  const { stored, scales, bigEndian = false } = layout;
  const values = typedOver(bytes, type, bigEndian);
  const samples = Math.floor(values.length / stored);
  const out = emptyBlock(scales.length, samples);
  for (let channel = 0; channel < scales.length; channel++) {
    const target = out[channel];
    const scale = scales[channel];
    for (let sample = 0, from = channel; sample < samples; sample++, from += stored) {
      target[sample] = values[from] * scale;
    }
  }
  return out;
}

/** Bytes as numbers in this machine's order; copied only where they are not aligned or must be turned round. */
export function typedOver(
  bytes: Uint8Array,
  type: SampleType,
  bigEndian = false,
): Int16Array | Int32Array | Float32Array | Float64Array {
  const width = widths[type];
  const whole = bytes.length - (bytes.length % width);
  const usable =
    bigEndian || bytes.byteOffset % width !== 0 ? new Uint8Array(bytes.subarray(0, whole)) : bytes;
  if (bigEndian) swapBytes(usable, width);
  const { buffer, byteOffset } = usable;
  const count = whole / width;
  if (type === 'int16') return new Int16Array(buffer, byteOffset, count);
  if (type === 'int32') return new Int32Array(buffer, byteOffset, count);
  return type === 'float64'
    ? new Float64Array(buffer, byteOffset, count)
    : new Float32Array(buffer, byteOffset, count);
}
