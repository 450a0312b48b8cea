import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type TrainingPlan, trainingPlanSchema } from '../../contract/training.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { ResourceStore } from '../../core/resource-store.ts';
import type { JobType } from '../../jobs/job-type.ts';
import type { DeviceChoice, ProviderName } from '../../runtime/providers.ts';
import { estimateTraining } from './estimate-training.ts';
import type { OpenEvaluator } from './evaluator.ts';
import { prepareTraining } from './prepare-training.ts';
import { trainRun } from './train-run.ts';

/** What training needs of other rooms. */
export interface TrainingDeps {
  readonly resources: ResourceStore;
  readonly codeVersion: string;
  /** What "auto" means on this machine. */
  device(choice: DeviceChoice): Promise<ProviderName>;
  /** Multiply-adds per second that a device was measured to make. */
  speed(choice: DeviceChoice): Promise<number>;
  /** What is measured at every checkpoint. */
  readonly evaluators: readonly OpenEvaluator[];
}

interface Cursor {
  readonly inputsHash: string;
  readonly runIds: readonly string[];
}

/** Result of the job: the runs by seed, in the order of the plan. */
const trainResultSchema = z.object({ runIds: z.array(z.string()) });

/**
 * Trains a language model by a plan, one run per seed. Weights, optimizer state and metrics are committed at every
 * checkpoint and every few seconds between; batches follow from seed and step alone: a killed or paused run goes on
 * to the very bits of an undisturbed one, on the same provider and number of threads.
 */
export function trainJob(deps: TrainingDeps): JobType<TrainingPlan> {
  return {
    type: 'model.train',
    params: trainingPlanSchema,
    title: ({ name }) => `Training of ${name}`,
    recovery: 'resume',
    inputs: (project, plan) => ({
      files: plan.corpus.map(stateOf),
      model: modelState(plan),
      project: project.path,
    }),
    stillValid: (project, result) => {
      const parsed = trainResultSchema.safeParse(result);
      return parsed.success && parsed.data.runIds.every((id) => project.training.find(id) !== null);
    },
    preflight: (project, plan) => estimateTraining(project, plan, deps.speed),
    async run(context, plan) {
      const { project, signal, report } = context;
      const prepared = await prepareTraining(project, plan, deps.resources, signal, report).catch(
        (thrown) => {
          // A run that is taken up again and stopped before its first step has nobody else to say so.
          for (const id of context.cursor<Cursor>()?.runIds ?? []) {
            if (project.training.find(id)?.state === 'training') project.training.setState(id, 'paused');
          }
          throw thrown;
        },
      );
      const cursor: Cursor = context.cursor<Cursor>() ?? {
        inputsHash: prepared.inputsHash,
        runIds: plan.seeds.map(() => newId()),
      };
      if (cursor.inputsHash !== prepared.inputsHash) {
        throw new UserError(
          'training.inputs-changed',
          `The corpus or the starting weights of ${plan.name} have changed since it was begun: start it as a new plan.`,
          { name: plan.name },
        );
      }
      const device = await deps.device(plan.device);
      const lost: UserError[] = [];
      for (const [at, seed] of plan.seeds.entries()) {
        const runId = cursor.runIds[at];
        const { state = null, error = null } = project.training.find(runId) ?? {};
        if (state === 'complete') continue;
        if (state === 'diverged' && error !== null) {
          lost.push(new UserError(error.code, error.message, error.params));
          continue;
        }
        try {
          await trainRun(context, {
            prepared,
            seed,
            runId,
            device,
            stepsBefore: at * plan.steps,
            codeVersion: deps.codeVersion,
            evaluators: deps.evaluators,
            commit: (write) => context.commit(cursor, write),
          });
        } catch (thrown) {
          if (signal.aborted || !(thrown instanceof UserError)) throw thrown;
          const now = project.training.find(runId)?.state;
          if (now === 'training') project.training.setState(runId, 'failed', thrown.toInfo());
          // Another seed may still get through; when none does, that is the end of the plan.
          if (now !== 'diverged') throw thrown;
          lost.push(thrown);
        }
      }
      if (lost.length === plan.seeds.length) throw lost[0];
      project.provenance.record({
        kind: 'model.train',
        params: plan,
        codeVersion: deps.codeVersion,
        seed: plan.seeds[0],
        inputs: [],
        outputs: cursor.runIds.map((id) => ({ kind: 'model', id, label: project.training.get(id).name })),
      });
      return { runIds: cursor.runIds };
    },
  };
}

function stateOf(source: TrainingPlan['corpus'][number]): unknown {
  if (!('file' in source) || !existsSync(source.file)) return source;
  const { size, mtimeMs } = statSync(source.file);
  return { ...source, size, at: mtimeMs };
}

function modelState({ model }: TrainingPlan): unknown {
  if (!('folder' in model)) return model;
  const weights = join(model.folder, 'model.safetensors');
  return existsSync(weights) ? statSync(weights).mtimeMs : model;
}
