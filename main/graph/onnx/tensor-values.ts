import { UserError } from '../../core/errors.ts';
import {
  ELEMENT_TYPES,
  type ElementType,
  elementBytes,
  elementTypeName,
  type TensorValues,
} from './element-type.ts';
import type { OnnxTensor } from './onnx-model.ts';

/** Number of elements; 1 for a scalar (no dims). */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** Element type of a tensor. @throws UserError `onnx.element-type` for a code this version does not know. */
export function tensorElementType(tensor: OnnxTensor): ElementType {
  const type = elementTypeName(tensor.dataType);
  if (type === undefined) {
    throw new UserError(
      'onnx.element-type',
      `Tensor ${tensor.name ?? ''} has the unknown element type ${tensor.dataType}.`,
      {
        name: tensor.name ?? '',
        code: tensor.dataType,
      },
    );
  }
  return type;
}

/** A tensor holding `values` (row-major). The bytes are shared with `values`, not copied. */
export function makeTensor(
  name: string,
  type: Exclude<ElementType, 'string'>,
  dims: readonly number[],
  values: TensorValues,
): OnnxTensor {
  const width = elementBytes(type) ?? 0;
  if (Math.ceil(elementCount(dims) * width) !== values.byteLength) {
    throw new Error(`tensor ${name}: ${values.byteLength} bytes do not fill ${type}[${dims.join(',')}]`);
  }
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: [...dims], dataType: ELEMENT_TYPES[type], raw, unknown: [] };
}

/**
 * The values of a tensor held in its own file, row-major. bool comes as Uint8Array, float16 and bfloat16 as bit
 * patterns in Uint16Array, 8- and 4-bit floats as bytes. A view where alignment allows, else a copy.
 * @throws UserError `onnx.values` where strings, external data or too few bytes stand in the way.
 */
export function tensorValues(tensor: OnnxTensor): TensorValues {
  const type = tensorElementType(tensor);
  const refuse = (why: string) =>
    new UserError('onnx.values', `The values of tensor ${tensor.name ?? ''} cannot be read: ${why}.`, {
      name: tensor.name ?? '',
      why,
    });
  if (type === 'string') throw refuse('it holds strings');
  if (tensor.dataLocation === 1) throw refuse('they are in another file that was not loaded');
  const expected = Math.ceil(elementCount(tensor.dims) * (elementBytes(type) ?? 0));
  const values = tensor.raw === undefined ? fromLists(tensor, type) : fromRaw(tensor.raw, type);
  if (values.byteLength !== expected) throw refuse(`${values.byteLength} bytes where ${expected} belong`);
  return values;
}

function fromRaw(raw: Uint8Array, type: ElementType): TensorValues {
  const width = Math.max(1, elementBytes(type) ?? 1);
  const aligned = raw.byteOffset % Math.min(8, width) === 0 ? raw : new Uint8Array(raw);
  return view(type, aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / width));
}

function view(type: ElementType, buffer: ArrayBufferLike, offset: number, length: number): TensorValues {
  switch (type) {
    case 'float32':
      return new Float32Array(buffer, offset, length);
    case 'float64':
      return new Float64Array(buffer, offset, length);
    case 'complex64':
      return new Float32Array(buffer, offset, length * 2);
    case 'complex128':
      return new Float64Array(buffer, offset, length * 2);
    case 'int8':
      return new Int8Array(buffer, offset, length);
    case 'int16':
      return new Int16Array(buffer, offset, length);
    case 'int32':
      return new Int32Array(buffer, offset, length);
    case 'int64':
      return new BigInt64Array(buffer, offset, length);
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return new Uint16Array(buffer, offset, length);
    case 'uint32':
      return new Uint32Array(buffer, offset, length);
    case 'uint64':
      return new BigUint64Array(buffer, offset, length);
    default:
      return new Uint8Array(buffer, offset, length);
  }
}

/** Values from the typed lists; narrow integers and half floats travel in int32_data (onnx.proto). */
function fromLists(tensor: OnnxTensor, type: ElementType): TensorValues {
  const narrow = () => (tensor.int32Data ?? []).map(Number);
  switch (type) {
    case 'float32':
    case 'complex64':
      return Float32Array.from(tensor.floatData ?? []);
    case 'float64':
    case 'complex128':
      return Float64Array.from(tensor.doubleData ?? []);
    case 'int64':
      return BigInt64Array.from(tensor.int64Data ?? []);
    case 'uint64':
      return BigUint64Array.from((tensor.uint64Data ?? []).map((value) => BigInt.asUintN(64, value)));
    case 'uint32':
      return Uint32Array.from((tensor.uint64Data ?? []).map(Number));
    case 'int32':
      return Int32Array.from(narrow());
    case 'int16':
      return Int16Array.from(narrow());
    case 'int8':
      return Int8Array.from(narrow());
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return Uint16Array.from(narrow());
    default:
      return Uint8Array.from(narrow());
  }
}
