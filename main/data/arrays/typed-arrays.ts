import type { Dtype } from '../../contract/arrays.ts';
import type { TypedArray } from '../../contract/typed-arrays.ts';

/** The typed array that holds each element type in memory. `bool` is one byte per element, 0 or 1. */
export interface TypedArrayByDtype {
  bool: Uint8Array<ArrayBuffer>;
  int8: Int8Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  int16: Int16Array<ArrayBuffer>;
  uint16: Uint16Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  uint32: Uint32Array<ArrayBuffer>;
  float32: Float32Array<ArrayBuffer>;
  float64: Float64Array<ArrayBuffer>;
}

const bytesPerElement: Record<Dtype, number> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
};

/** Bytes that one element takes in memory and, before compression, in the file. */
export function elementBytes(dtype: Dtype): number {
  return bytesPerElement[dtype];
}

const makers: { [D in Dtype]: (buffer: ArrayBuffer) => TypedArrayByDtype[D] } = {
  bool: (buffer) => new Uint8Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
};

/** A typed array of `dtype` over the whole of `buffer`, sharing its memory. */
export function viewOf<D extends Dtype>(dtype: D, buffer: ArrayBuffer): TypedArrayByDtype[D] {
  return makers[dtype](buffer);
}

/** A typed array of `length` zeros. */
export function allocate<D extends Dtype>(dtype: D, length: number): TypedArrayByDtype[D] {
  return viewOf(dtype, new ArrayBuffer(length * bytesPerElement[dtype]));
}

/** The element type that a typed array's class stands for (`uint8` for Uint8Array; `bool` can't be told apart). */
export function isTypedAs(dtype: Dtype, values: TypedArray): boolean {
  return values.constructor === allocate(dtype, 0).constructor;
}
