import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSafetensors } from '../../formats/safetensors/safetensors.ts';
import { differentiate } from '../../graph/differentiate.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import { encodeModel } from '../../graph/onnx/encode.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { evaluateModel, type PlainTensor } from '../../runtime/evaluate-model.ts';
import { readModel } from '../folder/read-model.ts';
import { encoderDecoderLoss } from './encoder-decoder.ts';
import { guessesMasked, languageLoss } from './language-loss.ts';

/** A whole model's gradients against those of torch, kept as arrays. */
export interface ModelCheck {
  readonly model: string;
  /** How many parameters' gradients were compared; 0 where the check was not run. */
  readonly parameters: number;
  /** |loss − torch's| / max(1, |torch's|). */
  readonly lossError: number | null;
  /** Largest ‖difference‖ / ‖torch's gradient‖ over all parameters, and the parameter. */
  readonly worst: number | null;
  readonly worstParameter: string | null;
  readonly tolerance: number;
  /** Null where the check was not run. */
  readonly passed: boolean | null;
  readonly note: string | null;
}

/** Largest relative error allowed. */
const TOLERANCE = 1e-4;
/**
 * Some parameters have no effect (a bias before a normalisation, a bias of attention's keys): their gradient is zero but
 * for rounding. What is shorter than this in torch must be so here.
 */
const NOTHING = 1e-6;

/** Models with reference gradients, in the order in which they are checked. */
export const CHECKED_MODELS = ['gpt2', 'gpt-neox', 'llama', 'bert', 'roberta', 'convolutional'] as const;

type CheckedModel = (typeof CHECKED_MODELS)[number];

/**
 * Compares a model's gradients with torch's.
 * @param folder where the reference arrays lie (made by make-gradients.py and make-conv-gradients.py beside them)
 */
export async function checkModel(model: CheckedModel, folder: string): Promise<ModelCheck> {
  const file =
    model === 'convolutional'
      ? join(folder, 'conv-gradients.safetensors')
      : join(folder, model, 'gradients.safetensors');
  const row = { model, parameters: 0, lossError: null, worst: null, worstParameter: null };
  if (!existsSync(file))
    return { ...row, tolerance: TOLERANCE, passed: null, note: 'not run: torch gradients are not here' };
  const subject = await (model === 'convolutional'
    ? convolutional(file)
    : language(join(folder, model), file));
  const { graph, loss, names, feeds, reference } = subject;
  differentiate(graph, loss, names).forEach((gradient, at) => {
    graph.output(gradient, 'float32', graph.typeOf(names[at]).dims, `d.${names[at]}`);
  });
  graph.output(loss, 'float32', [], 'loss');
  const results = await evaluateModel(encodeModel(graph.build()), feeds);
  const lossError = Math.abs(results.loss.data[0] - reference.loss) / Math.max(1, Math.abs(reference.loss));
  let [worst, worstParameter]: [number, string | null] = [0, null];
  for (const [name, expected] of reference.gradients) {
    const error = relativeDifference(results[`d.${name}`]?.data, expected);
    if (error <= worst) continue;
    worst = error;
    worstParameter = name;
  }
  const parameters = reference.gradients.size;
  const complete = parameters === names.length;
  return {
    model,
    parameters,
    lossError,
    worst,
    worstParameter,
    tolerance: TOLERANCE,
    passed: complete && Math.max(worst, lossError) <= TOLERANCE,
    note: complete ? null : `torch trains ${parameters} parameters, Gyrus ${names.length}`,
  };
}

function relativeDifference(ours: Float64Array | undefined, theirs: Float32Array): number {
  if (ours?.length !== theirs.length) return Number.POSITIVE_INFINITY;
  const size = Math.hypot(...theirs);
  if (size < NOTHING) return Math.hypot(...ours) < NOTHING ? 0 : Number.POSITIVE_INFINITY;
  const error = Math.hypot(...theirs.map((value, at) => value - ours[at])) / size;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

interface Subject {
  readonly graph: TypedGraph;
  readonly loss: ValueName;
  readonly names: readonly string[];
  readonly feeds: Readonly<Record<string, PlainTensor>>;
  readonly reference: { readonly loss: number; readonly gradients: ReadonlyMap<string, Float32Array> };
}

const plain = (type: string, dims: readonly number[], data: ArrayLike<number>): PlainTensor => ({
  type,
  dims,
  data: Float64Array.from(data),
});

async function language(folder: string, file: string): Promise<Subject> {
  const { config, parameters } = await readModel(folder);
  const arrays = await openSafetensors(file);
  try {
    const numbers = (key: string): number[] => JSON.parse(arrays.metadata[key]);
    const targets = numbers('targets');
    const guessed = guessesMasked(config) ? targets.length / 2 : 0;
    const shapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]));
    const size = { batch: 2, sequence: numbers('ids').length / 2, guessed };
    const { graph, loss, parameters: trained } = languageLoss(config, shapes, size);
    const names = trained.map(({ name }) => name);
    const gradients = new Map<string, Float32Array>();
    for (const full of arrays.tensors.keys()) {
      // Hugging Face puts the family's name before the names of its body.
      const own = names.find((name) => full === name || full.endsWith(`.${name}`)) ?? full;
      gradients.set(own, await arrays.float32(full));
    }
    const feeds = {
      ids: plain('int64', [2, size.sequence], numbers('ids')),
      targets: plain('int64', [targets.length], targets),
      ...(guessed > 0 && { positions: plain('int64', [targets.length], numbers('positions')) }),
      ...Object.fromEntries(
        [...parameters].map(([name, { shape, values }]) => [name, plain('float32', shape, values)]),
      ),
    };
    return { graph, loss, names, feeds, reference: { loss: Number(arrays.metadata.loss), gradients } };
  } finally {
    await arrays.close();
  }
}

async function convolutional(file: string): Promise<Subject> {
  const arrays = await openSafetensors(file);
  try {
    const shape = (name: string) => arrays.tensors.get(name)?.shape ?? [];
    const weight = 'weight.';
    const names = [...arrays.tensors.keys()].flatMap((name) =>
      name.startsWith(weight) ? [name.slice(weight.length)] : [],
    );
    const graph = new TypedGraph('encoder-decoder', operators);
    const feeds: Record<string, PlainTensor> = {};
    const gradients = new Map<string, Float32Array>();
    for (const name of ['x', 'y', ...names]) {
      const key = names.includes(name) ? `${weight}${name}` : name;
      graph.input(name, 'float32', shape(key));
      feeds[name] = plain('float32', shape(key), await arrays.float32(key));
    }
    for (const name of names) gradients.set(name, await arrays.float32(`gradient.${name}`));
    const [loss] = await arrays.float32('loss');
    return {
      graph,
      loss: encoderDecoderLoss(graph, 'x', 'y'),
      names,
      feeds,
      reference: { loss, gradients },
    };
  } finally {
    await arrays.close();
  }
}
