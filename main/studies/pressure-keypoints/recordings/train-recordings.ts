import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeypointRunSettings, KeypointTraining } from '../../../contract/keypoint-training.ts';
import { UserError } from '../../../core/errors.ts';
import type { NamedTensor } from '../../../data/checkpoints/tensor-rows.ts';
import type { JobContext } from '../../../jobs/job-type.ts';
import { canDraw } from '../../../models/pressure/detector.ts';
import { type FrameSet, takeFrames } from '../../../models/pressure/frames.ts';
import {
  type KeypointPlan,
  type KeypointRun,
  type KeypointStep,
  openKeypointRun,
  weightsOf,
} from '../../../models/pressure/train-keypoints.ts';
import { checkpointSteps } from '../../../models/training/checkpoint-steps.ts';
import { MetricBuffer } from '../../training/metric-buffer.ts';
import { scoreCheckpoint } from './score-checkpoint.ts';

/** Milliseconds between two savings of the state from which a cut-off run goes on. */
const SAVE_EVERY = 20_000;

/** Name under which a resume point keeps the seconds that a run has trained. */
const CLOCK = 'clock.seconds';

/** One fold of a training, under way. */
export interface FoldTask {
  readonly training: KeypointTraining;
  readonly plan: KeypointPlan;
  readonly settings: KeypointRunSettings;
  /** Padded to the model's grid. */
  readonly frames: FrameSet;
  readonly runId: string;
  readonly simulated: boolean;
  /** Steps of the whole job that were done before this fold, and of the job. */
  readonly stepsBefore: number;
  readonly stepsInAll: number;
  readonly codeVersion: string;
  commit(write: () => void): void;
}

/**
 * Trains one fold from where it is to its end, or until the signal stops it: then its state is saved and it is
 * paused. Batches follow from seed and step, so that a run that was cut off goes on to the numbers of one that was not.
 * @throws UserError `training.diverged`
 */
export async function trainFold(context: JobContext, task: FoldTask): Promise<void> {
  const { project } = context;
  const { plan, frames, settings, runId } = task;
  const everyone = [...frames.subjects.keys()];
  const held = everyone.filter((index) => frames.subjects[index] === settings.leftOut);
  const shown = settings.leftOut === null ? everyone : everyone.filter((index) => !held.includes(index));
  const known = project.training.find(runId) !== null;
  const kept = known ? project.checkpoints.resumePoint(runId) : null;
  const values = (name: string) => project.checkpoints.readResume(runId, name).values;
  const names = kept?.tensors.map(({ name }) => name) ?? [];
  const trained = names.includes(CLOCK) ? values(CLOCK)[0] : 0;
  const from =
    kept === null
      ? undefined
      : {
          step: kept.step,
          state: Object.fromEntries(
            names.filter((name) => name !== CLOCK).map((name) => [name, values(name)]),
          ),
        };
  const run = openKeypointRun(plan, takeFrames(frames, shown), from === undefined ? {} : { from });
  try {
    const scored = takeFrames(frames, settings.leftOut === null ? everyone : held);
    await new Fold(context, task, run, scored, trained).toEnd(from !== undefined);
  } finally {
    await run.release();
  }
}

class Fold {
  private readonly context: JobContext;
  private readonly task: FoldTask;
  private readonly run: KeypointRun;
  private readonly scored: FrameSet;
  private readonly metrics: MetricBuffer;
  /** Seconds that earlier attempts trained. */
  private readonly trained: number;
  private savedAt = performance.now();
  /** Step of the newest checkpoint. */
  private keptAt = -1;
  private startedAt = performance.now();

  constructor(context: JobContext, task: FoldTask, run: KeypointRun, scored: FrameSet, trained: number) {
    this.context = context;
    this.task = task;
    this.run = run;
    this.scored = scored;
    this.trained = trained;
    this.metrics = new MetricBuffer(context.project, task.runId);
  }

  async toEnd(isResumed: boolean): Promise<void> {
    const { project, signal } = this.context;
    const { runId, training } = this.task;
    const { run } = this;
    const checkpoints = new Set(checkpointSteps(training.checkpoints, run.totalSteps));
    await run.prepare();
    this.startedAt = performance.now();
    if (isResumed) {
      project.transaction(() => {
        project.training.metrics.truncate(runId, run.step);
        project.training.setState(runId, 'training');
      });
    } else {
      this.task.commit(() => this.create());
      await this.keepCheckpoint();
    }
    while (run.step < run.totalSteps && !this.isOverTime()) {
      if (signal.aborted) this.pause();
      await this.step();
      if (checkpoints.has(run.step)) await this.keepCheckpoint();
      else if (performance.now() - this.savedAt > SAVE_EVERY) this.task.commit(() => this.saveState());
      // The wish to stop comes in as a message, which needs a turn of the event loop.
      await nextTurn();
    }
    // Where time ended it, between two checkpoints.
    if (this.keptAt !== run.step) await this.keepCheckpoint();
    this.task.commit(() => {
      project.checkpoints.dropResumePoint(runId);
      project.training.setState(runId, 'complete');
    });
  }

