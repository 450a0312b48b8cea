import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type CheckpointAudit,
  type CheckpointComparison,
  checkpointAuditSchema,
  checkpointComparisonSchema,
  trainingRunSchema,
} from '../../contract/checkpoints.ts';
import { UserError } from '../../core/errors.ts';
import { openProject } from '../../data/open-project.ts';
import type { CommandDeps } from '../command.ts';
import { runJob } from '../run-job.ts';
import { textTable } from '../text-table.ts';
import { findCheckpoint, findRun, withSession } from './find-runs.ts';

/** `gyrus model import-series`, `runs`, `audit` and `compare`: series of checkpoints in a project. */
export function registerSeries(model: Command, deps: CommandDeps): void {
  model
    .command('import-series')
    .description('bring a series of checkpoints into a project; steps are read from names such as step1000')
    .argument('<folders...>', 'Hugging Face folders, or a folder of them, and last the project file')
    .option('--name <name>', 'what the series is called')
    .option('--json', 'print one JSON object')
    .action(async (paths: string[], options: { name?: string; json?: boolean }) => {
      const project = paths.at(-1) ?? '';
      const folders = paths.slice(0, -1).map((path) => resolve(path));
      if (folders.length === 0) {
        throw new UserError(
          'series.no-project',
          'Name the folders of the series and, last, the project file.',
        );
      }
      const run = await withSession(deps, project, async (session) => {
        const params = { folders, name: options.name ?? basename(folders[0]) };
        return trainingRunSchema.parse(await runJob(session, 'import.checkpoints', params, deps));
      });
      deps.out(
        options.json ? `${JSON.stringify(run)}\n` : `Imported ${run.name} as training run ${run.id}\n`,
      );
    });

  model
    .command('runs')
    .description('list the training runs of a project with their checkpoints')
    .argument('<project>', 'project file')
    .option('--json', 'print one JSON object')
    .action((path: string, options: { json?: boolean }) => {
      const project = openProject(resolve(path), { logger: deps.logger, access: 'read' });
      try {
        const runs = project.training.list().map((run) => ({
          ...run,
          steps: project.checkpoints.list(run.id).map(({ step }) => step),
        }));
        const rows = runs.map(({ id, name, state, seed, steps }) => [
          id,
          name,
          state,
          seed === null ? '–' : String(seed),
          steps.length === 0 ? '–' : `${steps.length} (${steps[0]} to ${steps.at(-1)})`,
        ]);
        const table = textTable([['run', 'name', 'state', 'seed', 'checkpoints'], ...rows]);
        deps.out(options.json ? `${JSON.stringify({ runs })}\n` : table);
      } finally {
        project.close();
      }
    });

  model
    .command('audit')
    .description(
      'look through a series of checkpoints for copies, wrong order and leaps; exit code 1 for faults',
    )
    .argument('<project>', 'project file')
    .argument('[run]', 'name or id of the run, where the project has several')
    .option('--json', 'print one JSON object')
    .action(async (path: string, run: string | undefined, options: { json?: boolean }) => {
      const audit = await withSession(deps, path, async (session) => {
        const { id } = findRun(session.project, run);
        return checkpointAuditSchema.parse(await runJob(session, 'checkpoint.audit', { runId: id }, deps));
      });
      deps.out(options.json ? `${JSON.stringify(audit)}\n` : auditTable(audit));
      if (audit.faulty > 0) {
        const [count, all] = [audit.faulty, audit.verdicts.length];
        throw new UserError(
          'audit.faults',
          `${count} of ${all} checkpoints are not what their step says: leave them out of analyses.`,
          { count, all },
        );
      }
    });

  model
    .command('compare')
    .description('compare two checkpoints: norm, cosine and update of every tensor; layers on a text')
    .argument('<project>', 'project file')
    .argument('<first>', 'step, or RUN@STEP where the project has several runs')
    .argument('<second>', 'step, or RUN@STEP')
    .option('--text <text>', 'compare the hidden states of every layer on this text')
    .option('--json', 'print one JSON object')
    .action(
      async (path: string, first: string, second: string, options: { text?: string; json?: boolean }) => {
        const comparison = await withSession(deps, path, async (session) => {
          const [a, b] = [first, second].map((name) => findCheckpoint(session.project, name));
          const params = {
            first: a,
            second: b,
            ...(options.text === undefined ? {} : { text: options.text }),
          };
          return checkpointComparisonSchema.parse(await runJob(session, 'checkpoint.compare', params, deps));
        });
        deps.out(options.json ? `${JSON.stringify(comparison)}\n` : comparisonTable(comparison));
      },
    );
}

const number = (value: number | null, digits = 4): string =>
  value === null ? '–' : value.toPrecision(digits);

function auditTable({ verdicts }: CheckpointAudit): string {
  const rows = verdicts.map((one) => [
    String(one.step),
    one.verdict,
    number(one.norm),
    one.cosineToFirst?.toFixed(4) ?? '–',
    number(one.change, 3),
    one.faults.map(({ message }) => message).join(' '),
  ]);
  return textTable([['step', 'verdict', 'norm', 'cosine to first', 'change', ''], ...rows]);
}

function comparisonTable({ tensors, unmatched, layers }: CheckpointComparison): string {
  const rows = tensors.map((one) => [
    one.name,
    one.shape.join(' × '),
    number(one.normFirst),
    number(one.normSecond),
    one.cosine?.toFixed(5) ?? '–',
    number(one.relativeUpdate, 3),
  ]);
  const head = ['tensor', 'shape', 'norm', 'norm', 'cosine', 'relative update'];
  const similar = layers?.map(({ layer, cka }) => [String(layer), cka.toFixed(4)]) ?? [];
  return [
    textTable([head, ...rows]),
    ...unmatched.map((name) => `${name}: only in one of them\n`),
    ...(layers === null ? [] : [textTable([['layer', 'CKA'], ...similar])]),
  ].join('\n');
}
