import { undoBroadcast } from '../differentiate.ts';
import { broadcastShapes } from '../dimensions.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Repeats along axes of size 1 and new leading axes. */
export const expand: OpDefinition = {
  op: 'Expand',
  infer: ({ inputs: [x, shape], sizes, unknownDimension }) => {
    const to =
      sizes(1) ?? Array.from({ length: Number(known(shape).dims[0]) }, () => unknownDimension('expanded'));
    return [{ type: known(x).type, dims: broadcastShapes(known(x).dims, to) }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined ? [] : [undoBroadcast(graph, dy, node.inputs[0])],
  float64: true,
  checks: [
    {
      name: 'inner and leading',
      inputs: [
        { dims: [3, 1], fill: 'normal' },
        { dims: [3], fill: [2, 3, 4], type: 'int64', constant: true },
      ],
      reference: ([x]) => [fromIndex([2, 3, 4], ([, i]) => at(x, [i, 0]))],
    },
  ],
};
