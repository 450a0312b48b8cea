import { elementCount } from '../dimensions.ts';
import { mapBroadcast, reduceAxes } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import { float, floatAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/**
 * Normalises each channel of each image over space (Ulyanov et al. 2016); the gradient is that of layer
 * normalisation over the spatial axes.
 */
export const instanceNormalization: OpDefinition = {
  op: 'InstanceNormalization',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    const [x, weight] = node.inputs;
    const rank = graph.typeOf(x).dims.length;
    const axes = Array.from({ length: rank - 2 }, (_, axis) => axis + 2);
    const centered = graph.sub(x, graph.mean(x, axes));
    const variance = graph.mean(graph.mul(centered, centered), axes);
    const epsilon = graph.number(floatAttribute(node, 'epsilon', 1e-5), x);
    const inverse = graph.node('Reciprocal', [graph.node('Sqrt', [graph.add(variance, epsilon)])]);
    const perChannel = graph.reshape(weight, [1, -1, ...axes.map(() => 1)]);
    // The weight is the same all over space, so that means of dy serve dx, weight and bias alike; and what has one value
    // per channel is gathered first: each pass over an image costs time.
    const mean = graph.mean(dy, axes);
    const along = graph.mul(inverse, graph.mean(graph.mul(dy, centered), axes));
    const dx = () => {
      const scale = graph.mul(inverse, perChannel);
      const slope = graph.mul(scale, graph.mul(inverse, along));
      const flat = graph.sub(graph.mul(dy, scale), graph.mul(scale, mean));
      return graph.sub(flat, graph.mul(centered, slope));
    };
    const cells = elementCount(graph.typeOf(x).dims.slice(2));
    if (cells === undefined) throw new Error('InstanceNormalization is differentiated at a fixed image size');
    const overBatch = (value: ValueName) => graph.scale(graph.sum(value, [0, ...axes], false), cells);
    return [
      needed[0] ? dx() : undefined,
      needed[1] ? overBatch(along) : undefined,
      needed[2] ? overBatch(mean) : undefined,
    ];
  },
  float64: false,
  checks: [
    {
      name: 'two channels',
      inputs: [
        { dims: [2, 2, 3, 4], fill: 'normal' },
        { dims: [2], fill: 'normal' },
        { dims: [2], fill: 'normal' },
      ],
      attributes: { epsilon: float(1e-3) },
      reference: ([x, weight, bias]) => {
        const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
        const centered = mapBroadcast((a, b) => a - b, x, reduceAxes(x, [2, 3], true, mean));
        const variance = reduceAxes(
          mapBroadcast((a) => a * a, centered),
          [2, 3],
          true,
          mean,
        );
        const w = { dims: [2, 1, 1], data: weight.data };
        const b = { dims: [2, 1, 1], data: bias.data };
        return [mapBroadcast((c, v, k, o) => (c / Math.sqrt(v + 1e-3)) * k + o, centered, variance, w, b)];
      },
    },
  ],
};
