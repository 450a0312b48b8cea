import { at, fromIndex, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

/**
 * Group normalisation (Wu & He 2018, equation 7): channels of x [batch, channels, rows, cols] in `groups` equal groups,
 * each normalised over its channels and space, then scaled per channel.
 *
 * @throws Error where the channels do not divide into the groups
 */
export function groupNorm(
  graph: TypedGraph,
  x: ValueName,
  weight: ValueName,
  bias: ValueName,
  groups: number,
  epsilon = 1e-5,
): ValueName {
  const channels = Number(graph.typeOf(x).dims[1]);
  if (channels % groups !== 0) throw new Error(`${channels} channels do not divide into ${groups} groups`);
  const grouped = graph.reshape(x, [0, groups, -1]);
  const centered = graph.sub(grouped, graph.mean(grouped, [2]));
  const variance = graph.mean(graph.mul(centered, centered), [2]);
  const deviation = graph.node('Sqrt', [graph.add(variance, graph.number(epsilon, x))]);
  const normalized = graph.reshapeLike(graph.div(centered, deviation), x);
  const perChannel = (value: ValueName) => graph.reshape(value, [1, -1, 1, 1]);
  return graph.add(graph.mul(normalized, perChannel(weight)), perChannel(bias));
}

function referenceGroupNorm([x, weight, bias]: readonly NdArray[]): NdArray[] {
  const [, channels, rows, cols] = x.dims;
  const size = channels / 2;
  const ownGroup = ([b, c]: readonly number[]) => {
    const first = Math.floor(c / size) * size;
    return Array.from({ length: size * rows * cols }, (_, n) =>
      at(x, [b, first + Math.floor(n / (rows * cols)), Math.floor(n / cols) % rows, n % cols]),
    );
  };
  return [
    fromIndex(x.dims, (index) => {
      const own = ownGroup(index);
      const mean = own.reduce((a, b) => a + b) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
      const c = index[1];
      return ((at(x, index) - mean) / Math.sqrt(variance + 1e-5)) * weight.data[c] + bias.data[c];
    }),
  ];
}

/** Two groups of two channels. */
export const groupNormBlock: BlockDefinition = {
  block: 'groupNorm',
  build: (graph, [x, weight, bias]) => [groupNorm(graph, x, weight, bias, 2)],
  float64: true,
  checks: [
    {
      name: 'two groups',
      inputs: [
        { dims: [2, 4, 2, 3], fill: 'normal' },
        { dims: [4], fill: 'normal' },
        { dims: [4], fill: 'normal' },
      ],
      reference: referenceGroupNorm,
    },
  ],
};
