import { normalizeAxis } from '../dimensions.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Picks slices along an axis (embedding look-up on axis 0); the gradient adds each one up where it came from. */
export const gather: OpDefinition = {
  op: 'Gather',
  infer: ({ node, inputs: [x, indices] }) => {
    const { type, dims } = known(x);
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
    return [{ type, dims: [...dims.slice(0, axis), ...known(indices).dims, ...dims.slice(axis + 1)] }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const [x, indices] = node.inputs;
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), graph.typeOf(x).dims.length);
    const picked = graph.typeOf(indices).dims.length;
    const rank = graph.typeOf(x).dims.length;
    const front = (value: string, from: number, count: number, total: number) => {
      const moved = Array.from({ length: count }, (_, at) => from + at);
      const rest = Array.from({ length: total }, (_, at) => at).filter((at) => !moved.includes(at));
      return from === 0 ? value : graph.transpose(value, [...moved, ...rest]);
    };
    const updates = front(dy, axis, picked, rank - 1 + picked);
    const zeros = graph.zerosLike(front(x, axis, 1, rank));
    const summed = graph.node(
      'ScatterND',
      [zeros, graph.node('Unsqueeze', [indices, graph.ints([-1])]), updates],
      {
        reduction: 'add',
      },
    );
    if (axis === 0) return [summed];
    const back = Array.from({ length: rank }, (_, at) => (at < axis ? at + 1 : at === axis ? 0 : at));
    return [graph.transpose(summed, back)];
  },
  float64: true,
  checks: [
    {
      name: 'rows, one twice',
      inputs: [
        { dims: [4, 3], fill: 'normal' },
        { dims: [2, 2], fill: [1, 3, 1, 0], type: 'int64' },
      ],
      reference: ([x, i]) => [fromIndex([2, 2, 3], ([a, b, c]) => at(x, [at(i, [a, b]), c]))],
    },
    {
      name: 'inner axis',
      inputs: [
        { dims: [2, 4, 3], fill: 'normal' },
        { dims: [2], fill: [2, 2], type: 'int64' },
      ],
      attributes: { axis: 1 },
      reference: ([x, i]) => [fromIndex([2, 2, 3], ([a, b, c]) => at(x, [a, at(i, [b]), c]))],
    },
  ],
};
