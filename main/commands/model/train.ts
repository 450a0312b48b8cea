import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { type TrainingPlan, trainingPlanSchema } from '../../contract/training.ts';
import { UserError } from '../../core/errors.ts';
import { openProject } from '../../data/open-project.ts';
import type { ProjectSession } from '../../jobs/project-session.ts';
import type { CommandDeps } from '../command.ts';
import { runJob } from '../run-job.ts';
import { textTable } from '../text-table.ts';
import { findCheckpoint, takeUp, withSession } from './find-runs.ts';

/** `gyrus model train CONFIG.json PROJECT` and `gyrus model export-checkpoint PROJECT STEP --out DIR`. */
export function registerTrain(model: Command, deps: CommandDeps): void {
  model
    .command('train')
    .description('train a small GPT or BERT by a plan; Ctrl-C pauses, the same command goes on')
    .argument('<config>', 'training plan (JSON): name, model, corpus, steps, seeds, ...')
    .argument('<project>', 'project file; made where it is not there')
    .option('--json', 'print one JSON object')
    .action(async (config: string, project: string, options: { json?: boolean }) => {
      const plan = await readPlan(config);
      const runs = await withSession(deps, project, async (session) => {
        takeUp(session, 'model.train', plan);
        await runJob(session, 'model.train', plan, deps);
        return session.project.training.list({ plan: plan.name }).map((run) => summary(session, run.id));
      });
      const rows = runs.map(({ id, name, state, steps, heldOutLoss }) => [
        id,
        name,
        state,
        String(steps),
        heldOutLoss?.toFixed(4) ?? '–',
      ]);
      const table = textTable([['run', 'name', 'state', 'steps', 'held-out loss'], ...rows]);
      deps.out(options.json ? `${JSON.stringify({ runs })}\n` : table);
    });

  model
    .command('export-checkpoint')
    .description('write a stored checkpoint as a Hugging Face folder (transformers opens it)')
    .argument('<project>', 'project file')
    .argument('<checkpoint>', 'step, or RUN@STEP where the project has several runs')
    .requiredOption('--out <folder>', 'new folder: model.safetensors, config.json, tokenizer')
    .option('--json', 'print one JSON object')
    .action(async (path: string, checkpoint: string, options: { out: string; json?: boolean }) => {
      const { exportCheckpoint } = await import('../../studies/training/export-checkpoint.ts');
      const project = openProject(resolve(path), { logger: deps.logger, access: 'read' });
      try {
        const folder = resolve(options.out);
        const files = await exportCheckpoint(project, findCheckpoint(project, checkpoint), folder);
        deps.out(
          options.json ? `${JSON.stringify({ folder, files })}\n` : `${files.length} files in ${folder}\n`,
        );
      } finally {
        project.close();
      }
    });
}

/** Entries of a plan that have several forms, in words. */
const FORMS: Readonly<Record<string, string>> = {
  model:
    'give a family (gpt2 or bert) with layers, heads, width and vocabulary, or a folder, or a checkpoint of the project',
  corpus: 'give a file, or bundled: state-of-the-union or udhr, which takes languages',
};

/** Reads a plan; its files and folders are meant relative to it. @throws UserError `training.plan` */
async function readPlan(path: string): Promise<TrainingPlan> {
  const refuse = (why: string) =>
    new UserError('training.plan', `${path} is not a training plan: ${why}.`, { path, why });
  let given: unknown;
  try {
    given = JSON.parse(await readFile(path, 'utf8'));
  } catch (thrown) {
    throw refuse(thrown instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read');
  }
  const parsed = trainingPlanSchema.safeParse(given);
  if (!parsed.success) {
    const [{ path: where, message, code }] = parsed.error.issues;
    // Of a choice among forms Zod says only that none fits.
    const forms = code === 'invalid_union' ? FORMS[String(where[0])] : undefined;
    throw refuse(`${where.join('.') || 'the whole'}: ${forms ?? message}`);
  }
  const beside = (file: string) => resolve(dirname(path), file);
  const { corpus, model } = parsed.data;
  return {
    ...parsed.data,
    corpus: corpus.map((source) => ('file' in source ? { file: beside(source.file) } : source)),
    model: 'folder' in model ? { folder: beside(model.folder) } : model,
  };
}

function summary({ project }: ProjectSession, id: string) {
  const { name, state, seed } = project.training.get(id);
  const checkpoints = project.checkpoints.list(id);
  const [heldOut] = project.training.metrics.series({ runIds: [id], names: ['held-out-loss'] });
  return {
    id,
    name,
    state,
    seed,
    steps: checkpoints.at(-1)?.step ?? 0,
    checkpoints: checkpoints.length,
    heldOutLoss: heldOut?.values.at(-1) ?? null,
  };
}
