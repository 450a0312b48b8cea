import { encodeModel } from '../../graph/onnx/encode.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { openSession } from '../../runtime/session.ts';
import { float32Of } from '../../runtime/tensor-value.ts';
import type { TrainingState } from '../training/trainer.ts';
import type { KeypointConfig } from './config.ts';
import { writeDecoder } from './decoder.ts';
import { writeEncoder } from './encoder.ts';
import { normaliseFrame } from './frames.ts';
import { readKeypoints, writeFuser } from './fuser.ts';
import { initialiseKeypoints } from './initialise.ts';
import { LayerWriter } from './layer-writer.ts';

/** A trained model with what it was trained at. */
export interface KeypointModel {
  readonly config: KeypointConfig;
  readonly weights: TrainingState;
  readonly floor: number;
  readonly fullScale: number;
}

/** Keypoints of some frames. */
export interface Detection {
  /** frame × keypoint × 3: pressure in the frames' unit, row, column (cells). */
  readonly points: Float32Array;
  /** frame × keypoint: variance of the heat map around the point, cells². */
  readonly spread: Float32Array;
  /** frame × keypoint × features, from the model's feature map; empty for models without. */
  readonly features: Float32Array;
  /** frame × row × column, 0 … 1; empty unless asked for. */
  readonly drawn: Float32Array;
}

export interface Detector {
  readonly config: KeypointConfig;
  /** @param frames frame × row × column in the unit the model was trained on */
  detect(frames: Float32Array): Promise<Detection>;
  release(): Promise<void>;
}

/**
 * The finished model as one graph: inputs `map` (0 … 1) and `absolute`, [batch, 1, rows, cols]; outputs `points`,
 * `spread`, `features` and, with the decoder, `drawn`.
 */
export function detectorGraph(model: KeypointModel, options: { readonly draw: boolean }): OnnxModel {
  const { config, weights } = model;
  const graph = new TypedGraph('keypoints', operators);
  const writer = new LayerWriter(graph, weights);
  const image = ['batch', 1, config.rows, config.cols];
  const map = graph.input('map', 'float32', image);
  const absolute = graph.input('absolute', 'float32', image);
  const found = readKeypoints(writer, config, map, absolute, writeEncoder(writer, config, map));
  const k = config.keypoints;
  graph.output(found.points, 'float32', ['batch', k, 3], 'points');
  graph.output(found.spread, 'float32', ['batch', k, 1], 'spread');
  if (found.features !== null)
    graph.output(found.features, 'float32', ['batch', k, config.features], 'features');
  if (options.draw) {
    const drawn = writeDecoder(
      writer,
      config,
      writeFuser(writer, config, found, model.fullScale),
      found.places,
      1,
    );
    graph.output(drawn, 'float32', image, 'drawn');
  }
  return graph.build({
    rows: String(config.rows),
    cols: String(config.cols),
    keypoints: String(k),
    floor: String(model.floor),
    full_scale: String(model.fullScale),
  });
}

/** Whether weights can draw maps: those of the first stage have a decoder that draws a mask. */
export function canDraw(weights: TrainingState): boolean {
  return Object.keys(weights).some((name) => name.startsWith('decoder.head_1.'));
}

/** A model as it is before any training, without decoder: for a look at its size. */
export function untrainedModel(config: KeypointConfig, seed: number): KeypointModel {
  const graph = new TypedGraph('untrained', operators);
  const writer = new LayerWriter(graph);
  const map = graph.input('map', 'float32', [1, 1, config.rows, config.cols]);
  readKeypoints(writer, config, map, map, writeEncoder(writer, config, map));
  const weights = initialiseKeypoints(writer.parameters, config.sharpness, seed);
  return { config, weights, floor: 0, fullScale: 1 };
}

/** Frames that go through the network at once. */
const CHUNK = 64;

/** Opens a model for detection. It holds native memory: release it. */
export async function openDetector(
  model: KeypointModel,
  options: { readonly draw?: boolean; readonly threads?: number } = {},
): Promise<Detector> {
  const { config, floor } = model;
  const draw = options.draw ?? false;
  const bytes = encodeModel(detectorGraph(model, { draw }));
  const session = await openSession(bytes, options.threads === undefined ? {} : { threads: options.threads });
  const cells = config.rows * config.cols;
  const { keypoints: k, features } = config;
  return {
    config,
    async detect(frames) {
      const count = frames.length / cells;
      const found = {
        points: new Float32Array(count * k * 3),
        spread: new Float32Array(count * k),
        features: new Float32Array(count * k * features),
        drawn: new Float32Array(draw ? frames.length : 0),
      };
      for (let start = 0; start < count; start += CHUNK) {
        const size = Math.min(CHUNK, count - start);
        const absolute = frames.subarray(start * cells, (start + size) * cells);
        const map = new Float32Array(size * cells);
        for (let item = 0; item < size; item++) {
          const range = [item * cells, (item + 1) * cells] as const;
          normaliseFrame(absolute.subarray(...range), floor, map.subarray(...range));
        }
        const dims = [size, 1, config.rows, config.cols];
        const results = await session.run({
          map: { type: 'float32', dims, data: map },
          absolute: { type: 'float32', dims, data: absolute },
        });
        const put = (name: keyof typeof found, width: number) =>
          found[name].set(float32Of(results[name], name), start * width);
        put('points', k * 3);
        put('spread', k);
        if (features > 0) put('features', k * features);
        if (draw) put('drawn', cells);
      }
      return found;
    },
    release: () => session.release(),
  };
}
