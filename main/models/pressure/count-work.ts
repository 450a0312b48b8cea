import type { OnnxNode } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import type { KeypointConfig } from './config.ts';
import { writeDecoder } from './decoder.ts';
import { writeEncoder } from './encoder.ts';
import { readKeypoints, writeFuser } from './fuser.ts';
import { LayerWriter } from './layer-writer.ts';

/** Size and work of a keypoint model, counted from its graph for one frame; no batch is involved. */
export interface ModelWork {
  /** Weights of backbone, heat maps and feature map: all that detection needs. */
  readonly encoderParameters: number;
  readonly fuserParameters: number;
  readonly decoderParameters: number;
  /** Multiply-accumulates of the encoder's convolutions. One is two floating-point operations. */
  readonly encoderConvolutionMacs: number;
  /** Multiply-accumulates of all convolutions and matrix products that detection runs: encoder and soft-argmax. */
  readonly detectionMacs: number;
}

/** Counts a model. */
export function countWork(config: KeypointConfig): ModelWork {
  const graph = new TypedGraph('count', operators);
  const writer = new LayerWriter(graph);
  const map = graph.input('map', 'float32', [1, 1, config.rows, config.cols]);
  const encoded = writeEncoder(writer, config, map);
  const convolutions = [...graph.emitted];
  const found = readKeypoints(writer, config, map, map, encoded);
  const detection = [...graph.emitted];
  writeDecoder(writer, config, writeFuser(writer, config, found, 1), found.places, 1);
  const parameters = (part: string) =>
    writer.parameters
      .filter(({ name }) => name.startsWith(`${part}.`))
      .reduce((sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1), 0);
  const macs = (nodes: readonly OnnxNode[]) => nodes.reduce((sum, node) => sum + macsOf(graph, node), 0);
  return {
    encoderParameters: parameters('encoder'),
    fuserParameters: parameters('fuser'),
    decoderParameters: parameters('decoder'),
    encoderConvolutionMacs: macs(convolutions),
    detectionMacs: macs(detection),
  };
}

/** Convolution: outputs × kernel cells × channels per group. Product: outputs × the shared axis. Others: none. */
function macsOf(graph: TypedGraph, node: OnnxNode): number {
  const sizes = (value: string) => graph.typeOf(value).dims.map(Number);
  const outputs = sizes(node.outputs[0]).reduce((product, size) => product * size, 1);
  if (node.opType === 'Conv')
    return (
      outputs *
      sizes(node.inputs[1])
        .slice(1)
        .reduce((product, size) => product * size, 1)
    );
  if (node.opType === 'MatMul') return outputs * (sizes(node.inputs[0]).at(-1) ?? 1);
  return 0;
}
