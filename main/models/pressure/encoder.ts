import { spatialSoftmax } from '../../graph/blocks/spatial-softmax.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import { type BlockConfig, gridOf, type KeypointConfig, strideOf } from './config.ts';
import type { LayerWriter } from './layer-writer.ts';

/** What the encoder makes of a batch of normalised maps. */
export interface Encoded {
  /** Softmax over cells, one map per keypoint: [batch, keypoints, cells]. */
  readonly heat: ValueName;
  /** Feature of every cell: [batch, features, cells]; null for models without. */
  readonly features: ValueName | null;
}

/**
 * A trimmed MobileNetV3-small that ends in one heat map per keypoint (softmax over cells), beside a feature map made
 * by one strided convolution. Methods: Yu et al. 2024, section 2.
 * @param x [batch, 1, rows, cols], 0 … 1
 */
export function writeEncoder(writer: LayerWriter, config: KeypointConfig, x: ValueName): Encoded {
  const { graph } = writer;
  const { rows, cols } = gridOf(config);
  const cells = rows * cols;
  let image = writer.convolution(x, 'encoder.stem', config.stem, { kernel: 3, stride: config.stemStride });
  image = writer.activate(writer.normalise(image, 'encoder.stem_norm'), 'hard-swish');
  for (const [index, block] of config.blocks.entries())
    image = writeBlock(writer, image, `encoder.block_${index}`, block);
  const scores = writer.normalise(
    writer.convolution(image, 'encoder.head', config.keypoints, { kernel: 1 }),
    'encoder.head_norm',
  );
  const heat = spatialSoftmax(graph, scores);
  if (config.features === 0) return { heat, features: null };
  const stride = strideOf(config);
  const patches = writer.convolution(x, 'encoder.features', config.features, {
    kernel: stride,
    stride,
    padding: 0,
    bias: true,
  });
  const features = writer.activate(writer.normalise(patches, 'encoder.features_norm'), 'relu');
  return { heat, features: graph.reshape(features, [-1, config.features, cells]) };
}

/** Expand, depthwise, project; squeeze-and-excitation; shortcut at stride 1 (projected where channels differ). */
function writeBlock(writer: LayerWriter, x: ValueName, name: string, block: BlockConfig): ValueName {
  const { kernel, expand, out, excite, stride, dilation, activation } = block;
  const wide = writer.activate(
    writer.normalise(writer.convolution(x, `${name}.expand`, expand, { kernel: 1 }), `${name}.expand_norm`),
    activation,
  );
  const mixed = writer.activate(
    writer.normalise(
      writer.convolution(wide, `${name}.depthwise`, expand, { kernel, stride, dilation, depthwise: true }),
      `${name}.depthwise_norm`,
    ),
    activation,
  );
  let result = writer.normalise(
    writer.convolution(mixed, `${name}.project`, out, { kernel: 1 }),
    `${name}.project_norm`,
  );
  if (excite) result = writer.excite(result, `${name}.excite`);
  if (stride !== 1) return result;
  const shortcut =
    writer.channels(x) === out
      ? x
      : writer.normalise(
          writer.convolution(x, `${name}.shortcut`, out, { kernel: 1 }),
          `${name}.shortcut_norm`,
        );
  return writer.graph.add(result, shortcut);
}
