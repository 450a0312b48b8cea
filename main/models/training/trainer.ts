import type { Notice } from '../../contract/errors.ts';
import { encodeModel } from '../../graph/onnx/encode.ts';
import { openSession, type Session, type SessionOptions } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import { LOSS_SCALE, LossScale } from './loss-scale.ts';
import { type ParameterGroup, packed, sumsOfRows } from './parameter-groups.ts';
import { SCALE_INPUT, STEP_INPUTS, sumName, type TrainingGraph } from './training-graph.ts';
import { atStep, unrollSteps } from './unroll-steps.ts';

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
 * A training run in memory. Deterministic for the same graph, state, batches and number of threads.
 */
export interface Trainer {
  readonly step: number;
  /** What computes it. */
  readonly device: string;
  /** Says that the asked device could not be used and the processor stands in: at the opening, or since a step failed there. */
  readonly notice: Notice | null;
  /** Current parameters and optimizer state: views that hold what they hold until the next step. */
  readonly state: TrainingState;
  /**
   * Takes one step on a batch, or on the batches of its passes where the graph was built for several. Where a gradient
   * overflows in float16 the step is not taken but tried again at half the loss scale.
   * @throws UserError where the runtime fails
   */
  train(batch: Batch | readonly Batch[], learningRate: number): Promise<StepResult>;
  /**
   * Computes a step and keeps nothing of it. After that `device` and `notice` tell what really computes: a device may open a
   * graph and fail only when it runs.
   * @throws UserError where the runtime fails
   */
  rehearse(batch: Batch | readonly Batch[]): Promise<void>;
  /** How many steps `trainTogether` takes; 1 where it can not be used. */
  readonly together: number;
  /**
   * Takes `together` steps in one run, with a batch and a learning rate for each. To the bit what single steps give;
   * where products are of float16, at one loss scale for all of them.
   * @throws UserError where the runtime fails
   */
  trainTogether(batches: readonly Batch[], learningRates: readonly number[]): Promise<StepResult[]>;
  release(): Promise<void>;
}

export interface TrainerOptions extends SessionOptions {
  /** Steps taken before. */
  readonly startStep?: number;
  /** Arrays of zeros (frozen) and ones for parameters declared masked. */
  readonly masks?: TrainingState;
  /** Steps of one run of `trainTogether`, which takes a second session. Default 1: none. */
  readonly together?: number;
}

/**
 * Opens a trainer.
 * @param initial values of all parameters, and of the optimizer's state when a run is resumed (else zeros)
 * @throws Error where a parameter's initial values are missing or of another length
 */
export async function openTrainer(
  graph: TrainingGraph,
  initial: TrainingState,
  decay: MomentDecay,
  options: TrainerOptions = {},
): Promise<Trainer> {
  const vectors = new Map<string, Float32Array>();
  for (const group of graph.groups) {
    vectors.set(
      group.name,
      packed(group, (name) => given(initial[name], `the initial values of ${name} are`)),
    );
    for (const slot of graph.slots)
      vectors.set(
        `${group.name}.${slot}`,
        packed(group, (name) => initial[`${name}.${slot}`]),
      );
  }
  const masks: Feeds = Object.fromEntries(
    graph.groups
      .filter(({ masked }) => masked)
      .map((group) => {
        const mask = packed(group, (name) => given(options.masks?.[name], `the mask of ${name} is`));
        return [`${group.name}.mask`, vectorValue(mask)];
      }),
  );
  // A step is hundreds of small nodes, one run after the other: waking threads for each costs a sixth of the time.
  const busy = { spin: true, ...options };
  const session = await openSession(encodeModel(graph.model), busy);
  const pass = graph.pass === null ? null : await openSession(encodeModel(graph.pass), busy);
  const { together = 1, startStep = 0 } = options;
  const several = together > 1 ? await openSession(encodeModel(unrollSteps(graph, together)), busy) : null;
  const scale = graph.half ? new LossScale(initial[LOSS_SCALE.name]) : null;
  const arranged = { graph, session, pass, several, together, masks, decay, scale };
  return new RunningTrainer(arranged, vectors, startStep);
}

