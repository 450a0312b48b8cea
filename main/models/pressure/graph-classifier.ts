import type { ValueName } from '../../graph/graph-builder.ts';
import { float } from '../../graph/onnx/attributes.ts';
import { classifyByNetwork } from './classify-by-network.ts';
import type { LayerWriter } from './layer-writer.ts';

/** How a node hears of its neighbours. */
export type GraphKind = 'GCN' | 'GAT' | 'GraphSAGE';

export interface GraphClassifierOptions {
  readonly kind: GraphKind;
  readonly nodes: number;
  /** Numbers per node. */
  readonly width: number;
  readonly classes: number;
  /** node × node, 1 for an edge; symmetric, without the diagonal. */
  readonly edges: Float32Array;
  readonly steps: number;
  readonly seed: number;
}

const HIDDEN = 16;
const RATE = 0.01;

/**
 * Trains a two-layer graph network on keypoints and classifies others: GCN (Kipf & Welling 2017), GAT with one head
 * (Veličković et al. 2018) or GraphSAGE with means (Hamilton et al. 2017). Node states are joined before the last
 * layer; its scores go into the cross-entropy as they are, without a softmax before it.
 * @param train sample × node × width, standardised; @param test the same
 */
export function classifyByGraph(
  options: GraphClassifierOptions,
  train: Float32Array,
  labels: readonly number[],
  test: Float32Array,
): Promise<number[]> {
  const network = {
    shape: [options.nodes, options.width],
    classes: options.classes,
    write: (writer: LayerWriter, x: ValueName) => scoresOf(writer, options, x),
  };
  const { steps, seed } = options;
  return classifyByNetwork(network, { steps, seed, learningRate: RATE, batch: null }, train, labels, test);
}

function scoresOf(writer: LayerWriter, options: GraphClassifierOptions, x: ValueName): ValueName {
  const { graph } = writer;
  let states = x;
  for (const layer of ['first', 'second'])
    states = writer.activate(graphLayer(writer, options, states, layer), 'relu');
  return writer.dense(graph.reshape(states, [-1, options.nodes * HIDDEN]), 'scores', options.classes);
}

function graphLayer(
  writer: LayerWriter,
  { kind, nodes, edges }: GraphClassifierOptions,
  x: ValueName,
  name: string,
): ValueName {
  const { graph } = writer;
  const width = Number(graph.typeOf(x).dims[2]);
  const linear = (part: string) => {
    const weight = writer.parameter(`${name}.${part}.weight`, [width, HIDDEN], true);
    return graph.node('MatMul', [x, weight]);
  };
  const bias = writer.parameter(`${name}.bias`, [HIDDEN], false);
  const own = (row: number, col: number) => (row === col ? 1 : edges[row * nodes + col]);
  const degrees = Array.from({ length: nodes }, (_, row) =>
    Array.from({ length: nodes }, (_, col) => own(row, col)).reduce((a, b) => a + b),
  );
  const matrix = (value: (row: number, col: number) => number) =>
    graph.constant(
      'float32',
      [nodes, nodes],
      Float32Array.from({ length: nodes * nodes }, (_, at) => value(Math.floor(at / nodes), at % nodes)),
    );
  if (kind === 'GCN') {
    const spread = matrix((row, col) => own(row, col) / Math.sqrt(degrees[row] * degrees[col]));
    return graph.add(graph.node('MatMul', [spread, linear('kernel')]), bias);
  }
  if (kind === 'GraphSAGE') {
    const means = matrix((row, col) => edges[row * nodes + col] / Math.max(1, degrees[row] - 1));
    return graph.add(graph.add(linear('own'), graph.node('MatMul', [means, linear('others')])), bias);
  }
  const states = linear('kernel');
  const attend = (part: string) =>
    graph.node('MatMul', [states, writer.parameter(`${name}.${part}.weight`, [HIDDEN, 1], true)]);
  const raw = graph.add(attend('from'), graph.transpose(attend('to'), [0, 2, 1]));
  const masked = graph.add(
    graph.node('LeakyRelu', [raw], { alpha: float(0.2) }),
    matrix((row, col) => (own(row, col) > 0 ? 0 : -1e9)),
  );
  return graph.add(graph.node('MatMul', [graph.node('Softmax', [masked], { axis: -1 }), states]), bias);
}
