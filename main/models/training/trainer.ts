import { encodeModel } from '../../graph/onnx/encode.ts';
import { openSession, type Session, type SessionOptions } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import { STEP_INPUTS, type TrainingGraph } from './training-graph.ts';

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
}

/** Parameters and optimizer state by name: all that a checkpoint needs. */
export type TrainingState = Readonly<Record<string, Float32Array>>;

/**
 * A training run in memory: one session, and two sets of arrays that change places at each step, so that nothing is
 * copied. Deterministic for the same graph, state, batches and number of threads.
 */
export interface Trainer {
  readonly step: number;
  /** Current parameters and optimizer state. The arrays are the trainer's own: copy what is kept. */
  readonly state: TrainingState;
  /** Takes one step on a batch. @throws UserError where the runtime fails */
  train(batch: Readonly<Record<string, TensorValue>>, learningRate: number): Promise<StepResult>;
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
  const session = await openSession(encodeModel(graph.model), options);
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
  return new SwappingTrainer(session, front, back, Object.fromEntries(masks), decay, options.startStep ?? 0);
}

type Buffers = Map<string, TensorValue<'float32'>>;

class SwappingTrainer implements Trainer {
  step: number;
  private readonly session: Session;
  private front: Buffers;
  private back: Buffers;
  private readonly masks: Readonly<Record<string, TensorValue>>;
  private readonly decay: MomentDecay;

  constructor(
    session: Session,
    front: Buffers,
    back: Buffers,
    masks: Readonly<Record<string, TensorValue>>,
    decay: MomentDecay,
    step: number,
  ) {
    this.session = session;
    this.front = front;
    this.back = back;
    this.masks = masks;
    this.decay = decay;
    this.step = step;
  }

  get state(): TrainingState {
    return Object.fromEntries([...this.front].map(([name, value]) => [name, value.data]));
  }

  async train(batch: Readonly<Record<string, TensorValue>>, learningRate: number): Promise<StepResult> {
    const step = this.step + 1;
    const scalars = [learningRate, 1 / (1 - this.decay.beta1 ** step), 1 / (1 - this.decay.beta2 ** step)];
    const feeds: Record<string, TensorValue> = { ...batch, ...this.masks, ...Object.fromEntries(this.front) };
    for (const [slot, name] of STEP_INPUTS.entries()) {
      // An optimizer without moments has no use for the corrections, and its graph no such inputs in use.
      feeds[name] = { type: 'float32', dims: [], data: Float32Array.of(scalars[slot]) };
    }
    const into = Object.fromEntries([...this.back].map(([name, value]) => [`next.${name}`, value]));
    const results = await this.session.run(feeds, { into });
    [this.front, this.back] = [this.back, this.front];
    this.step = step;
    return {
      step,
      loss: float32Of(results.loss, 'loss')[0],
      gradientNorm: float32Of(results.gradient_norm, 'gradient_norm')[0],
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
