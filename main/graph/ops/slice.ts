import { normalizeAxis } from '../dimensions.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import type { Dimension, ValueName } from '../graph-builder.ts';
import type { OpDefinition } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { known } from './unary.ts';

/** Start and end clamped into an axis of known size, for step 1. */
function clamp(position: number, size: number): number {
  return Math.min(Math.max(position < 0 ? position + size : position, 0), size);
}

/** Zeros of the shape of `like` but for `size` along `axis`. */
function zerosAlong(graph: TypedGraph, like: ValueName, axis: number, size: number): ValueName {
  const { dims } = graph.typeOf(like);
  const zero = graph.number(0, like);
  if (dims.every((dim) => typeof dim === 'number'))
    return graph.node('Expand', [zero, graph.ints(dims.with(axis, size).map(Number))]);
  const parts = dims.map((_, at) =>
    at === axis ? graph.ints([size]) : graph.node('Shape', [like], { start: at, end: at + 1 }),
  );
  return graph.node('Expand', [zero, graph.node('Concat', parts, { axis: 0 })]);
}

/** A contiguous part (step 1) along constant axes; the gradient is padded back with zeros. */
export const slice: OpDefinition = {
  op: 'Slice',
  infer: ({ inputs: [x], sizes, unknownDimension }) => {
    const { type, dims } = known(x);
    const [starts, ends, steps] = [sizes(1), sizes(2), sizes(4)];
    const axes = sizes(3) ?? starts?.map((_, axis) => axis);
    if (axes === undefined) throw new Error('its axes are not constant');
    if (steps?.some((step) => step !== 1)) throw new Error('only steps of 1 are taken');
    let out: Dimension[] = [...dims];
    for (const [slot, given] of axes.entries()) {
      const axis = normalizeAxis(Number(given), dims.length);
      const [size, start, end] = [dims[axis], starts?.[slot], ends?.[slot]];
      const whole = start === 0 && (end === size || (typeof end === 'number' && end >= 2 ** 31 - 1));
      if (whole) continue;
      const counted = [size, start, end].every((value) => typeof value === 'number');
      out = out.with(
        axis,
        counted
          ? clamp(Number(end), Number(size)) - clamp(Number(start), Number(size))
          : start === 0 && typeof end === 'string'
            ? end
            : unknownDimension('sliced'),
      );
    }
    return [{ type, dims: out }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const { dims } = graph.typeOf(node.inputs[0]);
    const [starts, ends, given] = node.inputs.slice(1, 4).map((input) => graph.sizesOf(input)?.map(Number));
    let gradient = dy;
    for (const [slot, start] of (starts ?? []).entries()) {
      const axis = normalizeAxis(given?.[slot] ?? slot, dims.length);
      const size = dims[axis];
      const end = ends?.[slot];
      if (end === undefined || typeof size !== 'number')
        throw new Error('Slice is differentiated along axes whose size and bounds are known');
      const before = clamp(start, size);
      const after = size - clamp(end, size);
      const parts = [
        ...(before > 0 ? [zerosAlong(graph, gradient, axis, before)] : []),
        gradient,
        ...(after > 0 ? [zerosAlong(graph, gradient, axis, after)] : []),
      ];
      if (parts.length > 1) gradient = graph.node('Concat', parts, { axis });
    }
    return [gradient];
  },
  float64: true,
  checks: [
    {
      name: 'two axes',
      inputs: [
        { dims: [3, 5], fill: 'normal' },
        { dims: [2], fill: [1, 0], type: 'int64', constant: true },
        { dims: [2], fill: [3, -2], type: 'int64', constant: true },
        { dims: [2], fill: [0, 1], type: 'int64', constant: true },
      ],
      reference: ([x]) => [fromIndex([2, 3], ([i, j]) => at(x, [i + 1, j]))],
    },
  ],
};
