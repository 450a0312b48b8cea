import type { AnyTypedArray } from '../../contract/typed-arrays.ts';

/**
 * Element types of ONNX tensors by their number in TensorProto.DataType, with the typed array that holds raw values.
 * float16, bfloat16 and the 8-bit floats keep their bit patterns.
 */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
} as const;

export type ElementType = keyof typeof ELEMENT_TYPES;

/** Typed arrays in which tensor values come and go; int64 and uint64 as bigint arrays. */
export type TensorValues = AnyTypedArray;

const names = new Map<number, ElementType>(
  (Object.keys(ELEMENT_TYPES) as ElementType[]).map((name) => [ELEMENT_TYPES[name], name]),
);

/** Name of a TensorProto.DataType number, or undefined for one this version does not know. */
export function elementTypeName(code: number): ElementType | undefined {
  return names.get(code);
}

/** Bytes per element; 0.5 for the 4-bit types; undefined for strings, which have no fixed width. */
export function elementBytes(type: ElementType): number | undefined {
  switch (type) {
    case 'string':
      return undefined;
    case 'uint4':
    case 'int4':
    case 'float4e2m1':
      return 0.5;
    case 'uint8':
    case 'int8':
    case 'bool':
      return 1;
    case 'float8e4m3fn':
    case 'float8e4m3fnuz':
    case 'float8e5m2':
    case 'float8e5m2fnuz':
      return 1;
    case 'uint16':
    case 'int16':
    case 'float16':
    case 'bfloat16':
      return 2;
    case 'float32':
    case 'int32':
    case 'uint32':
      return 4;
    case 'float64':
    case 'int64':
    case 'uint64':
    case 'complex64':
      return 8;
    case 'complex128':
      return 16;
  }
}
