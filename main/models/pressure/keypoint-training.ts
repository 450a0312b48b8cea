import { meanAbsolute, meanSquare } from '../../graph/blocks/distances.ts';
import { ssim } from '../../graph/blocks/ssim.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import { operators } from '../../graph/ops/registry.ts';
import { adam } from '../../graph/optimizers/adam.ts';
import type { Optimizer } from '../../graph/optimizers/optimizer.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { buildTrainingGraph, type ParameterSpec, type TrainingGraph } from '../training/training-graph.ts';
import type { KeypointConfig } from './config.ts';
import { writeDecoder } from './decoder.ts';
import { writeEncoder } from './encoder.ts';
import { type Keypoints, readKeypoints, writeFuser } from './fuser.ts';
import { LayerWriter } from './layer-writer.ts';
import {
  centred,
  coverageLoss,
  equivarianceLoss,
  maskLoss,
  type Objective,
  separationLoss,
} from './losses.ts';
import { CONTROL_POINTS } from './warp.ts';

/** Which part of training a graph is for. */
export type Stage = 'classification' | 'regression';

/** A training graph of one stage, with what stays fixed in it. */
export interface StageGraph {
  readonly training: TrainingGraph;
  /** Parameters that go in as they are and get no gradient: those of encoder and fuser while frozen. */
  readonly frozen: readonly ParameterSpec[];
}

export interface StageOptions {
  readonly stage: Stage;
  readonly batch: number;
  /** True: encoder and fuser run without gradient. */
  readonly freeze: boolean;
  readonly objective: Objective;
  /** Absolute pressure that counts as 1. */
  readonly fullScale: number;
}

/** Names of the maps that a stage is fed with, beside the warp's inputs. */
export interface Views {
  readonly warped: boolean;
  readonly neighbour: boolean;
}

/** Which extra views of a frame an objective needs; frozen and classification stages need none. */
export function viewsOf(options: Pick<StageOptions, 'stage' | 'freeze' | 'objective'>): Views {
  const extra = options.stage === 'regression' && !options.freeze;
  return {
    warped: extra && options.objective.equivariance > 0,
    neighbour: extra && options.objective.temporal > 0,
  };
}

/** Largest joint norm of the gradients. */
const CLIP = 5;
/** Moment decays of Adam, for the trainer. */
export const DECAY = { beta1: 0.9, beta2: 0.999 };

/**
 * One training step of a stage. Inputs: `map` and `absolute` [batch, 1, rows, cols]; `mask` in classification;
 * `warped.map` with `warp.*`, and `neighbour.map`, where the objective needs them.
 * @param descent Adam with clipping unless another is asked for (as a check of gradients does)
 */
export function buildStage(
  config: KeypointConfig,
  options: StageOptions,
  descent: { readonly optimizer: Optimizer; readonly clip: number | null } = {
    optimizer: adam(),
    clip: CLIP,
  },
): StageGraph {
  const { batch, freeze, stage, objective } = options;
  const graph = new TypedGraph(`keypoints-${stage}`, operators);
  const writer = new LayerWriter(graph);
  const image = (name: string) => graph.input(name, 'float32', [batch, 1, config.rows, config.cols]);
  const map = image('map');
  const absolute = image('absolute');
  const views = viewsOf(options);
  const extra = [...(views.warped ? ['warped.map'] : []), ...(views.neighbour ? ['neighbour.map'] : [])].map(
    image,
  );
  const all = extra.length === 0 ? map : graph.node('Concat', [map, ...extra], { axis: 0 });
  const values = extra.length === 0 ? absolute : graph.node('Concat', [absolute, ...extra], { axis: 0 });
  const found = readKeypoints(writer, config, all, values, writeEncoder(writer, config, all));
  const first = extra.length === 0 ? found : firstPart(graph, found, batch);
  const outputs = stage === 'classification' ? 2 : 1;
  const drawn = writeDecoder(
    writer,
    config,
    writeFuser(writer, config, first, options.fullScale),
    first.places,
    outputs,
  );
  const loss =
    stage === 'classification'
      ? maskLoss(graph, drawn, image('mask'))
      : regressionLoss(graph, config, { drawn, map, found, views, batch, objective, freeze });
  const trained = writer.parameters.filter(({ name }) => !freeze || name.startsWith('decoder.'));
  const frozen = writer.parameters.filter((parameter) => !trained.includes(parameter));
  return { training: buildTrainingGraph(graph, loss, trained, descent.optimizer, descent.clip), frozen };
}

/** The keypoints of the maps themselves, without those of their other views. */
function firstPart(graph: TypedGraph, found: Keypoints, batch: number): Keypoints {
  const part = (value: ValueName) =>
    graph.node('Slice', [value, graph.ints([0]), graph.ints([batch]), graph.ints([0])]);
  return {
    points: part(found.points),
    places: part(found.places),
    features: found.features === null ? null : part(found.features),
    spread: part(found.spread),
  };
}

interface RegressionParts {
  readonly drawn: ValueName;
  readonly map: ValueName;
  readonly found: Keypoints;
  readonly views: Views;
  readonly batch: number;
  readonly objective: Objective;
  readonly freeze: boolean;
}

function regressionLoss(graph: TypedGraph, config: KeypointConfig, parts: RegressionParts): ValueName {
  const { drawn, map, found, views, batch, objective, freeze } = parts;
  const one = graph.number(1, map);
  const terms: [number, () => ValueName][] = [
    [objective.l1, () => meanAbsolute(graph, drawn, map)],
    [objective.mse, () => meanSquare(graph, drawn, map)],
    [objective.ssim, () => graph.sub(one, ssim(graph, drawn, map))],
  ];
  if (!freeze) {
    const points = centred(graph, config, found.places);
    const count = 1 + Number(views.warped) + Number(views.neighbour);
    const each =
      count === 1
        ? [points]
        : graph.nodeN('Split', [points, graph.ints(Array(count).fill(batch))], Array(count).fill(''), {
            axis: 0,
          });
    const longer = Math.max(config.rows, config.cols);
    const axes = [0, 1, 2];
    terms.push([
      objective.concentration,
      () => graph.scale(graph.mean(found.spread, axes, false), 1 / longer ** 2),
    ]);
    terms.push([objective.coverage, () => coverageLoss(graph, config, each[0], map)]);
    terms.push([objective.separation, () => separationLoss(graph, each[0])]);
    if (views.warped) {
      const warp = {
        linear: graph.input('warp.linear', 'float32', [batch, 2, 2]),
        shift: graph.input('warp.shift', 'float32', [batch, 1, 2]),
        bend: graph.input('warp.bend', 'float32', [batch, CONTROL_POINTS.length, 2]),
        mirrored: graph.input('warp.mirrored', 'float32', [batch, 1, 1]),
      };
      terms.push([objective.equivariance, () => equivarianceLoss(graph, each[0], each[1], warp)]);
    }
    if (views.neighbour)
      terms.push([objective.temporal, () => graph.scale(meanSquare(graph, each[0], each[count - 1]), 2)]);
  }
  const active = terms.filter(([weight]) => weight > 0).map(([weight, make]) => graph.scale(make(), weight));
  return active.reduce((sum, term) => graph.add(sum, term));
}

/** Parameters of a stage, whatever of them is frozen. */
export function stageParameters({ training, frozen }: StageGraph): readonly ParameterSpec[] {
  return [...training.parameters, ...frozen];
}
