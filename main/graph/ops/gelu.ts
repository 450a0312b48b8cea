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

/**
 * Derivative of y = ½x(1 + tanh u) = x·σ(2u) with 2u = x·(a + b·x²): σ + y·(1 − σ)·(a + 3b·x²). Written through y, so
 * that it takes as few passes over memory as can be: on the processor these cost more than the arithmetic.
 */
function tanhDerivative(g: TypedGraph, x: ValueName, y: ValueName): ValueName {
  const [a, b] = [2 * rootTwoOverPi, 2 * rootTwoOverPi * 0.044715];
  const square = g.mul(x, x);
  const sigma = g.node('Sigmoid', [g.mul(x, g.add(g.scale(square, b), g.number(a, x)))]);
  const slope = g.add(g.scale(square, 3 * b), g.number(a, x));
  return g.add(sigma, g.mul(g.sub(y, g.mul(y, sigma)), slope));
}

/** Gaussian error linear unit, exact or by tanh (Hendrycks & Gimpel 2016). */
export const gelu: OpDefinition = {
  op: 'Gelu',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const tanh = stringAttribute(node, 'approximate', 'none') === 'tanh';
    const [x] = node.inputs;
    return [graph.mul(dy, tanh ? tanhDerivative(graph, x, node.outputs[0]) : exactDerivative(graph, x))];
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
