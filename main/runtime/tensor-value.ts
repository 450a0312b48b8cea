/** Element types that cross into and out of a session, with the typed array that holds each. */
export interface ValueArrays {
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  /** One byte per element, 0 or 1. */
  bool: Uint8Array;
  /** Bit patterns. */
  float16: Uint16Array;
}
export type ValueType = keyof ValueArrays;

/** A dense row-major tensor as sessions take and give it. An empty `dims` is a scalar. */
export type TensorValue<T extends ValueType = ValueType> = {
  [K in T]: { readonly type: K; readonly dims: readonly number[]; readonly data: ValueArrays[K] };
}[T];

/** What a graph says of one of its inputs or outputs. Symbolic axes keep their names. */
export interface ValueDescription {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

/** float32 values of an output. @throws Error where it is of another type (a fault in the caller's graph) */
export function float32Of(value: TensorValue | undefined, name: string): Float32Array {
  if (value?.type !== 'float32')
    throw new Error(`output ${name} is ${value?.type ?? 'missing'}, not float32`);
  return value.data;
}
