import { at, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

/** How images are compared. */
export interface SsimOptions {
  /** Largest minus smallest value that an image can hold; default 1. */
  readonly range?: number;
  /** Cells of the window along each axis; default 11. */
  readonly size?: number;
  /** Standard deviation of the window's Gaussian, in cells; default 1.5. */
  readonly spread?: number;
}

const defaults = { range: 1, size: 11, spread: 1.5 };

/** Weights of a Gaussian window, size × size, that add up to 1. */
function gaussian(size: number, spread: number): Float32Array {
  const half = (size - 1) / 2;
  const line = Array.from({ length: size }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * spread ** 2)));
  const total = line.reduce((sum, value) => sum + value, 0) ** 2;
  return Float32Array.from(
    { length: size ** 2 },
    (_, cell) => (line[Math.floor(cell / size)] * line[cell % size]) / total,
  );
}

/**
 * Mean structural similarity of two batches of images [batch, channels, rows, columns] (Wang et al. 2004, equations 13 to
 * 15, with a Gaussian window and K₁ = 0.01, K₂ = 0.03), over every place where the window lies inside the image: 1 for equal
 * images. As a loss take 1 minus it.
 */
export function ssim(graph: TypedGraph, a: ValueName, b: ValueName, options: SsimOptions = {}): ValueName {
  const { range, size, spread } = { ...defaults, ...options };
  const [channels, rows, cols] = graph.typeOf(a).dims.slice(1).map(Number);
  const window = graph.constant('float32', [1, 1, size, size], gaussian(size, spread));
  const apart = (value: ValueName) => (channels === 1 ? value : graph.reshape(value, [-1, 1, rows, cols]));
  const smooth = (value: ValueName) =>
    graph.node('Conv', [apart(value), window], { kernel_shape: [size, size] });
  const [meanA, meanB] = [smooth(a), smooth(b)];
  const squareA = graph.mul(meanA, meanA);
  const squareB = graph.mul(meanB, meanB);
  const both = graph.mul(meanA, meanB);
  const varianceA = graph.sub(smooth(graph.mul(a, a)), squareA);
  const varianceB = graph.sub(smooth(graph.mul(b, b)), squareB);
  const covariance = graph.sub(smooth(graph.mul(a, b)), both);
  const [c1, c2] = [graph.number((0.01 * range) ** 2, a), graph.number((0.03 * range) ** 2, a)];
  const top = graph.mul(graph.add(graph.scale(both, 2), c1), graph.add(graph.scale(covariance, 2), c2));
  const bottom = graph.mul(
    graph.add(graph.add(squareA, squareB), c1),
    graph.add(graph.add(varianceA, varianceB), c2),
  );
  return graph.mean(graph.div(top, bottom), [0, 1, 2, 3], false);
}

function referenceSsim([a, b]: readonly NdArray[], size: number, spread: number, range: number): NdArray[] {
  const weights = gaussian(size, spread);
  const [batch, channels, rows, cols] = a.dims;
  let [sum, count] = [0, 0];
  for (let n = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let top = 0; top + size <= rows; top++)
        for (let left = 0; left + size <= cols; left++) {
          const expected = (of: (x: number, y: number) => number): number =>
            weights.reduce((total, weight, cell) => {
              const place = [n, c, top + Math.floor(cell / size), left + (cell % size)];
              return total + weight * of(at(a, place), at(b, place));
            }, 0);
          const [meanA, meanB] = [expected((x) => x), expected((_, y) => y)];
          const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
          const varianceA = expected((x) => (x - meanA) ** 2);
          const varianceB = expected((_, y) => (y - meanB) ** 2);
          const covariance = expected((x, y) => (x - meanA) * (y - meanB));
          sum +=
            ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
            ((meanA ** 2 + meanB ** 2 + c1) * (varianceA + varianceB + c2));
          count++;
        }
  return [{ dims: [], data: Float64Array.of(sum / count) }];
}

/** A window of 3 × 3 over images whose values span about 4. */
export const ssimBlock: BlockDefinition = {
  block: 'ssim',
  build: (graph, [a, b]) => [ssim(graph, a, b, { size: 3, spread: 1, range: 4 })],
  float64: false,
  checks: [
    {
      name: 'images of two channels',
      inputs: [
        { dims: [2, 2, 4, 5], fill: 'normal' },
        { dims: [2, 2, 4, 5], fill: 'normal' },
      ],
      reference: (inputs) => referenceSsim(inputs, 3, 1, 4),
    },
  ],
};
