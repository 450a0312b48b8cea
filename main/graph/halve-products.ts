import { makeAttributes } from './onnx/attributes.ts';
import type { OnnxModel, OnnxNode } from './onnx/onnx-model.ts';

/** Operators that graphics cards do much faster in half precision. */
const PRODUCTS: readonly string[] = ['Gemm', 'MatMul', 'Conv', 'ConvTranspose'];
/** Numbers of the element types in ONNX. */
const FLOAT16 = 10;
const FLOAT32 = 1;

/**
 * The same graph with its matrix products and convolutions in float16 and all else in float32 (mixed precision, Micikevicius
 * et al. 2018, section 3): sums, normalisations, losses and weights keep their digits. Every product of the graph must be
 * of float32. What a product gives beyond ±65,504 becomes infinite: train such a graph with a scaled loss.
 */
export function halveProducts(model: OnnxModel): OnnxModel {
  const halved = new Set<string>();
  const cast = (input: string, output: string, to: number): OnnxNode => ({
    opType: 'Cast',
    inputs: [input],
    outputs: [output],
    attributes: makeAttributes({ to }),
    unknown: [],
  });
  const nodes = model.graph.nodes.flatMap((node) => {
    if (!PRODUCTS.includes(node.opType)) return [node];
    const fresh = [...new Set(node.inputs)].filter((input) => input !== '' && !halved.has(input));
    for (const input of fresh) halved.add(input);
    const [output] = node.outputs;
    return [
      ...fresh.map((input) => cast(input, `${input}.half`, FLOAT16)),
      {
        ...node,
        inputs: node.inputs.map((input) => (input === '' ? '' : `${input}.half`)),
        outputs: [`${output}.in_half`],
      },
      cast(`${output}.in_half`, output, FLOAT32),
    ];
  });
  return { ...model, graph: { ...model.graph, nodes } };
}
