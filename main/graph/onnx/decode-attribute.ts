import { decodeTensor } from './decode-tensor.ts';
import type { OnnxAttribute, OnnxAttributeValue, OnnxGraph, OnnxTensor } from './onnx-model.ts';
import type { ProtobufReader, UnknownField } from './protobuf-reader.ts';

/** AttributeProto.AttributeType numbers of the kinds that are decoded. */
export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const;

/** Everything an AttributeProto may carry, before its type says which of it counts. */
interface Parts {
  f?: number;
  i?: bigint;
  s?: Uint8Array;
  t?: OnnxTensor;
  g?: OnnxGraph;
  floats: number[];
  ints: bigint[];
  strings: Uint8Array[];
  tensors: OnnxTensor[];
  graphs: OnnxGraph[];
}

/**
 * An AttributeProto. Files older than IR version 2 carry no type: then the field that is present decides.
 * @param decodeGraph handed in, because graphs and attributes hold each other
 */
export function decodeAttribute(
  reader: ProtobufReader,
  decodeGraph: (reader: ProtobufReader) => OnnxGraph,
): OnnxAttribute {
  const parts: Parts = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
  const common: { name: string; docString?: string; unknown: UnknownField[] } = { name: '', unknown: [] };
  let typeCode: number | undefined;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        common.name = reader.string();
        break;
      case 2:
        parts.f = reader.float();
        break;
      case 3:
        parts.i = reader.int64();
        break;
      case 4:
        parts.s = reader.bytes();
        break;
      case 5:
        parts.t = decodeTensor(reader.message());
        break;
      case 6:
        parts.g = decodeGraph(reader.message());
        break;
      case 7:
        reader.floats(parts.floats);
        break;
      case 8:
        reader.int64s(parts.ints);
        break;
      case 9:
        parts.strings.push(reader.bytes());
        break;
      case 10:
        parts.tensors.push(decodeTensor(reader.message()));
        break;
      case 11:
        parts.graphs.push(decodeGraph(reader.message()));
        break;
      case 13:
        common.docString = reader.string();
        break;
      case 20:
        typeCode = reader.int();
        break;
      default:
        common.unknown.push(reader.unknown());
    }
  }
  const value = choose(parts, typeCode ?? guessType(parts), common.unknown);
  return { ...common, ...value };
}

function guessType(parts: Parts): number {
  if (parts.f !== undefined) return ATTRIBUTE_TYPES.float;
  if (parts.i !== undefined) return ATTRIBUTE_TYPES.int;
  if (parts.s !== undefined) return ATTRIBUTE_TYPES.string;
  if (parts.t !== undefined) return ATTRIBUTE_TYPES.tensor;
  if (parts.g !== undefined) return ATTRIBUTE_TYPES.graph;
  if (parts.floats.length > 0) return ATTRIBUTE_TYPES.floats;
  if (parts.strings.length > 0) return ATTRIBUTE_TYPES.strings;
  if (parts.tensors.length > 0) return ATTRIBUTE_TYPES.tensors;
  return parts.graphs.length > 0 ? ATTRIBUTE_TYPES.graphs : ATTRIBUTE_TYPES.ints;
}

function choose(parts: Parts, typeCode: number, unknown: readonly UnknownField[]): OnnxAttributeValue {
  // Field 21 refers to an attribute of the enclosing function: the type is stated, the value is elsewhere.
  if (unknown.some(({ field }) => field === 21)) return { kind: 'other', typeCode };
  switch (typeCode) {
    case ATTRIBUTE_TYPES.float:
      return { kind: 'float', value: parts.f ?? 0 };
    case ATTRIBUTE_TYPES.int:
      return { kind: 'int', value: parts.i ?? 0n };
    case ATTRIBUTE_TYPES.string:
      return { kind: 'string', value: parts.s ?? new Uint8Array() };
    case ATTRIBUTE_TYPES.floats:
      return { kind: 'floats', value: parts.floats };
    case ATTRIBUTE_TYPES.ints:
      return { kind: 'ints', value: parts.ints };
    case ATTRIBUTE_TYPES.strings:
      return { kind: 'strings', value: parts.strings };
    case ATTRIBUTE_TYPES.tensors:
      return { kind: 'tensors', value: parts.tensors };
    case ATTRIBUTE_TYPES.graphs:
      return { kind: 'graphs', value: parts.graphs };
    case ATTRIBUTE_TYPES.tensor:
      return parts.t ? { kind: 'tensor', value: parts.t } : { kind: 'other', typeCode };
    case ATTRIBUTE_TYPES.graph:
      return parts.g ? { kind: 'graph', value: parts.g } : { kind: 'other', typeCode };
    default:
      return { kind: 'other', typeCode };
  }
}
