import { at, fromIndex } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Running sum along an axis; the gradient runs the other way. */
export const cumSum: OpDefinition = {
  op: 'CumSum',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined
      ? []
      : [
          graph.node('CumSum', [dy, node.inputs[1]], {
            exclusive: intAttribute(node, 'exclusive', 0),
            reverse: 1 - intAttribute(node, 'reverse', 0),
          }),
        ],
  float64: true,
  checks: [
    {
      name: 'last axis',
      inputs: [
        { dims: [2, 4], fill: 'normal' },
        { dims: [], fill: [1], type: 'int64', constant: true },
      ],
      reference: ([x]) => [
        fromIndex([2, 4], ([i, j]) => {
          let sum = 0;
          for (let k = 0; k <= j; k++) sum += at(x, [i, k]);
          return sum;
        }),
      ],
    },
  ],
};
