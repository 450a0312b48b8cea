import { expectedUnder } from '../../graph/blocks/spatial-softmax.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import { gridOf, type KeypointConfig, strideOf } from './config.ts';
import type { Encoded } from './encoder.ts';
import type { LayerWriter } from './layer-writer.ts';

/** Keypoints of a batch, read off the heat maps. */
export interface Keypoints {
  /** [batch, keypoints, 3]: pressure (in the units of `absolute`), row and column in cells. */
  readonly points: ValueName;
  /** [batch, keypoints, 2]: row and column in cells. */
  readonly places: ValueName;
  /** [batch, keypoints, features]; null for models without. */
  readonly features: ValueName | null;
  /** [batch, keypoints, 1]: variance of each heat map around its point, in cells². */
  readonly spread: ValueName;
}

/**
 * Soft-argmax: value, row and column of each keypoint are the heat-weighted means over cells; its features likewise.
 * The value comes from `absolute`, so that normalising a frame does not lose how hard it is pressed.
 * @param x normalised maps, where peaks are looked up
 * @param absolute the same maps in physical units, [batch, 1, rows, cols]
 */
export function readKeypoints(
  writer: LayerWriter,
  config: KeypointConfig,
  x: ValueName,
  absolute: ValueName,
  encoded: Encoded,
): Keypoints {
  const { graph } = writer;
  const { rows, cols } = gridOf(config);
  const cells = rows * cols;
  const { value, row, col } = cellMaps(writer, config, x, absolute);
  const column = (map: ValueName) => graph.reshape(map, [-1, cells, 1]);
  const places = graph.node('Concat', [column(row), column(col)], { axis: -1 });
  const weighted = (maps: ValueName) => expectedUnder(graph, encoded.heat, maps);
  const found = weighted(places);
  const points = graph.node('Concat', [weighted(column(value)), found], { axis: -1 });
  const squares = graph.sum(weighted(graph.mul(places, places)), [2]);
  const spread = graph.sub(squares, graph.sum(graph.mul(found, found), [2]));
  const features = encoded.features === null ? null : weighted(graph.transpose(encoded.features, [0, 2, 1]));
  return { points, places: found, features, spread };
}

/** Per cell of the heat map: largest absolute pressure, and where the cell stands (in cells of the map). */
function cellMaps(
  writer: LayerWriter,
  config: KeypointConfig,
  x: ValueName,
  absolute: ValueName,
): { value: ValueName; row: ValueName; col: ValueName } {
  const { graph } = writer;
  const stride = strideOf(config);
  const pooling = { kernel_shape: [stride, stride], strides: [stride, stride] };
  const [value] = graph.nodeN('MaxPool', [absolute], ['', ''], pooling);
  const grid = gridOf(config);
  if (config.coordinates === 'centre') {
    const centres = (step: (cell: number) => number) =>
      graph.constant(
        'float32',
        [1, grid.rows * grid.cols, 1],
        Float32Array.from(
          { length: grid.rows * grid.cols },
          (_, cell) => step(cell) * stride + (stride - 1) / 2,
        ),
      );
    return {
      value,
      row: centres((cell) => Math.floor(cell / grid.cols)),
      col: centres((cell) => cell % grid.cols),
    };
  }
  // MaxPool gives positions in the flattened batch; whole-number division finds the place within one map.
  const [, position] = graph.nodeN('MaxPool', [x], ['', ''], pooling);
  const whole = (size: number) => graph.scalar(size, 'int64');
  const split = (at: ValueName, size: number) => {
    const quotient = graph.div(at, whole(size));
    return { quotient, rest: graph.sub(at, graph.mul(quotient, whole(size))) };
  };
  const within = split(position, config.rows * config.cols).rest;
  const { quotient: row, rest: col } = split(within, config.cols);
  const toFloat = (at: ValueName) => graph.node('Cast', [at], { to: 1 });
  return { value, row: toFloat(row), col: toFloat(col) };
}

/** Numbers per keypoint that the linear layer makes of its coordinates where there are no features beside them. */
const CODE = 4;

/**
 * The code that the decoder draws from: coordinates through one linear layer, beside the features at the points. A
 * decoder that is shown the points gets their places only.
 * @param fullScale absolute pressure that counts as 1
 */
export function writeFuser(
  writer: LayerWriter,
  config: KeypointConfig,
  found: Keypoints,
  fullScale: number,
): ValueName {
  const { graph } = writer;
  const k = config.keypoints;
  const longer = Math.max(config.rows, config.cols);
  const scale = Float32Array.of(1 / fullScale, 1 / longer, 1 / longer);
  const scaled =
    config.rendered === null
      ? graph.mul(found.points, graph.constant('float32', [3], scale))
      : graph.scale(found.places, 1 / longer);
  const coordinates = graph.reshape(scaled, [-1, (config.rendered === null ? 3 : 2) * k]);
  const linear = writer.dense(coordinates, 'fuser.coordinates', (config.features || CODE) * k);
  if (found.features === null) return linear;
  return graph.node('Concat', [linear, graph.reshape(found.features, [-1, config.features * k])], {
    axis: 1,
  });
}
