import type { TrainingPlan } from '../../contract/training.ts';
import { UserError } from '../../core/errors.ts';
import type { NamedTensor } from '../../data/checkpoints/tensor-rows.ts';
import type { Project } from '../../data/project.ts';
import { adam } from '../../graph/optimizers/adam.ts';
import type { Optimizer } from '../../graph/optimizers/optimizer.ts';
import { learningRate } from '../../graph/optimizers/schedule.ts';
import { sgd } from '../../graph/optimizers/sgd.ts';
import type { JobContext } from '../../jobs/job-type.ts';
import { checkpointSteps } from '../../models/training/checkpoint-steps.ts';
import { languageLoss } from '../../models/training/language-loss.ts';
import { type MomentDecay, openTrainer, type Trainer } from '../../models/training/trainer.ts';
import {
  buildAccumulatingGraphs,
  buildTrainingGraph,
  type TrainingGraph,
} from '../../models/training/training-graph.ts';
import type { ProviderName } from '../../runtime/providers.ts';
import { brokenTensor, DivergenceWatch, type Trouble, troubleOf } from './divergence.ts';
import type { Evaluator, OpenEvaluator } from './evaluator.ts';
import { halfRefusal } from './half-refusal.ts';
import { MetricBuffer } from './metric-buffer.ts';
import { Pace } from './pace.ts';
import type { PreparedTraining } from './prepare-training.ts';

/** Milliseconds between two savings of the state from which a cut-off run goes on. */
const SAVE_EVERY = 20_000;

/**
 * Steps of one run, where that is the faster: a device with memory of its own gets and gives the weights once for all of
 * them, and on the processor they are copied out once (`gyrus bench train-gpt` measures both).
 */
export const TOGETHER = 4;

/** On the processor, parameters up to which steps are joined: of larger models the copies cost little and the memory much. */
const JOINED_UP_TO = 1 << 24;

/** One seed of a plan, under way. */
export interface RunTask {
  readonly prepared: PreparedTraining;
  readonly seed: number;
  readonly runId: string;
  readonly device: ProviderName;
  /** Steps of the whole plan that were done before this run. */
  readonly stepsBefore: number;
  readonly codeVersion: string;
  readonly evaluators: readonly OpenEvaluator[];
  /** Keeps writes and the job's cursor in one transaction. */
  commit(write: () => void): void;
}

/**
 * Trains one seed of a plan from where it is to its end, or until the signal stops it: then the state is saved and
 * the run is paused.
 * @throws UserError `training.diverged`
 */
export async function trainRun(context: JobContext, task: RunTask): Promise<void> {
  const { project } = context;
  const { plan } = task.prepared;
  const graph = trainingGraph(task.prepared);
  const resumed =
    project.training.find(task.runId) === null ? null : project.checkpoints.resumePoint(task.runId);
  const trainer = await openTrainer(graph, startOf(project, task, resumed), decayOf(plan), {
    device: task.device,
    startStep: resumed?.step ?? 0,
    together: stepsOfRun(graph, task),
  });
  const evaluators: Evaluator[] = [];
  try {
    if (task.device !== 'cpu') await tryOut(trainer, task);
    for (const open of task.evaluators) evaluators.push(await open(task.prepared, { device: task.device }));
    await new Run(context, task, graph, trainer, evaluators).toEnd(resumed !== null);
  } finally {
    for (const evaluator of evaluators) await evaluator.release();
    await trainer.release();
  }
}

/**
 * Takes one step for nothing, so that the run's record tells what really computes it.
 * @throws UserError `training.half-device`
 */
async function tryOut(trainer: Trainer, { prepared, seed, device }: RunTask): Promise<void> {
  const { plan, batches } = prepared;
  await trainer.rehearse(
    Array.from({ length: plan.accumulate }, (_, pass) => batches.training(seed, 1, pass)),
  );
  if (plan.precision === 'float16' && trainer.device === 'cpu') throw halfRefusal(device);
}

function stepsOfRun({ groups }: TrainingGraph, { device, prepared }: RunTask): number {
  const numbers = groups.reduce((sum, { length }) => sum + length, 0);
  const apart = prepared.plan.accumulate > 1 || (device === 'cpu' && numbers > JOINED_UP_TO);
  return apart ? 1 : TOGETHER;
}

