import { UserError } from '../../core/errors.ts';
import { decodeAttribute } from './decode-attribute.ts';
import { decodeEntry } from './decode-entry.ts';
import { decodeTensor } from './decode-tensor.ts';
import type {
  OnnxDimension,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxOpset,
  OnnxType,
  OnnxValueInfo,
} from './onnx-model.ts';
import { ProtobufReader } from './protobuf-reader.ts';

/**
 * Reads an ONNX file. Byte values (weights) are views on `bytes`, so keep it unchanged while the model is used.
 * @throws UserError `onnx.damaged` for truncated or foreign bytes, `onnx.no-graph` where there is no graph inside.
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const reader = new ProtobufReader(bytes);
  let graph: OnnxGraph | undefined;
  const model: Omit<OnnxModel, 'graph'> = { irVersion: 0, opsetImports: [], metadata: [], unknown: [] };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        model.irVersion = reader.int();
        break;
      case 2:
        model.producerName = reader.string();
        break;
      case 3:
        model.producerVersion = reader.string();
        break;
      case 4:
        model.domain = reader.string();
        break;
      case 5:
        model.modelVersion = reader.int64();
        break;
      case 6:
        model.docString = reader.string();
        break;
      case 7:
        graph = decodeGraph(reader.message());
        break;
      case 8:
        model.opsetImports.push(decodeOpset(reader.message()));
        break;
      case 14:
        model.metadata.push(decodeEntry(reader.message()));
        break;
      default:
        model.unknown.push(reader.unknown());
    }
  }
  if (graph === undefined) {
    throw new UserError(
      'onnx.no-graph',
      'This file holds no ONNX graph. Choose a file that was saved as an ONNX model.',
    );
  }
  return { ...model, graph };
}

function decodeOpset(reader: ProtobufReader): OnnxOpset {
  const opset: OnnxOpset = {};
  while (reader.next()) {
    if (reader.field === 1) opset.domain = reader.string();
    else if (reader.field === 2) opset.version = reader.int();
    else reader.unknown();
  }
  return opset;
}

/** A GraphProto, the main graph or one inside an attribute. */
function decodeGraph(reader: ProtobufReader): OnnxGraph {
  const graph: OnnxGraph = {
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
    valueInfos: [],
    unknown: [],
  };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        graph.nodes.push(decodeNode(reader.message()));
        break;
      case 2:
        graph.name = reader.string();
        break;
      case 5:
        graph.initializers.push(decodeTensor(reader.message()));
        break;
      case 10:
        graph.docString = reader.string();
        break;
      case 11:
        graph.inputs.push(decodeValueInfo(reader.message()));
        break;
      case 12:
        graph.outputs.push(decodeValueInfo(reader.message()));
        break;
      case 13:
        graph.valueInfos.push(decodeValueInfo(reader.message()));
        break;
      default:
        graph.unknown.push(reader.unknown());
    }
  }
  return graph;
}

function decodeNode(reader: ProtobufReader): OnnxNode {
  const node: OnnxNode = { opType: '', inputs: [], outputs: [], attributes: [], unknown: [] };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        node.inputs.push(reader.string());
        break;
      case 2:
        node.outputs.push(reader.string());
        break;
      case 3:
        node.name = reader.string();
        break;
      case 4:
        node.opType = reader.string();
        break;
      case 5:
        node.attributes.push(decodeAttribute(reader.message(), decodeGraph));
        break;
      case 6:
        node.docString = reader.string();
        break;
      case 7:
        node.domain = reader.string();
        break;
      default:
        node.unknown.push(reader.unknown());
    }
  }
  return node;
}

function decodeValueInfo(reader: ProtobufReader): OnnxValueInfo {
  const info: OnnxValueInfo = { name: '', unknown: [] };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        info.name = reader.string();
        break;
      case 2:
        info.type = decodeType(reader.message());
        break;
      case 3:
        info.docString = reader.string();
        break;
      default:
        info.unknown.push(reader.unknown());
    }
  }
  return info;
}

function decodeType(reader: ProtobufReader): OnnxType {
  let tensor: { elementType: number; shape?: OnnxDimension[] } | undefined;
  const common: { denotation?: string; unknown: OnnxType['unknown'] } = { unknown: [] };
  while (reader.next()) {
    if (reader.field === 1) tensor = decodeTensorType(reader.message());
    else if (reader.field === 6) common.denotation = reader.string();
    else common.unknown.push(reader.unknown());
  }
  return tensor === undefined ? { kind: 'other', ...common } : { kind: 'tensor', ...tensor, ...common };
}

function decodeTensorType(reader: ProtobufReader): { elementType: number; shape?: OnnxDimension[] } {
  const tensor: { elementType: number; shape?: OnnxDimension[] } = { elementType: 0 };
  while (reader.next()) {
    if (reader.field === 1) tensor.elementType = reader.int();
    else if (reader.field === 2) tensor.shape = decodeShape(reader.message());
    else reader.unknown();
  }
  return tensor;
}

function decodeShape(reader: ProtobufReader): OnnxDimension[] {
  const shape: OnnxDimension[] = [];
  while (reader.next()) {
    if (reader.field === 1) shape.push(decodeDimension(reader.message()));
    else reader.unknown();
  }
  return shape;
}

function decodeDimension(reader: ProtobufReader): OnnxDimension {
  const dimension: OnnxDimension = {};
  while (reader.next()) {
    if (reader.field === 1) dimension.size = reader.int();
    else if (reader.field === 2) dimension.symbol = reader.string();
    else if (reader.field === 3) dimension.denotation = reader.string();
    else reader.unknown();
  }
  return dimension;
}
