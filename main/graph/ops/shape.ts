import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Sizes of a tensor, as int64. */
export const shape: OpDefinition = {
  op: 'Shape',
  infer: ({ node, inputs: [x] }) => {
    const sizes = known(x).dims.slice(
      intAttribute(node, 'start', 0),
      intAttribute(node, 'end', known(x).dims.length),
    );
    return [{ type: 'int64', dims: [sizes.length] }];
  },
  gradient: { none: 'sizes do not depend on values' },
  float64: true,
  checks: [
    {
      name: 'sizes',
      inputs: [{ dims: [2, 3], fill: [0, 0, 0, 0, 0, 0] }],
      reference: () => [{ dims: [2], data: Float64Array.of(2, 3) }],
    },
  ],
};
