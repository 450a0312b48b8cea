import type { Preflight } from '../../contract/jobs.ts';
import type { ScratchModel, TrainingPlan } from '../../contract/training.ts';
import type { Project } from '../../data/project.ts';
import { type ModelConfig, parseModelConfig } from '../../models/folder/model-config.ts';
import { readModelShapes } from '../../models/folder/read-model.ts';
import { checkpointSteps } from '../../models/training/checkpoint-steps.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import { halfRefusal } from './half-refusal.ts';

/** Bytes of one float. */
const FLOAT = 4;

/**
 * Share of the measured speed of plain products that training reaches: 0.29, 0.41 and 0.54 for GPTs of width 64, 128 and
 * 256 on two cores, measured; the rest goes to all that is no product, and to small products.
 */
const TRAINING_SHARE = 0.4;

/** What counts for time, memory and disk. */
type Sizes = Pick<ModelConfig, 'layers' | 'heads' | 'width'> & {
  readonly vocabulary: number;
  readonly weights: number;
};

/**
 * Memory, disk and time of a training, by counting: weights twice, gradients, moments twice; activations of every layer;
 * checkpoints; and three products (forward, and backward to inputs and to weights) for each weight and token.
 * @param speed multiply-adds per second that the device was measured to make
 * @throws UserError as `readModelShapes`, `training.unknown` and `checkpoint.unknown` for what the plan starts from
 */
export async function estimateTraining(
  project: Project,
  plan: TrainingPlan,
  speed: (device: DeviceChoice) => Promise<number>,
): Promise<Preflight> {
  const { batch, sequence, accumulate, checkpoints, steps, seeds } = plan;
  const { layers, heads, width, vocabulary, weights } = await sizesOf(project, plan);
  const perToken = layers * (34 * width + 5 * heads * sequence) + 4 * vocabulary;
  const kept = checkpointSteps(checkpoints, steps).length * seeds.length;
  const products = 3 * (weights + 2 * layers * width * sequence);
  const tokens = batch * sequence * accumulate * steps * seeds.length;
  const half = Math.max(1, Math.floor(batch / 2));
  const smaller = { ...plan, batch: half, accumulate: accumulate * Math.ceil(batch / half) };
  // The processor has no kernels for products of float16: ONNX Runtime would compute them in float32, and slower.
  const refused = plan.precision === 'float16' && plan.device === 'cpu' ? halfRefusal('cpu') : null;
  return {
    peakMemoryBytes: FLOAT * (10 * weights + batch * sequence * perToken),
    seconds: (products * tokens) / (TRAINING_SHARE * (await speed(plan.device))),
    diskBytes: FLOAT * weights * (kept + 3),
    fits: refused === null,
    reason: refused?.toInfo() ?? null,
    alternative:
      batch === 1 || refused !== null
        ? null
        : { description: `${half} sequences a pass, ${smaller.accumulate} passes a step`, params: smaller },
  };
}

async function sizesOf(project: Project, { model, sequence }: TrainingPlan): Promise<Sizes> {
  if ('folder' in model) {
    const { config, shapes } = await readModelShapes(model.folder);
    return { ...config, vocabulary: config.vocabularySize, weights: sum([...shapes.values()]) };
  }
  if ('checkpoint' in model) {
    const { runId } = project.checkpoints.get(model.checkpoint);
    const config = parseModelConfig(project.training.get(runId).config);
    const tensors = project.checkpoints.tensors(model.checkpoint);
    return { ...config, vocabulary: config.vocabularySize, weights: sum(tensors.map(({ shape }) => shape)) };
  }
  return { ...model, weights: scratchWeights(model, sequence) };
}

const scratchWeights = ({ layers, width, vocabulary }: ScratchModel, positions: number): number =>
  layers * 12 * width ** 2 + (vocabulary + positions) * width;

const sum = (shapes: readonly (readonly number[])[]): number =>
  shapes.reduce((total, shape) => total + shape.reduce((product, size) => product * size, 1), 0);
