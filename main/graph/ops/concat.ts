import { normalizeAxis } from '../dimensions.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import type { Dimension } from '../graph-builder.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Joins along an axis whose sizes must be known for the gradient. */
export const concat: OpDefinition = {
  op: 'Concat',
  infer: ({ node, inputs }) => {
    const parts = inputs.map(known);
    const { type, dims } = parts[0];
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
    const sizes = parts.map((part) => part.dims[axis]);
    const joined: Dimension = sizes.every((size) => typeof size === 'number')
      ? sizes.reduce((sum, size) => sum + size, 0)
      : sizes.join('+');
    return [{ type, dims: dims.with(axis, joined) }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), graph.typeOf(dy).dims.length);
    const sizes = node.inputs.map((input) => graph.node('Shape', [input], { start: axis, end: axis + 1 }));
    const fixed = node.inputs.map((input) => graph.typeOf(input).dims[axis]);
    const split = fixed.every((size) => typeof size === 'number')
      ? graph.ints(fixed)
      : graph.node('Concat', sizes, { axis: 0 });
    return graph.nodeN(
      'Split',
      [dy, split],
      node.inputs.map(() => ''),
      { axis },
    );
  },
  float64: true,
  checks: [
    {
      name: 'inner axis',
      inputs: [
        { dims: [2, 1, 3], fill: 'normal' },
        { dims: [2, 2, 3], fill: 'normal' },
      ],
      attributes: { axis: 1 },
      reference: ([a, b]) => [
        fromIndex([2, 3, 3], ([i, j, k]) => (j < 1 ? at(a, [i, j, k]) : at(b, [i, j - 1, k]))),
      ],
    },
  ],
};
