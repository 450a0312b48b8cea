import { encodeModel } from '../../graph/onnx/encode.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { openSession, type Session, type SessionOptions } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import { STEP_INPUTS, sumName, type TrainingGraph } from './training-graph.ts';

/** Decay rates of the optimizer's moments, for the bias corrections; zeros where it has none. */
export interface MomentDecay {
  readonly beta1: number;
  readonly beta2: number;
}

/** What one step found, before its update. */
export interface StepResult {
  /** Counted from 1. */
  readonly step: number;
  readonly loss: number;
  /** Joint norm of all gradients before clipping. */
  readonly gradientNorm: number;
  /** Squared norm of each parameter's gradient, in the order of the graph's parameters. */
  readonly gradientSquares: Float32Array;
}

/** The model's own inputs of one pass. */
export type Batch = Readonly<Record<string, TensorValue>>;

/** Parameters and optimizer state by name: all that a checkpoint needs. */
export type TrainingState = Readonly<Record<string, Float32Array>>;

/**
 * A training run in memory: one session, and two sets of arrays that change places at each step, so that nothing is
 * copied. Deterministic for the same graph, state, batches and number of threads.
 */
export interface Trainer {
  readonly step: number;
  /** What computes it. */
  readonly device: string;
  /** Current parameters and optimizer state. The arrays are the trainer's own: copy what is kept. */
  readonly state: TrainingState;
  /**
   * Takes one step on a batch, or on the batches of its passes where the graph was built for several.
   * @throws UserError where the runtime fails
   */
  train(batch: Batch | readonly Batch[], learningRate: number): Promise<StepResult>;
  release(): Promise<void>;
}

/**
 * Opens a trainer.
 * @param initial values of all parameters, and of the optimizer's state when a run is resumed (else zeros)
 * @param masks arrays of zeros (frozen) and ones for parameters declared masked
 * @throws Error where a parameter's initial values are missing or of another length
 */
export async function openTrainer(
  graph: TrainingGraph,
  initial: TrainingState,
  decay: MomentDecay,
  options: SessionOptions & { readonly startStep?: number; readonly masks?: TrainingState } = {},
): Promise<Trainer> {
  // A step is more than a thousand small nodes, one run after the other: waking threads for each costs a sixth of the time.
  const busy = { spin: true, ...options };
  const session = await openSession(encodeModel(graph.model), busy);
  const pass = graph.pass === null ? null : await openPass(graph.pass, graph.parameters, busy);
  const arrays = [
    ...graph.parameters.map(({ name, dims }) => ({ name, dims, required: true })),
    ...graph.stateNames.map(({ name, dims }) => ({ name, dims, required: false })),
  ];
  const front = new Map<string, TensorValue<'float32'>>();
  const back = new Map<string, TensorValue<'float32'>>();
  for (const { name, dims, required } of arrays) {
    const length = dims.reduce((product, dim) => product * dim, 1);
    const given = initial[name];
    if (given === undefined ? required : given.length !== length)
      throw new Error(`${name} needs ${length} initial values and has ${given?.length ?? 'none'}`);
    front.set(name, { type: 'float32', dims, data: given?.slice() ?? new Float32Array(length) });
    back.set(name, { type: 'float32', dims, data: new Float32Array(length) });
  }
  const masks = graph.parameters
    .filter((parameter) => parameter.masked === true)
    .map(({ name, dims }): [string, TensorValue] => {
      const data = options.masks?.[name];
      if (data === undefined) throw new Error(`the mask of ${name} is missing`);
      return [`${name}.mask`, { type: 'float32', dims, data }];
    });
  const arranged = { session, pass, masks: Object.fromEntries(masks), decay };
  return new SwappingTrainer(arranged, front, back, options.startStep ?? 0);
}

type Buffers = Map<string, TensorValue<'float32'>>;

/** One pass of several, and the two sets of gradient sums that it changes between. */
interface Pass {
  readonly session: Session;
  from: Buffers;
  into: Buffers;
}

