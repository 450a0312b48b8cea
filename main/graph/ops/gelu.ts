import { mapBroadcast } from '../gradcheck/nd-array.ts';
import { erfOf } from '../gradcheck/special-functions.ts';
import type { ValueName } from '../graph-builder.ts';
import { stringAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { known } from './unary.ts';

const rootTwoOverPi = Math.sqrt(2 / Math.PI);

/** Φ(x) + x·φ(x), the derivative of x·Φ(x). */
function exactDerivative(g: TypedGraph, x: ValueName): ValueName {
  const cdf = g.scale(g.add(g.node('Erf', [g.scale(x, Math.SQRT1_2)]), g.number(1, x)), 0.5);
  const density = g.scale(g.node('Exp', [g.scale(g.mul(x, x), -0.5)]), 1 / Math.sqrt(2 * Math.PI));
  return g.add(cdf, g.mul(x, density));
}

/** Derivative of ½x(1 + tanh u) with u = √(2/π)(x + 0.044715x³). */
function tanhDerivative(g: TypedGraph, x: ValueName): ValueName {
  const square = g.mul(x, x);
  const inner = g.add(g.scale(square, 0.044715), g.number(1, x));
  const t = g.node('Tanh', [g.scale(g.mul(x, inner), rootTwoOverPi)]);
  const slope = g.scale(g.add(g.scale(square, 3 * 0.044715), g.number(1, x)), rootTwoOverPi);
  const bend = g.mul(g.sub(g.number(1, x), g.mul(t, t)), g.mul(x, slope));
  return g.scale(g.add(g.add(t, g.number(1, x)), bend), 0.5);
}

/** Gaussian error linear unit, exact or by tanh (Hendrycks & Gimpel 2016). */
export const gelu: OpDefinition = {
  op: 'Gelu',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const tanh = stringAttribute(node, 'approximate', 'none') === 'tanh';
    const [x] = node.inputs;
    return [graph.mul(dy, tanh ? tanhDerivative(graph, x) : exactDerivative(graph, x))];
  },
  float64: false,
  checks: [
    {
      name: 'exact',
      inputs: [{ dims: [3, 4], fill: 'normal' }],
      reference: ([x]) => [mapBroadcast((v) => (v / 2) * (1 + erfOf(v / Math.SQRT2)), x)],
    },
    {
      name: 'tanh',
      inputs: [{ dims: [3, 4], fill: 'normal' }],
      attributes: { approximate: 'tanh' },
      reference: ([x]) => [
        mapBroadcast((v) => (v / 2) * (1 + Math.tanh(rootTwoOverPi * (v + 0.044715 * v ** 3))), x),
      ],
    },
  ],
};