class Run {
  private readonly context: JobContext;
  private readonly task: RunTask;
  private readonly graph: TrainingGraph;
  private readonly trainer: Trainer;
  private readonly evaluators: readonly Evaluator[];
  private readonly metrics: MetricBuffer;
  private readonly watch: DivergenceWatch;
  private readonly pace: Pace;
  /** Weights that the loss does not depend on: they are kept as they came. */
  private readonly resting: readonly NamedTensor[];
  private savedAt = performance.now();

  constructor(
    context: JobContext,
    task: RunTask,
    graph: TrainingGraph,
    trainer: Trainer,
    evaluators: readonly Evaluator[],
  ) {
    this.context = context;
    this.task = task;
    this.graph = graph;
    this.trainer = trainer;
    this.evaluators = evaluators;
    this.metrics = new MetricBuffer(context.project, task.runId);
    this.watch = new DivergenceWatch(task.prepared.config.vocabularySize);
    this.pace = new Pace(trainer.together);
    const trained = new Set(graph.parameters.map(({ name }) => name));
    this.resting = [...task.prepared.initial(task.seed).parameters]
      .filter(([name]) => !trained.has(name))
      .map(([name, parameter]) => ({ name, ...parameter }));
  }

  async toEnd(isResumed: boolean): Promise<void> {
    const { project, signal } = this.context;
    const { runId, prepared } = this.task;
    const { plan } = prepared;
    const checkpoints = new Set(checkpointSteps(plan.checkpoints, plan.steps));
    if (isResumed) {
      project.transaction(() => {
        project.training.metrics.truncate(runId, this.trainer.step);
        project.training.setState(runId, 'training', this.trainer.notice);
      });
    } else {
      this.task.commit(() => this.createRun());
      await this.keepCheckpoint();
    }
    while (this.trainer.step < plan.steps) {
      if (signal.aborted) this.pause();
      await this.advance(this.stepsUntil(checkpoints));
      if (checkpoints.has(this.trainer.step)) await this.keepCheckpoint();
      else if (performance.now() - this.savedAt > SAVE_EVERY) this.task.commit(() => this.saveState());
      // The wish to stop comes in as a message, which needs a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.task.commit(() => {
      project.checkpoints.dropResumePoint(runId);
      project.training.setState(runId, 'complete', this.trainer.notice);
    });
  }

  /** As many steps as one run takes where that is the faster, or one where a checkpoint or the end comes before. */
  private stepsUntil(checkpoints: ReadonlySet<number>): number {
    const { step, together } = this.trainer;
    const inside = Array.from({ length: together - 1 }, (_, at) => step + 1 + at);
    const fits = step + together <= this.task.prepared.plan.steps;
    return this.pace.next(fits && !inside.some((one) => checkpoints.has(one)));
  }

  private async advance(steps: number): Promise<void> {
    const { prepared, seed, stepsBefore } = this.task;
    const { plan, batches } = prepared;
    const schedule = {
      ...plan.learningRate,
      kind: plan.learningRate.schedule,
      warmupSteps: plan.learningRate.warmup,
      totalSteps: plan.steps,
    };
    const first = this.trainer.step + 1;
    const rates = Array.from({ length: steps }, (_, at) => learningRate(schedule, first + at));
    const started = performance.now();
    const passes = (step: number) =>
      Array.from({ length: plan.accumulate }, (_, pass) => batches.training(seed, step, pass));
    const results =
      steps === 1
        ? [await this.trainer.train(passes(first), rates[0])]
        : await this.trainer.trainTogether(
            rates.map((_, at) => passes(first + at)[0]),
            rates,
          );
    const took = performance.now() - started;
    this.pace.took(took, steps);
    const tokensPerSecond = (tokensPerStep(plan) * steps * 1000) / took;
    for (const [at, result] of results.entries()) {
      const figures = {
        loss: result.loss,
        'learning-rate': rates[at],
        'gradient-norm': result.gradientNorm,
        'tokens-per-second': tokensPerSecond,
      };
      this.metrics.add(result.step, figures);
      if (this.watch.diverges(result)) this.giveUp(result.step, troubleOf(result, this.graph.parameters));
      this.context.report({
        phase: 'training',
        done: stepsBefore + result.step,
        total: plan.steps * plan.seeds.length,
        unit: 'steps',
        figures,
      });
    }
  }

  private createRun(): void {
    const { project } = this.context;
    const { runId, seed, codeVersion, prepared } = this.task;
    const { plan, configJson, files } = prepared;
    // Cut off before its first checkpoint, it is there already.
    if (project.training.find(runId) !== null) return;
    project.training.create({
      id: runId,
      plan: plan.name,
      name: plan.seeds.length > 1 ? `${plan.name}, seed ${seed}` : plan.name,
      origin: 'trained',
      seed,
      config: configJson,
      settings: plan,
      provider: this.trainer.device,
      codeVersion,
      simulated: false,
      tokensPerStep: tokensPerStep(plan),
      totalSteps: plan.steps,
    });
    for (const [name, bytes] of files) project.training.putFile(runId, name, bytes);
    project.training.setState(runId, 'training', this.trainer.notice);
  }

  private async keepCheckpoint(): Promise<void> {
    const { step, state } = this.trainer;
    const { runId, prepared } = this.task;
    // The update of a step whose gradient was finite can still overflow; such weights are no checkpoint.
    const broken = brokenTensor(this.weights());
    if (broken !== null) this.giveUp(step, broken);
    const scores: Record<string, number> = {};
    for (const evaluator of this.evaluators) Object.assign(scores, await evaluator.evaluate(state, step));
    this.metrics.add(step, scores);
    this.task.commit(() => {
      const tokens = step * tokensPerStep(prepared.plan);
      this.context.project.checkpoints.put({ runId, step, tokens, tensors: this.weights() });
      this.saveState();
    });
  }

  /** Inside a transaction: metrics so far, and all from which the run goes on. */
  private saveState(): void {
    this.metrics.flush();
    const { runId } = this.task;
    const { state } = this.trainer;
    const slots = this.graph.stateNames.map(({ name, dims }) => ({ name, shape: dims, values: state[name] }));
    this.context.project.checkpoints.putResumePoint(runId, this.trainer.step, [...this.weights(), ...slots]);
    this.savedAt = performance.now();
  }

  private weights(): NamedTensor[] {
    const { state } = this.trainer;
    const trained = this.graph.parameters.map(({ name, dims }) => ({
      name,
      shape: dims,
      values: state[name],
    }));
    return [...trained, ...this.resting];
  }

  private pause(): never {
    this.task.commit(() => {
      this.saveState();
      this.context.project.training.setState(this.task.runId, 'paused');
    });
    throw this.context.signal.reason;
  }

  private giveUp(step: number, { what, tensor }: Trouble): never {
    const { project } = this.context;
    const { runId } = this.task;
    const good = project.checkpoints.list(runId).at(-1)?.step ?? 0;
    const error = new UserError(
      'training.diverged',
      `Training stopped at step ${step}: ${what}. The last good checkpoint is that of step ${good}; lower the learning rate or lengthen the warm-up.`,
      { step, what, tensor, checkpoint: good },
    );
    this.task.commit(() => {
      this.metrics.flush();
      project.checkpoints.dropResumePoint(runId);
      project.training.setState(runId, 'diverged', error.toInfo());
    });
    throw error;
  }
}

