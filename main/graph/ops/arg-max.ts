import { normalizeAxis } from '../dimensions.ts';
import { reduceAxes } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Position of the largest value along an axis. */
export const argMax: OpDefinition = {
  op: 'ArgMax',
  infer: ({ node, inputs: [x] }) => {
    const { dims } = known(x);
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
    return [
      {
        type: 'int64',
        dims:
          intAttribute(node, 'keepdims', 1) === 1 ? dims.with(axis, 1) : dims.filter((_, at) => at !== axis),
      },
    ];
  },
  gradient: { none: 'a position does not change smoothly' },
  float64: true,
  checks: [
    {
      name: 'last axis',
      inputs: [{ dims: [2, 3], fill: [1, 5, 2, 7, 0, 3] }],
      attributes: { axis: 1, keepdims: 0 },
      reference: ([x]) => [reduceAxes(x, [1], false, (values) => values.indexOf(Math.max(...values)))],
    },
  ],
};
