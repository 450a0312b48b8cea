import { ATTRIBUTE_TYPES } from './decode-attribute.ts';
import type {
  OnnxAttribute,
  OnnxDimension,
  OnnxEntry,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxOpset,
  OnnxTensor,
  OnnxType,
  OnnxValueInfo,
} from './onnx-model.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/**
 * The bytes of an ONNX file. What `decodeModel` read from a file of a reference serialiser comes out byte for byte.
 * Weights marked external are not touched: see external-data.ts.
 */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  writer.int(1, model.irVersion);
  writer.string(2, model.producerName);
  writer.string(3, model.producerVersion);
  writer.string(4, model.domain);
  writer.int(5, model.modelVersion);
  writer.string(6, model.docString);
  writer.message(7, graphMessage(model.graph));
  for (const opset of model.opsetImports) writer.message(8, opsetMessage(opset));
  for (const entry of model.metadata) writer.message(14, entryMessage(entry));
  writer.unknown(model.unknown);
  return writer.toBytes();
}

function opsetMessage(opset: OnnxOpset): ProtobufWriter {
  const writer = new ProtobufWriter();
  writer.string(1, opset.domain);
  writer.int(2, opset.version);
  return writer;
}

function entryMessage(entry: OnnxEntry): ProtobufWriter {
  const writer = new ProtobufWriter();
  writer.string(1, entry.key);
  writer.string(2, entry.value);
  return writer;
}

function graphMessage(graph: OnnxGraph): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const node of graph.nodes) writer.message(1, nodeMessage(node));
  writer.string(2, graph.name);
  for (const tensor of graph.initializers) writer.message(5, tensorMessage(tensor));
  writer.string(10, graph.docString);
  for (const info of graph.inputs) writer.message(11, valueInfoMessage(info));
  for (const info of graph.outputs) writer.message(12, valueInfoMessage(info));
  for (const info of graph.valueInfos) writer.message(13, valueInfoMessage(info));
  writer.unknown(graph.unknown);
  return writer;
}

function nodeMessage(node: OnnxNode): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const name of node.inputs) writer.string(1, name);
  for (const name of node.outputs) writer.string(2, name);
  writer.string(3, node.name);
  writer.string(4, node.opType);
  for (const attribute of node.attributes) writer.message(5, attributeMessage(attribute));
  writer.string(6, node.docString);
  writer.string(7, node.domain);
  writer.unknown(node.unknown);
  return writer;
}

function attributeMessage(attribute: OnnxAttribute): ProtobufWriter {
  const writer = new ProtobufWriter();
  writer.string(1, attribute.name);
  switch (attribute.kind) {
    case 'float':
      writer.float(2, attribute.value);
      break;
    case 'int':
      writer.int(3, attribute.value);
      break;
    case 'string':
      writer.bytes(4, attribute.value);
      break;
    case 'tensor':
      writer.message(5, tensorMessage(attribute.value));
      break;
    case 'graph':
      writer.message(6, graphMessage(attribute.value));
      break;
    case 'floats':
      for (const value of attribute.value) writer.float(7, value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.int(8, value);
      break;
    case 'strings':
      for (const value of attribute.value) writer.bytes(9, value);
      break;
    case 'tensors':
      for (const value of attribute.value) writer.message(10, tensorMessage(value));
      break;
    case 'graphs':
      for (const value of attribute.value) writer.message(11, graphMessage(value));
      break;
    case 'other':
      break;
  }
  writer.string(13, attribute.docString);
  writer.int(20, attribute.kind === 'other' ? attribute.typeCode : ATTRIBUTE_TYPES[attribute.kind]);
  writer.unknown(attribute.unknown);
  return writer;
}

function tensorMessage(tensor: OnnxTensor): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const dim of tensor.dims) writer.int(1, dim);
  writer.int(2, tensor.dataType);
  writer.packedFloats(4, tensor.floatData);
  writer.packedInts(5, tensor.int32Data);
  for (const value of tensor.stringData ?? []) writer.bytes(6, value);
  writer.packedInts(7, tensor.int64Data);
  writer.string(8, tensor.name);
  writer.bytes(9, tensor.raw);
  writer.packedDoubles(10, tensor.doubleData);
  writer.packedInts(11, tensor.uint64Data);
  writer.string(12, tensor.docString);
  for (const entry of tensor.external ?? []) writer.message(13, entryMessage(entry));
  writer.int(14, tensor.dataLocation);
  writer.unknown(tensor.unknown);
  return writer;
}

function valueInfoMessage(info: OnnxValueInfo): ProtobufWriter {
  const writer = new ProtobufWriter();
  writer.string(1, info.name);
  if (info.type !== undefined) writer.message(2, typeMessage(info.type));
  writer.string(3, info.docString);
  writer.unknown(info.unknown);
  return writer;
}

function typeMessage(type: OnnxType): ProtobufWriter {
  const writer = new ProtobufWriter();
  if (type.kind === 'tensor') {
    const tensor = new ProtobufWriter();
    tensor.int(1, type.elementType);
    if (type.shape !== undefined) {
      const shape = new ProtobufWriter();
      for (const dimension of type.shape) shape.message(1, dimensionMessage(dimension));
      tensor.message(2, shape);
    }
    writer.message(1, tensor);
  }
  writer.string(6, type.denotation);
  writer.unknown(type.unknown);
  return writer;
}

function dimensionMessage(dimension: OnnxDimension): ProtobufWriter {
  const writer = new ProtobufWriter();
  writer.int(1, dimension.size);
  writer.string(2, dimension.symbol);
  writer.string(3, dimension.denotation);
  return writer;
}
