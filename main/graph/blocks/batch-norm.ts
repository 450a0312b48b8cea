import { at, fromIndex, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

/** What training-time batch normalisation gives. */
export interface BatchNorm {
  /** Same shape as the input. */
  readonly output: ValueName;
  /** Running moments after this batch, [channels]; to be kept between steps, they carry no gradient. */
  readonly mean: ValueName;
  readonly variance: ValueName;
}

/**
 * Batch normalisation while training (Ioffe & Szegedy 2015, algorithm 1): each channel of x [batch, channels, ...] by
 * its own moments over batch and space, and the running moments that inference uses:
 * running · (1 − momentum) + batch's · momentum, with the unbiased variance, as in PyTorch.
 *
 * @param running mean and variance so far, [channels] each
 * @throws Error where batch and space have a symbolic size: the unbiased variance needs their number
 */
export function batchNorm(
  graph: TypedGraph,
  x: ValueName,
  weight: ValueName,
  bias: ValueName,
  running: { readonly mean: ValueName; readonly variance: ValueName },
  options: { readonly epsilon?: number; readonly momentum?: number } = {},
): BatchNorm {
  const { epsilon = 1e-5, momentum = 0.1 } = options;
  const { dims } = graph.typeOf(x);
  const axes = dims.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const count = axes.reduce((product, axis) => product * Number(dims[axis]), 1);
  if (!Number.isFinite(count)) throw new Error('batch normalisation needs a fixed batch and image size');
  const perChannel = (value: ValueName) => graph.reshape(value, [1, -1, ...axes.slice(1).map(() => 1)]);
  const mean = graph.mean(x, axes);
  const centered = graph.sub(x, mean);
  const variance = graph.mean(graph.mul(centered, centered), axes);
  const deviation = graph.node('Sqrt', [graph.add(variance, graph.number(epsilon, x))]);
  const moved = (before: ValueName, now: ValueName, correction: number) =>
    graph.add(
      graph.scale(before, 1 - momentum),
      graph.scale(graph.reshape(now, [-1]), momentum * correction),
    );
  return {
    output: graph.add(graph.mul(graph.div(centered, deviation), perChannel(weight)), perChannel(bias)),
    mean: moved(running.mean, mean, 1),
    variance: moved(running.variance, variance, count / Math.max(1, count - 1)),
  };
}

function referenceBatchNorm([x, weight, bias, mean, variance]: readonly NdArray[]): NdArray[] {
  const [batch, channels, rows] = x.dims;
  const values = Array.from({ length: channels }, (_, c) =>
    Array.from({ length: batch * rows }, (_unused, n) => at(x, [Math.floor(n / rows), c, n % rows])),
  );
  const means = values.map((own) => own.reduce((a, b) => a + b) / own.length);
  const powers = values.map((own, c) => own.reduce((sum, value) => sum + (value - means[c]) ** 2, 0));
  return [
    fromIndex(x.dims, (index) => {
      const c = index[1];
      const deviation = Math.sqrt(powers[c] / (batch * rows) + 1e-5);
      return ((at(x, index) - means[c]) / deviation) * weight.data[c] + bias.data[c];
    }),
    { dims: [channels], data: mean.data.map((before, c) => 0.9 * before + 0.1 * means[c]) },
    {
      dims: [channels],
      data: variance.data.map((before, c) => 0.9 * before + (0.1 * powers[c]) / (batch * rows - 1)),
    },
  ];
}

/** Checked for its output and the moments it hands on. */
export const batchNormBlock: BlockDefinition = {
  block: 'batchNorm',
  build: (graph, [x, weight, bias, mean, variance]) => {
    const made = batchNorm(graph, x, weight, bias, { mean, variance });
    return [made.output, made.mean, made.variance];
  },
  float64: true,
  checks: [
    {
      name: 'moments of the batch',
      inputs: [
        { dims: [4, 2, 3], fill: 'normal' },
        { dims: [2], fill: 'normal' },
        { dims: [2], fill: 'normal' },
        { dims: [2], fill: [0.3, -0.2] },
        { dims: [2], fill: [0.5, 1.5] },
      ],
      reference: referenceBatchNorm,
    },
  ],
};
