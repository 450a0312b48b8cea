import { z } from 'zod';
import { UserError } from '../../core/errors.ts';

/** One inverted-residual block of the encoder (Howard et al. 2019, MobileNetV3). */
const blockSchema = z.object({
  kernel: z.union([z.literal(3), z.literal(5)]),
  expand: z.number().int(),
  out: z.number().int(),
  /** Squeeze-and-excitation on the block's output, reduced to a quarter. */
  excite: z.boolean(),
  stride: z.union([z.literal(1), z.literal(2)]),
  /** Spacing of the depthwise kernel's cells: how far a block looks without losing resolution. */
  dilation: z.number().int(),
  activation: z.enum(['relu', 'hard-swish']),
});
export type BlockConfig = Readonly<z.infer<typeof blockSchema>>;

/** Sizes of an Encoder-Fuser-Decoder. */
export const keypointConfigSchema = z.object({
  /** Cells of the pressure map. */
  rows: z.number().int(),
  cols: z.number().int(),
  /** Number of unnamed keypoints. */
  keypoints: z.number().int(),
  /** Channels after the first 3 × 3 convolution. */
  stem: z.number().int(),
  /** Stride of that convolution. */
  stemStride: z.union([z.literal(1), z.literal(2)]),
  blocks: z.array(blockSchema),
  /** Channels of the feature map that is read at each keypoint; 0 for none. */
  features: z.number().int(),
  /**
   * Where a cell of the heat map stands: at the pressure peak inside it, as in the paper (then points cannot leave
   * loaded cells), or at its centre.
   */
  coordinates: z.enum(['peak', 'centre']),
  /** First weight of the heat maps' normalisation: how sharp they are before training. */
  sharpness: z.number(),
  /**
   * Width in heat-map cells of a Gaussian that the decoder is shown at each point. The fuser then gives it places
   * only, no pressures or features: what is drawn must come from where the points are. Null: the paper's decoder.
   */
  rendered: z.number().nullable(),
  /** Channels of the decoder, from the heat map's resolution up; each further entry doubles rows and columns. */
  decoder: z.array(z.number().int()),
});
export type KeypointConfig = Readonly<z.infer<typeof keypointConfigSchema>>;

const block = (
  kernel: 3 | 5,
  expand: number,
  out: number,
  excite: boolean,
  stride: 1 | 2,
  activation: 'relu' | 'hard-swish',
  dilation = 1,
): BlockConfig => ({ kernel, expand, out, excite, stride, dilation, activation });

/** The network of the paper: 256 × 256 cells, 128 keypoints, an encoder of 138,400 parameters. */
export const paperPreset: KeypointConfig = {
  rows: 256,
  cols: 256,
  keypoints: 128,
  stem: 16,
  stemStride: 1,
  blocks: [
    block(3, 16, 16, true, 2, 'relu'),
    block(3, 72, 24, false, 2, 'relu'),
    block(3, 88, 24, false, 1, 'relu'),
    block(5, 96, 40, true, 1, 'hard-swish'),
    block(5, 240, 40, true, 1, 'hard-swish'),
    block(5, 120, 48, true, 1, 'hard-swish'),
    block(5, 288, 96, true, 1, 'hard-swish'),
  ],
  features: 16,
  coordinates: 'peak',
  sharpness: 1,
  rendered: null,
  decoder: [64, 32, 16],
};

/**
 * A small network for real mats (64 × 32 and alike): heat maps of a quarter of the resolution, which a soft-argmax
 * reads between cells, so that there is time for wide blocks; points at cell centres.
 */
export function lightPreset(rows = 64, cols = 32, keypoints = 16): KeypointConfig {
  return {
    rows,
    cols,
    keypoints,
    stem: 16,
    stemStride: 2,
    blocks: [
      block(3, 32, 24, true, 2, 'relu'),
      block(5, 72, 32, true, 1, 'relu'),
      block(5, 96, 32, true, 1, 'hard-swish'),
      block(5, 96, 32, true, 1, 'hard-swish'),
    ],
    features: 0,
    coordinates: 'centre',
    sharpness: 4,
    rendered: 1.2,
    decoder: [24, 16, 8],
  };
}

/** Cells of the map per cell of the heat map, along rows and columns alike. */
export function strideOf(config: KeypointConfig): number {
  return config.blocks.reduce<number>((product, { stride }) => product * stride, config.stemStride);
}

/** Rows and columns of the heat maps. */
export function gridOf(config: KeypointConfig): { rows: number; cols: number } {
  const stride = strideOf(config);
  return { rows: config.rows / stride, cols: config.cols / stride };
}

/**
 * Refuses sizes that the network cannot have.
 * @throws UserError `pressure.model-size` where the map is not a multiple of the stride, or there are no keypoints
 */
export function checkConfig(config: KeypointConfig): void {
  const stride = strideOf(config);
  const whole = config.rows % (2 * stride) === 0 && config.cols % (2 * stride) === 0;
  const growth = 2 ** (config.decoder.length - 1);
  if (whole && config.keypoints >= 1 && growth === stride) return;
  throw new UserError(
    'pressure.model-size',
    `A keypoint model needs rows and columns that are multiples of ${2 * stride} and at least one keypoint; this one has ${config.rows} × ${config.cols} cells and ${config.keypoints} keypoints. Pad the map.`,
    { stride: 2 * stride, rows: config.rows, cols: config.cols, keypoints: config.keypoints },
  );
}
