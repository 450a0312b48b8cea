import type { UnknownField } from './protobuf-reader.ts';

/**
 * An ONNX file as plain data, named as in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 * Optional properties are absent where the file has no such field; `unknown` holds fields this version does not
 * interpret, which are written back in place. Functions, training information, sparse initializers and
 * quantisation notes travel there.
 */
export interface OnnxModel {
  irVersion: number;
  producerName?: string;
  producerVersion?: string;
  domain?: string;
  modelVersion?: bigint;
  docString?: string;
  graph: OnnxGraph;
  opsetImports: OnnxOpset[];
  metadata: OnnxEntry[];
  unknown: UnknownField[];
}

/** Operator set in force; the default domain is the empty string. `domain` absent and '' mean the same. */
export interface OnnxOpset {
  domain?: string;
  version?: number;
}

/** A key with a value, as in metadata and external-data notes. */
export interface OnnxEntry {
  key: string;
  value: string;
}

/** Nodes are in topological order, as the format demands. A subgraph may read values of the graph around it. */
export interface OnnxGraph {
  name?: string;
  docString?: string;
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
  valueInfos: OnnxValueInfo[];
  unknown: UnknownField[];
}

/** One operation. An empty string in `inputs` or `outputs` is an optional one left out. */
export interface OnnxNode {
  name?: string;
  opType: string;
  domain?: string;
  inputs: string[];
  outputs: string[];
  attributes: OnnxAttribute[];
  docString?: string;
  unknown: UnknownField[];
}

/** What an attribute holds. Integers are 64-bit; strings are bytes (UTF-8 by custom, not by rule). */
export type OnnxAttributeValue =
  | { kind: 'float'; value: number }
  | { kind: 'int'; value: bigint }
  | { kind: 'string'; value: Uint8Array }
  | { kind: 'tensor'; value: OnnxTensor }
  | { kind: 'graph'; value: OnnxGraph }
  | { kind: 'floats'; value: number[] }
  | { kind: 'ints'; value: bigint[] }
  | { kind: 'strings'; value: Uint8Array[] }
  | { kind: 'tensors'; value: OnnxTensor[] }
  | { kind: 'graphs'; value: OnnxGraph[] }
  /** A reference to a function's attribute, a type or a sparse tensor: kept in `unknown`, with its type code. */
  | { kind: 'other'; typeCode: number };

export type OnnxAttribute = OnnxAttributeValue & {
  name: string;
  docString?: string;
  unknown: UnknownField[];
};

/**
 * A tensor. Values are in exactly one of `raw` (little-endian, row-major), one of the typed lists, or another file
 * (`external`: location, offset, length). Read them with tensor-values.ts.
 */
export interface OnnxTensor {
  name?: string;
  dims: number[];
  /** TensorProto.DataType number. */
  dataType: number;
  raw?: Uint8Array;
  floatData?: number[];
  int32Data?: bigint[];
  int64Data?: bigint[];
  uint64Data?: bigint[];
  doubleData?: number[];
  stringData?: Uint8Array[];
  external?: OnnxEntry[];
  /** 0 in this file, 1 in another; absent where the file does not say. */
  dataLocation?: number;
  docString?: string;
  unknown: UnknownField[];
}

/** A named graph input, output or inner value and its type. */
export interface OnnxValueInfo {
  name: string;
  type?: OnnxType;
  docString?: string;
  unknown: UnknownField[];
}

export type OnnxType =
  | {
      kind: 'tensor';
      elementType: number;
      shape?: OnnxDimension[];
      denotation?: string;
      unknown: UnknownField[];
    }
  /** Sequences, maps, optionals, sparse tensors: kept as found. */
  | { kind: 'other'; denotation?: string; unknown: UnknownField[] };

/** A fixed size, a named symbolic one, or neither (unknown). */
export interface OnnxDimension {
  size?: number;
  symbol?: string;
  denotation?: string;
}