  private seconds(): number {
    return this.trained + (performance.now() - this.startedAt) / 1000;
  }

  /** Whether the run has trained as long as it may. */
  private isOverTime(): boolean {
    const { minutes } = this.task.training;
    return minutes !== null && this.seconds() >= 60 * minutes;
  }

  private async step(): Promise<void> {
    const started = performance.now();
    const step = await this.run.advance();
    const figures = {
      loss: step.loss,
      'learning-rate': step.learningRate,
      'gradient-norm': step.gradientNorm,
      'frames-per-second': (this.task.plan.batch * 1000) / (performance.now() - started),
    };
    this.metrics.add(step.step, figures);
    if (!Number.isFinite(step.loss) || !Number.isFinite(step.gradientNorm)) this.giveUp(step);
    const { leftOut } = this.task.settings;
    this.context.report({
      phase: leftOut === null ? step.stage : `${step.stage}, without ${leftOut}`,
      done: this.task.stepsBefore + step.step,
      total: this.task.stepsInAll,
      unit: 'steps',
      figures,
    });
  }

  private create(): void {
    const { runId, training, settings, plan, simulated, codeVersion } = this.task;
    const { training: store } = this.context.project;
    // Cut off before its first checkpoint, it is there already.
    if (store.find(runId) !== null) return;
    store.create({
      id: runId,
      plan: training.name,
      name: settings.leftOut === null ? training.name : `${training.name}, without ${settings.leftOut}`,
      origin: 'trained',
      seed: training.seed,
      config: { ...plan.config },
      settings,
      provider: 'cpu',
      codeVersion,
      simulated,
      tokensPerStep: null,
      totalSteps: this.run.totalSteps,
    });
    store.setState(runId, 'training');
  }

  private async keepCheckpoint(): Promise<void> {
    const { runId, settings, plan } = this.task;
    const { step, state } = this.run.snapshot();
    const weights = weightsOf(state);
    if (canDraw(weights)) {
      const scores = await scoreCheckpoint(plan, weights, this.scored);
      const prefix = settings.leftOut === null ? '' : 'held-out-';
      this.metrics.add(
        step,
        Object.fromEntries(Object.entries(scores).map(([name, value]) => [`${prefix}${name}`, value])),
      );
    }
    this.task.commit(() => {
      this.context.project.checkpoints.put({ runId, step, tokens: null, tensors: this.tensors(weights) });
      this.saveState();
    });
    this.keptAt = step;
  }

  /** Inside a transaction: metrics so far, and all from which the run goes on. */
  private saveState(): void {
    this.metrics.flush();
    const { step, state } = this.run.snapshot();
    const clock = { name: CLOCK, shape: [1], values: Float32Array.of(this.seconds()) };
    this.context.project.checkpoints.putResumePoint(this.task.runId, step, [...this.tensors(state), clock]);
    this.savedAt = performance.now();
  }

  private tensors(state: Readonly<Record<string, Float32Array>>): NamedTensor[] {
    return Object.entries(state).map(([name, values]) => ({
      name,
      shape: this.run.shapes.get(name) ?? [values.length],
      values,
    }));
  }

  private pause(): never {
    this.task.commit(() => {
      this.saveState();
      this.context.project.training.setState(this.task.runId, 'paused');
    });
    throw this.context.signal.reason;
  }

  private giveUp({ step, loss }: KeypointStep): never {
    const { project } = this.context;
    const { runId } = this.task;
    const good = project.checkpoints.list(runId).at(-1)?.step ?? 0;
    const what = Number.isFinite(loss)
      ? 'a gradient is not a finite number'
      : 'the loss is not a finite number';
    const error = new UserError(
      'training.diverged',
      `Training stopped at step ${step}: ${what}. The last good checkpoint is that of step ${good}; lower the learning rate or lengthen the warm-up.`,
      { step, what, tensor: 'loss', checkpoint: good },
    );
    this.task.commit(() => {
      this.metrics.flush();
      project.checkpoints.dropResumePoint(runId);
      project.training.setState(runId, 'diverged', error.toInfo());
    });
    throw error;
  }
}