/** Tokens that one step sees. */
export const tokensPerStep = (plan: TrainingPlan): number => plan.batch * plan.sequence * plan.accumulate;

/** Graph of one step of a plan, or of its passes and its update. */
export function trainingGraph({ plan, config, shapes, size }: PreparedTraining): TrainingGraph {
  const { graph, loss, parameters } = languageLoss(config, shapes, size);
  const optimizer = optimizerOf(plan);
  const options = { half: plan.precision === 'float16' };
  return plan.accumulate > 1
    ? buildAccumulatingGraphs(graph, loss, parameters, optimizer, plan.clip, plan.accumulate, options)
    : buildTrainingGraph(graph, loss, parameters, optimizer, plan.clip, options);
}

function optimizerOf({ optimizer }: TrainingPlan): Optimizer {
  return optimizer.kind === 'adamw' ? adam(optimizer) : sgd(optimizer);
}

function decayOf({ optimizer }: TrainingPlan): MomentDecay {
  return optimizer.kind === 'adamw' ? optimizer : { beta1: 0, beta2: 0 };
}

function startOf(
  project: Project,
  { prepared, seed, runId }: RunTask,
  resumed: ReturnType<Project['checkpoints']['resumePoint']>,
): Record<string, Float32Array> {
  if (resumed === null) {
    const { parameters } = prepared.initial(seed);
    return Object.fromEntries([...parameters].map(([name, { values }]) => [name, values]));
  }
  return Object.fromEntries(
    resumed.tensors.map(({ name }) => [name, project.checkpoints.readResume(runId, name).values]),
  );
}