type Feeds = Record<string, TensorValue>;
type Vectors = ReadonlyMap<string, Float32Array>;

function given<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} missing`);
  return value;
}

const vectorValue = (data: Float32Array): TensorValue => ({ type: 'float32', dims: [data.length], data });

const scalarValue = (value: number): TensorValue => ({
  type: 'float32',
  dims: [],
  data: Float32Array.of(value),
});

interface Arranged {
  readonly graph: TrainingGraph;
  readonly session: Session;
  /** Where several passes make a step. */
  readonly pass: Session | null;
  /** Where several steps make a run. */
  readonly several: Session | null;
  readonly together: number;
  readonly masks: Readonly<Feeds>;
  readonly decay: MomentDecay;
  /** Where products are of float16. */
  readonly scale: LossScale | null;
}

class RunningTrainer implements Trainer {
  step: number;
  private readonly arranged: Arranged;
  /** Groups of parameters and of the optimizer's state. */
  private vectors: Vectors;

  constructor(arranged: Arranged, vectors: Vectors, step: number) {
    this.arranged = arranged;
    this.vectors = vectors;
    this.step = step;
  }

  get device(): string {
    return this.arranged.session.device;
  }

  get state(): TrainingState {
    const { graph, scale } = this.arranged;
    return Object.fromEntries([
      ...graph.groups.flatMap((group) => this.views(group)),
      ...graph.groups.flatMap((group) => graph.slots.flatMap((slot) => this.views(group, `.${slot}`))),
      ...(scale === null ? [] : [[LOSS_SCALE.name, scale.state]]),
    ]);
  }

  get together(): number {
    return this.arranged.together;
  }

  get notice(): Notice | null {
    const { session, pass, several } = this.arranged;
    return session.notice ?? pass?.notice ?? several?.notice ?? null;
  }

  async rehearse(batch: Batch | readonly Batch[]): Promise<void> {
    await this.computed(batchesOf(batch), 0);
  }

  async train(batch: Batch | readonly Batch[], learningRate: number): Promise<StepResult> {
    const { scale } = this.arranged;
    const step = this.step + 1;
    for (;;) {
      const results = await this.computed(batchesOf(batch), learningRate);
      const result = this.resultOf(results, step, (name) => name);
      if (scale?.accepts(result.gradientNorm) === false) continue;
      this.takeOver(results, step);
      return result;
    }
  }

  /** Outputs of the step that comes next. */
  private async computed(batches: readonly Batch[], learningRate: number): Promise<Feeds> {
    const { session, pass, masks } = this.arranged;
    const summed = pass === null ? null : await this.accumulate(pass, batches);
    const own = summed?.sums ?? { ...batches[0], ...this.parameters() };
    const scalars = this.scalars(this.step + 1, learningRate);
    const results = await session.run({ ...own, ...masks, ...this.carried(), ...scalars });
    return summed === null ? results : { ...results, loss: summed.loss };
  }

  async trainTogether(batches: readonly Batch[], learningRates: readonly number[]): Promise<StepResult[]> {
    const { several, together, masks, scale } = this.arranged;
    if (several === null) throw new Error('this trainer takes one step at a time');
    if (batches.length !== together || learningRates.length !== together)
      throw new Error(`${together} steps need as many batches and learning rates`);
    const first = this.step + 1;
    for (;;) {
      const each = batches.flatMap((batch, at) =>
        Object.entries({ ...batch, ...this.scalars(first + at, learningRates[at]) }).map(
          ([name, value]): [string, TensorValue] => [atStep(name, at), value],
        ),
      );
      const results = await several.run({
        ...Object.fromEntries(each),
        ...this.parameters(),
        ...masks,
        ...this.carried(),
      });
      const steps = batches.map((_, at) => this.resultOf(results, first + at, (name) => atStep(name, at)));
      // One step that overflows has spoilt those after it: all are taken again.
      if (steps.some(({ gradientNorm }) => scale?.accepts(gradientNorm) === false)) continue;
      this.takeOver(results, this.step + together);
      return steps;
    }
  }

  /** Groups of parameters and state as inputs. */
  private carried(): Feeds {
    return Object.fromEntries(
      [...this.vectors].map(([name, data]): [string, TensorValue] => [name, vectorValue(data)]),
    );
  }

  /** An optimizer without moments has no use for the corrections, and its graph no such inputs in use. */
  private scalars(step: number, learningRate: number): Feeds {
    const { decay, scale } = this.arranged;
    const values = [learningRate, 1 / (1 - decay.beta1 ** step), 1 / (1 - decay.beta2 ** step)];
    return {
      ...Object.fromEntries(STEP_INPUTS.map((name, at) => [name, scalarValue(values[at])])),
      ...(scale === null ? {} : { [SCALE_INPUT]: scalarValue(scale.value) }),
    };
  }

  private takeOver(results: Readonly<Feeds>, step: number): void {
    this.step = step;
    this.vectors = new Map(
      [...this.vectors.keys()].map((name) => [name, float32Of(results[`next.${name}`], name)]),
    );
  }

  private resultOf(results: Readonly<Feeds>, step: number, named: (name: string) => string): StepResult {
    const { graph } = this.arranged;
    const output = (name: string) => float32Of(results[named(name)], name);
    return {
      step,
      loss: output('loss')[0],
      gradientNorm: output('gradient_norm')[0],
      gradientSquares: sumsOfRows(graph.groups, graph.parameters, output('gradient_squares')),
    };
  }

  /** Sums the gradients of all passes, and their mean loss. */
  private async accumulate(
    pass: Session,
    batches: readonly Batch[],
  ): Promise<{ readonly sums: Feeds; readonly loss: TensorValue }> {
    const { scale } = this.arranged;
    const fixed: Feeds = {
      ...this.parameters(),
      ...(scale === null ? {} : { [SCALE_INPUT]: scalarValue(scale.value) }),
    };
    let sums: Feeds = Object.fromEntries(
      this.arranged.graph.groups.map(({ name, length }) => [
        sumName(name),
        vectorValue(new Float32Array(length)),
      ]),
    );
    let loss = 0;
    for (const batch of batches) {
      const results = await pass.run({ ...batch, ...fixed, ...sums });
      sums = Object.fromEntries(Object.keys(sums).map((name) => [name, results[`next.${name}`]]));
      loss += float32Of(results.loss, 'loss')[0] / batches.length;
    }
    return { sums, loss: scalarValue(loss) };
  }

  /** Every parameter in its own shape, over the memory of its group. */
  private parameters(): Feeds {
    return Object.fromEntries(
      this.arranged.graph.groups.flatMap((group) =>
        this.views(group).map(([name, data], position): [string, TensorValue] => [
          name,
          { type: 'float32', dims: group.members[position].parameter.dims, data },
        ]),
      ),
    );
  }

  private views(group: ParameterGroup, suffix = ''): [name: string, values: Float32Array][] {
    const vector = given(this.vectors.get(`${group.name}${suffix}`), `${group.name}${suffix} is`);
    return group.members.map(({ parameter, start, size }) => [
      `${parameter.name}${suffix}`,
      vector.subarray(start, start + size),
    ]);
  }

  async release(): Promise<void> {
    await this.arranged.pass?.release();
    await this.arranged.several?.release();
    await this.arranged.session.release();
  }
}

const batchesOf = (batch: Batch | readonly Batch[]): readonly Batch[] =>
  Array.isArray(batch) ? batch : [batch as Batch];
