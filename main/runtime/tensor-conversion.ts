import './no-telemetry.ts';
import { Tensor } from 'onnxruntime-node';
import type { TensorValue, ValueType } from './tensor-value.ts';

/** A tensor of ONNX Runtime over the same memory. */
export function toTensor(value: TensorValue): Tensor {
  const { dims } = value;
  switch (value.type) {
    case 'int64':
      return new Tensor('int64', value.data, dims);
    case 'uint64':
      return new Tensor('uint64', value.data, dims);
    case 'bool':
      return new Tensor('bool', value.data, dims);
    default:
      return new Tensor(value.type, value.data, dims);
  }
}

const classes = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** Narrows a tensor's data to the class that its type promises. */
function checked<K extends keyof typeof classes>(name: string, type: K, tensor: Tensor): TensorValue<K> {
  const { data, dims } = tensor;
  if (!(data instanceof classes[type])) throw new Error(`output ${name} is said to be ${type} but is not`);
  return { type, dims, data } as TensorValue<K>;
}

function isKnown(type: string): type is keyof typeof classes {
  return type in classes;
}

/** An output of ONNX Runtime as a plain value over the same memory. @throws Error for text and 4-bit outputs */
export function fromTensor(name: string, tensor: Tensor): TensorValue<ValueType> {
  if (isKnown(tensor.type)) return checked(name, tensor.type, tensor);
  if (tensor.type === 'float16' && ArrayBuffer.isView(tensor.data)) {
    // Newer engines hand out Float16Array where older ones gave bit patterns: always give the patterns.
    const { buffer, byteOffset, byteLength } = tensor.data;
    return { type: 'float16', dims: tensor.dims, data: new Uint16Array(buffer, byteOffset, byteLength / 2) };
  }
  throw new Error(`output ${name} has the unsupported element type ${tensor.type}`);
}
