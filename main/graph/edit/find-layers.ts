import type { OnnxGraph, OnnxNode } from '../onnx/onnx-model.ts';
import { GraphLinks } from './graph-links.ts';

/** One layer of attention as it was found in a graph. */
export interface FoundAttention {
  /** Weights per head, [batch, heads, queries, keys]. */
  readonly attention: string;
  /** Per-head outputs before they are mixed, [batch, heads, queries, head width]. */
  readonly context: string;
}

/** Layers of a graph, lowest first. */
export interface FoundLayers {
  /** Hidden states: what goes into the first layer, then what comes out of each. Empty where none were found. */
  readonly hidden: readonly string[];
  /** One entry a layer in Transformers, else empty. */
  readonly attention: readonly FoundAttention[];
}

const PRODUCTS = new Set([
  'MatMul',
  'Gemm',
  'Conv',
  'ConvTranspose',
  'Einsum',
  'MatMulInteger',
  'QLinearMatMul',
]);
const NORMS = new Set([
  'LayerNormalization',
  'RMSNormalization',
  'SimplifiedLayerNormalization',
  'GroupNormalization',
  'InstanceNormalization',
  'BatchNormalization',
]);
/** Nodes that hand on what they get, or read nothing but its size. */
const PASSING = new Set(['Cast', 'Identity', 'Dropout']);

/**
 * Finds the layers of any graph by its structure alone, so that exports of other programs work whatever their names are:
 * attention is a softmax that multiplies values; a layer ends with the last sum `x + f(x)`, f holding a product, before the
 * next attention (or, without attention, each such sum is a layer); where that sum goes only into a normalisation, as in
 * BERT and at the end of GPT-2, the layer ends after it.
 */
export function findLayers(graph: OnnxGraph): FoundLayers {
  const links = new GraphLinks(graph);
  const attention = findAttention(graph, links);
  const sums = findSums(graph, links);
  if (attention.length === 0) {
    const hidden = sums.map(({ value }) => normalised(value, links) ?? value);
    return { hidden: sums.length === 0 ? [] : [sums[0].skip, ...hidden], attention };
  }
  const later = attention.map(({ context }) => links.after(context));
  const hidden: string[] = [];
  attention.forEach((_, layer) => {
    const own = sums.filter(({ at }) => later[layer].has(at) && later[layer + 1]?.has(at) !== true);
    const last = own.at(-1);
    if (last === undefined) return;
    if (hidden.length === 0) hidden.push(own[0].skip);
    hidden.push(normalised(last.value, links) ?? last.value);
  });
  // Layers that are not all found would be numbered wrongly.
  return { hidden: hidden.length === attention.length + 1 ? hidden : [], attention };
}

function findAttention(graph: OnnxGraph, links: GraphLinks): FoundAttention[] {
  return graph.nodes.flatMap((node) => {
    if (node.opType !== 'Softmax') return [];
    const [attention] = node.outputs;
    const product = passedOn(attention, links)
      .flatMap((weights) => readers(weights, links).filter(({ inputs }) => inputs[0] === weights))
      .find(({ opType }) => opType === 'MatMul');
    // Weights over constants (a fixed codebook) are no attention.
    const values = product === undefined ? undefined : links.producerOf(product.inputs[1]);
    return product === undefined || values === undefined ? [] : [{ attention, context: product.outputs[0] }];
  });
}

/** A value, and the same after casts and other nodes that only hand it on. */
function passedOn(value: string, links: GraphLinks): string[] {
  const handed = readers(value, links).filter(({ opType }) => PASSING.has(opType));
  return [value, ...handed.flatMap(({ outputs }) => passedOn(outputs[0], links))];
}

function readers(value: string, links: GraphLinks): OnnxNode[] {
  return links.readersOf(value).map((at) => links.graph.nodes[at]);
}

/** A sum `x + f(x)`: where it is, x, and its value. */
interface ResidualSum {
  readonly at: number;
  readonly skip: string;
  readonly value: string;
}

/**
 * All sums `x + f(x)` whose f holds a product, and `(x + f(x)) + g(x)`, as attention and feed-forward side by side make it.
 * What goes into a softmax is no state but scores: a mask is added there, and later scores depend on it.
 */
function findSums(graph: OnnxGraph, links: GraphLinks): ResidualSum[] {
  const sums: ResidualSum[] = [];
  for (const [at, { opType, inputs, outputs }] of graph.nodes.entries()) {
    if (opType !== 'Add' || isScore(outputs[0], links)) continue;
    const pairs = [inputs, [inputs[1], inputs[0]]].flatMap(([skip, branch]) => {
      const behind = sums.find(({ value }) => value === skip);
      return [{ skip, branch }, ...(behind === undefined ? [] : [{ skip: behind.skip, branch }])];
    });
    const found = pairs.find(
      ({ skip, branch }) => isComputed(skip, links) && holdsProduct(skip, branch, links),
    );
    if (found !== undefined) sums.push({ at, skip: found.skip, value: outputs[0] });
  }
  return sums;
}

function isScore(value: string, links: GraphLinks): boolean {
  return passedOn(value, links).some((passed) =>
    readers(passed, links).some(({ opType }) => opType === 'Softmax'),
  );
}

function isComputed(value: string, links: GraphLinks): boolean {
  return links.producerOf(value) !== undefined || isInput(value, links.graph);
}

function holdsProduct(from: string, to: string, links: GraphLinks): boolean {
  const later = links.after(from);
  return [...links.before(to, new Set([from]))].some(
    (at) => later.has(at) && PRODUCTS.has(links.graph.nodes[at].opType),
  );
}

function isInput(value: string, graph: OnnxGraph): boolean {
  return graph.inputs.some(({ name }) => name === value);
}

/** The value after a normalisation, where nothing else reads it; else undefined. */
function normalised(value: string, links: GraphLinks): string | undefined {
  const users = realReaders(value, links);
  if (users.length === 1) {
    const [node] = users;
    if (NORMS.has(node.opType) && node.inputs[0] === value) return node.outputs[0];
    return PASSING.has(node.opType) ? normalised(node.outputs[0], links) : undefined;
  }
  return meanSquareNormalised(value, links);
}

function realReaders(value: string, links: GraphLinks): OnnxNode[] {
  return readers(value, links).filter(({ opType }) => opType !== 'Shape');
}

/** Root-mean-square normalisation written out: x · 1/√(mean(x²) + ε), then times a weight. */
function meanSquareNormalised(value: string, links: GraphLinks): string | undefined {
  const users = realReaders(value, links);
  const scaled = users.find(
    ({ opType, inputs }) =>
      (opType === 'Mul' || opType === 'Div') && inputs[0] !== inputs[1] && holdsMeanOf(value, inputs, links),
  );
  if (scaled === undefined || users.length !== 2) return undefined;
  const weighted = passedOn(scaled.outputs[0], links)
    .flatMap((passed) => realReaders(passed, links))
    .filter(({ opType }) => !PASSING.has(opType));
  const [times] = weighted;
  const constant = times?.inputs.some((input) => links.graph.initializers.some(({ name }) => name === input));
  return weighted.length === 1 && times.opType === 'Mul' && constant ? times.outputs[0] : undefined;
}

function holdsMeanOf(value: string, inputs: readonly string[], links: GraphLinks): boolean {
  const other = inputs.find((input) => input !== value) ?? '';
  const made = [...links.before(other, new Set([value]))].map((at) => links.graph.nodes[at].opType);
  return made.length <= 16 && made.includes('ReduceMean');
}
