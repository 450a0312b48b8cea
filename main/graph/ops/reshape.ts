import { elementCount, sameShape } from '../dimensions.ts';
import type { NdArray } from '../gradcheck/nd-array.ts';
import type { Dimension } from '../graph-builder.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Sizes of a reshaped tensor: 0 copies, −1 is what is left (a symbol where it cannot be counted). */
function reshaped(
  from: readonly Dimension[],
  to: readonly Dimension[],
  unknown: () => Dimension,
): readonly Dimension[] {
  const copied = to.map((dim, axis) => (dim === 0 ? from[axis] : dim));
  const open = copied.indexOf(-1);
  if (open < 0) return copied;
  const rest = copied.filter((_, axis) => axis !== open);
  const total = elementCount(from);
  const others = elementCount(rest);
  if (total !== undefined && others !== undefined) return copied.with(open, total / others);
  const left = [...from];
  for (const dim of rest) {
    const match = left.indexOf(dim);
    if (match >= 0) left.splice(match, 1);
    else if (dim !== 1) return copied.with(open, productName(from, rest) ?? unknown());
  }
  const kept = left.filter((dim) => dim !== 1);
  return copied.with(open, kept.length === 0 ? 1 : kept.length === 1 ? kept[0] : kept.join('*'));
}

/** "batch*8" where numbers on both sides cancel down to one symbol; undefined where they do not. */
function productName(from: readonly Dimension[], rest: readonly Dimension[]): Dimension | undefined {
  const symbols = from.filter((dim) => typeof dim === 'string');
  const taken = rest.filter((dim) => typeof dim === 'string');
  const free = symbols.filter((dim) => !taken.includes(dim));
  const numbers = (dims: readonly Dimension[]) =>
    dims.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1);
  const ratio = numbers(from) / numbers(rest);
  if (!Number.isInteger(ratio) || taken.some((dim) => !symbols.includes(dim))) return undefined;
  if (free.length === 0) return ratio;
  return ratio === 1 ? free.join('*') : `${free.join('*')}*${ratio}`;
}

/** The same values under other axes. */
export const reshape: OpDefinition = {
  op: 'Reshape',
  infer: ({ inputs: [x, shape], sizes, unknownDimension }) => {
    const { type, dims } = known(x);
    const to = sizes(1);
    const rank = known(shape).dims[0];
    if (to === undefined && typeof rank !== 'number')
      throw new Error('the rank of its new shape is not known');
    const open = to ?? Array.from({ length: Number(rank) }, () => unknownDimension('reshaped'));
    const result = reshaped(dims, open, () => unknownDimension('reshaped'));
    return [{ type, dims: sameShape(result, dims) ? dims : result }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined ? [] : [graph.reshapeLike(dy, node.inputs[0])],
  float64: true,
  checks: [
    {
      name: 'copied, open',
      inputs: [
        { dims: [2, 3, 4], fill: 'normal' },
        { dims: [2], fill: [0, -1], type: 'int64', constant: true },
      ],
      reference: ([x]): NdArray[] => [{ dims: [2, 12], data: x.data }],
    },
  ],
};
