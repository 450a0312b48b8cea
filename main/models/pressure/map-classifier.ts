import type { ValueName } from '../../graph/graph-builder.ts';
import { classifyByNetwork } from './classify-by-network.ts';
import type { LayerWriter } from './layer-writer.ts';

export interface MapClassifierOptions {
  readonly rows: number;
  readonly cols: number;
  readonly classes: number;
  readonly steps: number;
  readonly seed: number;
}

const CHANNELS = [8, 16, 32];
const RATE = 3e-3;
const BATCH = 32;

/**
 * A plain convolutional classifier of whole maps, the baseline that sees every cell: three 3 × 3 convolutions of
 * stride 2 with normalisation, and a linear layer over what is left of the map.
 * @param train sample × row × column, between 0 and 1; @param test the same
 */
export function classifyByMap(
  options: MapClassifierOptions,
  train: Float32Array,
  labels: readonly number[],
  test: Float32Array,
): Promise<number[]> {
  const { rows, cols, classes, steps, seed } = options;
  const half = (size: number) => CHANNELS.reduce((left) => Math.ceil(left / 2), size);
  const network = {
    shape: [1, rows, cols],
    classes,
    write(writer: LayerWriter, x: ValueName): ValueName {
      let image = x;
      for (const [level, channels] of CHANNELS.entries()) {
        const mixed = writer.convolution(image, `map.level_${level}`, channels, { kernel: 3, stride: 2 });
        image = writer.activate(writer.normalise(mixed, `map.level_${level}_norm`), 'relu');
      }
      const flat = CHANNELS[CHANNELS.length - 1] * half(rows) * half(cols);
      return writer.dense(writer.graph.reshape(image, [-1, flat]), 'map.scores', classes);
    },
  };
  return classifyByNetwork(network, { steps, seed, learningRate: RATE, batch: BATCH }, train, labels, test);
}
