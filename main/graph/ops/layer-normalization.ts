import { undoBroadcast } from '../differentiate.ts';
import { normalizeAxis } from '../dimensions.ts';
import { mapBroadcast, reduceAxes } from '../gradcheck/nd-array.ts';
import { float, intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition, TensorType } from '../op-definition.ts';
import { known } from './unary.ts';

/**
 * (x − mean)/√(variance + ε) · scale + bias over the last axes (Ba, Kiros & Hinton 2016). With x̂ the normalised
 * input and g = dy·scale: dx = (g − mean(g) − x̂·mean(g·x̂)) / √(variance + ε). The node must carry its optional
 * outputs mean and inverse deviation, which the gradient uses again.
 */
export const layerNormalization: OpDefinition = {
  op: 'LayerNormalization',
  infer: ({ node, inputs: [input] }) => {
    const x = known(input);
    const axis = normalizeAxis(intAttribute(node, 'axis', -1), x.dims.length);
    const reduced: TensorType = { type: 'float32', dims: x.dims.map((dim, at) => (at < axis ? dim : 1)) };
    return [x, reduced, reduced];
  },
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    const [x, weight, bias] = node.inputs;
    const [, mean, inverse] = node.outputs;
    if (inverse === undefined)
      throw new Error('LayerNormalization is differentiated through its outputs 2 and 3');
    const rank = graph.typeOf(x).dims.length;
    const axis = normalizeAxis(intAttribute(node, 'axis', -1), rank);
    const axes = Array.from({ length: rank - axis }, (_, at) => axis + at);
    // x̂ is never made: with c = x − mean, what has one value per row stays apart. Each pass over memory costs time.
    const centered = graph.sub(x, mean);
    const product = graph.mul(dy, centered);
    const dx = () => {
      const g = graph.mul(dy, weight);
      const along = graph.mul(graph.mul(inverse, inverse), graph.mean(graph.mul(product, weight), axes));
      return graph.mul(inverse, graph.sub(graph.sub(g, graph.mul(centered, along)), graph.mean(g, axes)));
    };
    return [
      needed[0] ? dx() : undefined,
      needed[1] ? undoBroadcast(graph, graph.mul(product, inverse), weight) : undefined,
      needed[2] ? undoBroadcast(graph, dy, bias) : undefined,
    ];
  },
  // Mean and inverse deviation come out in float32 whatever goes in (the operator's stash_type).
  float64: false,
  checks: [
    {
      name: 'last axis',
      inputs: [
        { dims: [2, 3, 5], fill: 'normal' },
        { dims: [5], fill: 'normal' },
        { dims: [5], fill: 'normal' },
      ],
      attributes: { axis: -1, epsilon: float(1e-5) },
      outputs: 3,
      reference: ([x, weight, bias]) => {
        const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
        const mean = reduceAxes(x, [2], true, average);
        const centered = mapBroadcast((a, b) => a - b, x, mean);
        const variance = reduceAxes(
          mapBroadcast((a) => a * a, centered),
          [2],
          true,
          average,
        );
        const inverse = mapBroadcast((v) => 1 / Math.sqrt(v + Math.fround(1e-5)), variance);
        return [mapBroadcast((c, i, w, b) => c * i * w + b, centered, inverse, weight, bias), mean, inverse];
      },
    },
  ],
};
