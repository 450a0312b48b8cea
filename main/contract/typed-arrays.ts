/** Typed arrays of ordinary numbers, over any kind of buffer. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Those, and the 64-bit integers, whose elements are bigints. */
export type AnyTypedArray = TypedArray | BigInt64Array | BigUint64Array;
