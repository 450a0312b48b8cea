import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Float32 zeros of a shape given as integers. */
export const constantOfShape: OpDefinition = {
  op: 'ConstantOfShape',
  infer: ({ node, inputs: [shape], sizes, unknownDimension }) => {
    const filled = node.attributes.find((attribute) => attribute.name === 'value');
    if (filled !== undefined)
      throw new Error('a fill value other than the default 0 is not taken: use Expand');
    const dims =
      sizes(0) ?? Array.from({ length: Number(known(shape).dims[0]) }, () => unknownDimension('made'));
    return [{ type: 'float32', dims }];
  },
  gradient: { none: 'its values do not depend on its input' },
  float64: false,
  checks: [
    {
      name: 'zeros',
      inputs: [{ dims: [2], fill: [2, 3], type: 'int64', constant: true }],
      reference: () => [{ dims: [2, 3], data: new Float64Array(6) }],
    },
  ],
};
