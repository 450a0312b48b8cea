import { learningRate } from '../../graph/optimizers/schedule.ts';
import type { TensorValue } from '../../runtime/tensor-value.ts';
import { openTrainer, type Trainer, type TrainingState } from '../training/trainer.ts';
import { createBatches } from './batches.ts';
import { checkConfig, type KeypointConfig } from './config.ts';
import type { FrameSet } from './frames.ts';
import { type Initialisation, initialiseKeypoints } from './initialise.ts';
import { buildStage, DECAY, type Stage, type StageGraph, stageParameters } from './keypoint-training.ts';
import type { Objective } from './losses.ts';
import type { WarpRange } from './warp.ts';

/** How a model is trained: first the contact mask, then the map, with the transferred part frozen for a while. */
export interface KeypointPlan {
  readonly config: KeypointConfig;
  readonly objective: Objective;
  /** Steps of the first stage; 0 trains the regression directly. */
  readonly classificationSteps: number;
  readonly regressionSteps: number;
  /** Steps of the second stage in which encoder and fuser stay as the first stage left them. */
  readonly frozenSteps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Pressure below which a cell counts as unloaded, in the frames' unit. */
  readonly floor: number;
  /** Absolute pressure that counts as 1. */
  readonly fullScale: number;
  readonly augment: WarpRange;
  readonly warp: WarpRange;
  /** "he" where it is left out. */
  readonly initialisation?: Initialisation;
}

/** What one step found. */
export interface KeypointStep {
  /** Over both stages, counted from 1. */
  readonly step: number;
  readonly stage: Stage;
  readonly frozen: boolean;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** All that is needed to go on: the step, and parameters with optimizer state. */
export interface KeypointSnapshot {
  readonly step: number;
  readonly state: TrainingState;
}

/** A training run that goes on step by step and can be left and taken up at any step. */
export interface KeypointRun {
  readonly step: number;
  readonly totalSteps: number;
  /** Parameters, and the optimizer state of the stage that runs. Copies. */
  snapshot(): KeypointSnapshot;
  /** Makes the stage ready that the next step belongs to; the first step does it otherwise. */
  prepare(): Promise<void>;
  /** Shape of every array of this stage, once it is ready: weights and optimizer state. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** One step. @throws Error past the last one */
  advance(): Promise<KeypointStep>;
  release(): Promise<void>;
}

/** Steps of learning-rate warm-up at the start of each stage. */
const WARM_UP = 20;
/** Share of the learning rate that each stage ends on. */
const FLOOR_RATE = 0.05;

interface Phase {
  readonly stage: Stage;
  readonly freeze: boolean;
  readonly start: number;
  readonly end: number;
}

function phasesOf(plan: KeypointPlan): Phase[] {
  const first = plan.classificationSteps;
  const frozen = first > 0 ? Math.min(plan.frozenSteps, plan.regressionSteps) : 0;
  const total = first + plan.regressionSteps;
  const phases: Phase[] = [
    { stage: 'classification', freeze: false, start: 0, end: first },
    { stage: 'regression', freeze: true, start: first, end: first + frozen },
    { stage: 'regression', freeze: false, start: first + frozen, end: total },
  ];
  return phases.filter(({ start, end }) => end > start);
}

/**
 * Opens a training run.
 * @param from a snapshot to go on from; the same plan and frames then give the same numbers as without a break
 * @throws UserError `pressure.model-size`
 */
export function openKeypointRun(
  plan: KeypointPlan,
  frames: FrameSet,
  options: { readonly from?: KeypointSnapshot; readonly threads?: number } = {},
): KeypointRun {
  checkConfig(plan.config);
  return new StagedRun(plan, frames, options);
}

class StagedRun implements KeypointRun {
  step: number;
  readonly totalSteps: number;
  private readonly plan: KeypointPlan;
  private readonly phases: readonly Phase[];
  private readonly batches: ReturnType<typeof createBatches>;
  private readonly threads: number | undefined;
  private state: TrainingState;
  private phase: Phase | null = null;
  private trainer: Trainer | null = null;
  private fixed: Record<string, TensorValue> = {};
  shapes: ReadonlyMap<string, readonly number[]> = new Map();

