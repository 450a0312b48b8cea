import type { ValueName } from '../../graph/graph-builder.ts';
import { gridOf, type KeypointConfig, strideOf } from './config.ts';
import { squaredDistances } from './geometry.ts';
import type { LayerWriter } from './layer-writer.ts';

/** Reach of the parallel convolutions of an up-block. */
const DILATIONS = [1, 3, 5];

/**
 * Draws a map from the fuser's code: a linear layer to one small image, then, for each resolution, a block in which
 * this resolution and its half exchange what they know (Wang et al. 2020, HRNet) and parallel dilated convolutions,
 * before a transposed convolution doubles rows and columns.
 * @param places rows and columns of the points in cells, for decoders that are shown them
 * @param outputs channels of the result: 1 for pressure, 2 for the classes "no contact" and "contact"
 * @returns [batch, outputs, rows, cols], not squashed
 */
export function writeDecoder(
  writer: LayerWriter,
  config: KeypointConfig,
  code: ValueName,
  places: ValueName,
  outputs: 1 | 2,
): ValueName {
  const { graph } = writer;
  const { rows, cols } = gridOf(config);
  const [first, ...larger] = config.decoder;
  const drawn = writer.dense(code, 'decoder.linear', rows * cols);
  const start = writer.normalise(graph.reshape(drawn, [-1, 1, rows, cols]), 'decoder.linear_norm');
  const plain = writer.activate(start, 'relu');
  const shown =
    config.rendered === null
      ? plain
      : graph.node('Concat', [plain, render(writer, config, places, config.rendered)], { axis: 1 });
  let image = writer.convolution(shown, 'decoder.widen', first, { kernel: 3 });
  image = writer.activate(writer.normalise(image, 'decoder.widen_norm'), 'relu');
  for (const [level, channels] of larger.entries()) {
    const name = `decoder.level_${level}`;
    const mixed = dilated(writer, exchange(writer, image, `${name}.exchange`), `${name}.dilated`);
    image = writer.activate(
      writer.normalise(writer.enlarge(mixed, `${name}.up`, channels), `${name}.up_norm`),
      'relu',
    );
  }
  return writer.convolution(image, `decoder.head_${outputs}`, outputs, { kernel: 3, bias: true });
}

/** One image per point with a Gaussian at its place (Jakab et al. 2018): [batch, keypoints, grid rows, grid cols]. */
function render(writer: LayerWriter, config: KeypointConfig, places: ValueName, width: number): ValueName {
  const { graph } = writer;
  const { rows, cols } = gridOf(config);
  const stride = strideOf(config);
  const count = rows * cols;
  const centre = (cell: number) => cell * stride + (stride - 1) / 2;
  const cells = graph.constant(
    'float32',
    [1, 2, count],
    Float32Array.from({ length: 2 * count }, (_, at) =>
      centre(at < count ? Math.floor(at / cols) : (at - count) % cols),
    ),
  );
  const sharp = -1 / (2 * (width * stride) ** 2);
  const drawn = graph.node('Exp', [graph.scale(squaredDistances(graph, places, cells), sharp)]);
  return graph.reshape(drawn, [-1, config.keypoints, rows, cols]);
}

/** One exchange: the half resolution is made, both are convolved, and the half's answer is added back, enlarged. */
function exchange(writer: LayerWriter, x: ValueName, name: string): ValueName {
  const { graph } = writer;
  const channels = writer.channels(x);
  const [, , rows, cols] = graph.typeOf(x).dims.map(Number);
  const layer = (value: ValueName, part: string, stride: number) =>
    writer.normalise(
      writer.convolution(value, `${name}.${part}`, channels, { kernel: 3, stride }),
      `${name}.${part}_norm`,
    );
  const full = layer(x, 'full', 1);
  const half = writer.activate(layer(x, 'half', 2), 'relu');
  // Nearest-neighbour enlargement by repeating along two new axes.
  const repeated = graph.node('Expand', [
    graph.reshape(half, [-1, channels, rows / 2, 1, cols / 2, 1]),
    graph.ints([1, 1, 1, 2, 1, 2]),
  ]);
  const back = graph.reshape(repeated, [-1, channels, rows, cols]);
  return writer.activate(graph.add(full, back), 'relu');
}

/** Sum of parallel 3 × 3 convolutions with dilations 1, 3 and 5. */
function dilated(writer: LayerWriter, x: ValueName, name: string): ValueName {
  const channels = writer.channels(x);
  const parts = DILATIONS.map((dilation) =>
    writer.convolution(x, `${name}_${dilation}`, channels, { kernel: 3, dilation }),
  );
  const summed = parts.reduce((sum, part) => writer.graph.add(sum, part));
  return writer.activate(writer.normalise(summed, `${name}_norm`), 'relu');
}
