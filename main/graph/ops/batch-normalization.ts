import { mapBroadcast } from '../gradcheck/nd-array.ts';
import { float, floatAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/**
 * (x − mean)/√(variance + ε) · scale + bias per channel with kept moments (Ioffe & Szegedy 2015, algorithm 2): what a
 * trained network does. While it trains, the moments are the batch's own: blocks/batch-norm.ts. The kept moments are
 * constants of the network and get no gradient.
 */
export const batchNormalization: OpDefinition = {
  op: 'BatchNormalization',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    if (needed[3] || needed[4]) throw new Error('the kept moments of BatchNormalization are not trained');
    const [x, weight, , mean, variance] = node.inputs;
    const spatial = graph.typeOf(x).dims.slice(2);
    const perChannel = (value: string) => graph.reshape(value, [1, -1, ...spatial.map(() => 1)]);
    const epsilon = graph.number(floatAttribute(node, 'epsilon', 1e-5), x);
    const inverse = graph.node('Reciprocal', [
      graph.node('Sqrt', [graph.add(perChannel(variance), epsilon)]),
    ]);
    const overAll = (value: string) => graph.sum(value, [0, ...spatial.map((_, axis) => axis + 2)], false);
    return [
      needed[0] ? graph.mul(dy, graph.mul(perChannel(weight), inverse)) : undefined,
      needed[1] ? overAll(graph.mul(dy, graph.mul(graph.sub(x, perChannel(mean)), inverse))) : undefined,
      needed[2] ? overAll(dy) : undefined,
    ];
  },
  float64: true,
  checks: [
    {
      name: 'kept moments',
      inputs: [
        { dims: [2, 3, 2, 2], fill: 'normal' },
        { dims: [3], fill: 'normal' },
        { dims: [3], fill: 'normal' },
        { dims: [3], fill: [0.3, -0.2, 0.1] },
        { dims: [3], fill: [0.5, 1.5, 2.5] },
      ],
      attributes: { epsilon: float(1e-3) },
      reference: ([x, ...channels]) => {
        const [weight, bias, mean, variance] = channels.map(({ data }) => ({ dims: [3, 1, 1], data }));
        return [
          mapBroadcast(
            (value, w, b, m, v) => ((value - m) / Math.sqrt(v + Math.fround(1e-3))) * w + b,
            x,
            weight,
            bias,
            mean,
            variance,
          ),
        ];
      },
    },
  ],
};
