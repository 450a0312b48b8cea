import { normalizeAxis } from '../dimensions.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import type { Dimension } from '../graph-builder.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Cuts along an axis; the gradient joins what flows back, zeros where nothing does. */
export const split: OpDefinition = {
  op: 'Split',
  infer: ({ node, inputs: [x], sizes, unknownDimension }) => {
    const { type, dims } = known(x);
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
    const total = dims[axis];
    const parts =
      sizes(1) ??
      node.outputs.map(
        (): Dimension =>
          typeof total === 'number' && (node.inputs[1] ?? '') === ''
            ? total / node.outputs.length
            : unknownDimension('part'),
      );
    return parts.map((size) => ({ type, dims: dims.with(axis, size) }));
  },
  gradient: ({ graph, node, outputGradients }) => {
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), graph.typeOf(node.inputs[0]).dims.length);
    const parts = node.outputs.map((output, slot) => outputGradients[slot] ?? graph.zerosLike(output));
    return [graph.node('Concat', parts, { axis })];
  },
  float64: true,
  checks: [
    {
      name: 'uneven parts',
      inputs: [
        { dims: [2, 5], fill: 'normal' },
        { dims: [2], fill: [2, 3], type: 'int64', constant: true },
      ],
      attributes: { axis: 1 },
      outputs: 2,
      reference: ([x]) => [
        fromIndex([2, 2], ([i, j]) => at(x, [i, j])),
        fromIndex([2, 3], ([i, j]) => at(x, [i, j + 2])),
      ],
    },
  ],
};
