import type { TrainingState } from '../../models/training/trainer.ts';
import type { SessionOptions } from '../../runtime/session.ts';
import type { PreparedTraining } from './prepare-training.ts';

/** Scores weights at every checkpoint. Opened once a run. */
export interface Evaluator {
  /** Values of metrics by name. They become points of the run at this step. */
  evaluate(weights: TrainingState, step: number): Promise<Readonly<Record<string, number>>>;
  release(): Promise<void>;
}

/** Makes an evaluator for a run; what a study adds to training is one of these, named in compose.ts. */
export type OpenEvaluator = (prepared: PreparedTraining, options: SessionOptions) => Promise<Evaluator>;