async function openPass(
  model: OnnxModel,
  parameters: TrainingGraph['parameters'],
  options: SessionOptions,
): Promise<Pass> {
  const buffers = (): Buffers =>
    new Map(
      parameters.map(({ name, dims }) => {
        const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
        return [sumName(name), { type: 'float32', dims, data }];
      }),
    );
  return { session: await openSession(encodeModel(model), options), from: buffers(), into: buffers() };
}

const writingInto = (buffers: Buffers): Record<string, TensorValue> =>
  Object.fromEntries([...buffers].map(([name, value]) => [`next.${name}`, value]));

interface Arranged {
  readonly session: Session;
  readonly pass: Pass | null;
  readonly masks: Readonly<Record<string, TensorValue>>;
  readonly decay: MomentDecay;
}

class SwappingTrainer implements Trainer {
  step: number;
  private readonly arranged: Arranged;
  private front: Buffers;
  private back: Buffers;

  constructor(arranged: Arranged, front: Buffers, back: Buffers, step: number) {
    this.arranged = arranged;
    this.front = front;
    this.back = back;
    this.step = step;
  }

  get device(): string {
    return this.arranged.session.device;
  }

  get state(): TrainingState {
    return Object.fromEntries([...this.front].map(([name, value]) => [name, value.data]));
  }

  async train(batch: Batch | readonly Batch[], learningRate: number): Promise<StepResult> {
    const { session, pass, masks, decay } = this.arranged;
    const step = this.step + 1;
    const scalars = [learningRate, 1 / (1 - decay.beta1 ** step), 1 / (1 - decay.beta2 ** step)];
    const summed = pass === null ? null : await this.accumulate(pass, batchesOf(batch));
    const own = summed === null ? batchesOf(batch)[0] : Object.fromEntries(summed.sums);
    const feeds: Record<string, TensorValue> = { ...own, ...masks, ...Object.fromEntries(this.front) };
    for (const [slot, name] of STEP_INPUTS.entries()) {
      // An optimizer without moments has no use for the corrections, and its graph no such inputs in use.
      feeds[name] = { type: 'float32', dims: [], data: Float32Array.of(scalars[slot]) };
    }
    const results = await session.run(feeds, { into: writingInto(this.back) });
    [this.front, this.back] = [this.back, this.front];
    this.step = step;
    return {
      step,
      loss: summed?.loss ?? float32Of(results.loss, 'loss')[0],
      gradientNorm: float32Of(results.gradient_norm, 'gradient_norm')[0],
      gradientSquares: float32Of(results.gradient_squares, 'gradient_squares'),
    };
  }

  /** Sums the gradients of all passes, and their mean loss. */
  private async accumulate(pass: Pass, batches: readonly Batch[]): Promise<{ sums: Buffers; loss: number }> {
    for (const value of pass.from.values()) value.data.fill(0);
    const parameters = Object.fromEntries(this.front);
    let loss = 0;
    for (const batch of batches) {
      // Optimizer state is no input of a pass: the session takes what it knows and leaves the rest.
      const feeds = { ...batch, ...parameters, ...Object.fromEntries(pass.from) };
      const results = await pass.session.run(onlyInputs(pass.session, feeds), {
        into: writingInto(pass.into),
      });
      [pass.from, pass.into] = [pass.into, pass.from];
      loss += float32Of(results.loss, 'loss')[0] / batches.length;
    }
    return { sums: pass.from, loss };
  }

  async release(): Promise<void> {
    await this.arranged.pass?.session.release();
    await this.arranged.session.release();
  }
}

const batchesOf = (batch: Batch | readonly Batch[]): readonly Batch[] =>
  Array.isArray(batch) ? batch : [batch as Batch];

function onlyInputs(
  session: Session,
  feeds: Readonly<Record<string, TensorValue>>,
): Record<string, TensorValue> {
  return Object.fromEntries(session.inputs.map(({ name }) => [name, feeds[name]]));
}