  constructor(
    plan: KeypointPlan,
    frames: FrameSet,
    { from, threads }: { readonly from?: KeypointSnapshot; readonly threads?: number },
  ) {
    this.plan = plan;
    this.threads = threads;
    this.phases = phasesOf(plan);
    this.totalSteps = plan.classificationSteps + plan.regressionSteps;
    this.batches = createBatches(frames, plan);
    this.step = from?.step ?? 0;
    this.state = from?.state ?? {};
  }

  snapshot(): KeypointSnapshot {
    const current = { ...this.state, ...this.trainer?.state };
    return {
      step: this.step,
      state: Object.fromEntries(Object.entries(current).map(([name, values]) => [name, values.slice()])),
    };
  }

  async prepare(): Promise<void> {
    await this.ready();
  }

  async advance(): Promise<KeypointStep> {
    const { phase, trainer } = await this.ready();
    const { stage, freeze } = phase;
    const batch = this.batches(this.step, { stage, freeze, objective: this.plan.objective });
    const learningRate = this.rate(phase);
    const { loss, gradientNorm } = await trainer.train({ ...batch, ...this.fixed }, learningRate);
    this.step++;
    return { step: this.step, stage, frozen: freeze, loss, gradientNorm, learningRate };
  }

  private async ready(): Promise<{ phase: Phase; trainer: Trainer }> {
    const phase = this.phases.find(({ start, end }) => this.step >= start && this.step < end);
    if (phase === undefined) throw new Error(`the run is over after ${this.totalSteps} steps`);
    const trainer = phase === this.phase && this.trainer !== null ? this.trainer : await this.enter(phase);
    return { phase, trainer };
  }

  async release(): Promise<void> {
    await this.trainer?.release();
    this.trainer = null;
  }

  private rate(phase: Phase): number {
    const sameStage = this.phases.filter(({ stage }) => stage === phase.stage);
    const start = sameStage[0].start;
    const totalSteps = sameStage[sameStage.length - 1].end - start;
    const schedule = {
      kind: 'cosine',
      peak: this.plan.learningRate,
      warmupSteps: WARM_UP,
      totalSteps,
      floor: FLOOR_RATE,
    } as const;
    return learningRate(schedule, this.step - start + 1);
  }

  /** Takes weights over into the graph of the next phase; optimizer state only when resumed inside a phase. */
  private async enter(phase: Phase): Promise<Trainer> {
    const { config, batch, objective, fullScale, seed } = this.plan;
    const graph = buildStage(config, { ...phase, batch, objective, fullScale });
    const kept = this.snapshot().state;
    await this.release();
    const first = initialiseKeypoints(
      stageParameters(graph),
      config.sharpness,
      seed,
      this.plan.initialisation,
    );
    const weights = Object.fromEntries(
      Object.entries(first).map(([name, values]) => [name, kept[name] ?? values]),
    );
    const moments = this.step > phase.start ? kept : {};
    const startStep = this.step - phase.start;
    const initial = { ...momentsOf(graph, moments), ...weights };
    this.trainer = await openTrainer(graph.training, initial, DECAY, {
      startStep,
      ...(this.threads === undefined ? {} : { threads: this.threads }),
    });
    this.fixed = Object.fromEntries(
      graph.frozen.map(({ name, dims }) => [name, { type: 'float32' as const, dims, data: weights[name] }]),
    );
    this.shapes = new Map(
      [...stageParameters(graph), ...graph.training.stateNames].map(({ name, dims }) => [name, dims]),
    );
    // Weights only: a head or moments that this phase does not use are left behind.
    this.state = weights;
    this.phase = phase;
    return this.trainer;
  }
}

function momentsOf({ training }: StageGraph, state: TrainingState): TrainingState {
  return Object.fromEntries(
    training.stateNames.flatMap(({ name }) => (state[name] === undefined ? [] : [[name, state[name]]])),
  );
}

/** The weights of a state, without the optimizer's moments. */
export function weightsOf(state: TrainingState): TrainingState {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !/\.(m|v)$/.test(name)));
}
