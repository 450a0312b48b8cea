import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandDeps } from './command.ts';
import { numberOption } from './number-options.ts';
import type { MulcogFlags } from './study-mulcog.ts';

interface EncodingFlags {
  readonly features: string;
  readonly subjects?: string;
  readonly task?: string;
  readonly split: string;
  readonly folds: number;
  readonly delays?: string;
  readonly downsampling: string;
  readonly lookBack?: number;
  readonly trim?: number;
  readonly highPass?: number;
  readonly permutations?: number;
  readonly fdr?: number;
  readonly seed?: number;
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** `gyrus study list | run encoding PROJECT | show PROJECT RUN`. */
export function register(program: Command, deps: CommandDeps): void {
  const study = program.command('study').description('list, run and show studies');
  study
    .command('list')
    .description('the studies there are; with a project, its runs')
    .argument('[project]', 'project file')
    .option('--json', 'print one JSON object')
    .action(async (project: string | undefined, { json }: { json?: boolean }) => {
      const { listStudies } = await import('./study-actions.ts');
      deps.out(listStudies(deps, project === undefined ? null : resolve(project), json ?? false));
    });
  study
    .command('run')
    .description('run a study')
    .argument('<name>', '"encoding", "mulcog", "pressure-keypoints"')
    .argument('<project>', 'project file')
    .option('--features <space>', 'feature space', 'use-lite')
    .option('--subjects <labels>', 'comma-separated; all when left out')
    .option('--task <name>', 'runs of one task only')
    .option('--split <kind>', 'leave-one-run-out or contiguous', 'leave-one-run-out')
    .option('--folds <n>', 'outer folds of contiguous splits', numberOption, 5)
    .option('--delays <list>', 'delays in samples (1,2,3,4) instead of one haemodynamic response')
    .option('--downsampling <method>', 'lanczos or average', 'lanczos')
    .option('--look-back <n>', 'words of context', numberOption)
    .option('--trim <n>', 'samples dropped at both ends of a run', numberOption)
    .option('--high-pass <s>', 'drift cutoff in seconds, 0 for none', numberOption)
    .option('--permutations <n>', 'block permutations', numberOption)
    .option('--fdr <q>', 'false discovery rate', numberOption)
    .option('--seed <n>', 'seed of all random numbers', numberOption)
    .option(
      '--set <key=value...>',
      'settings of pressure-keypoints: pmd=FOLDER, keypoints, regressionSteps, ...',
      [],
    )
    .option(
      '--models <list>',
      'mulcog: encoder, vectors, co-occurrence, folder:<path>, checkpoint:<id> (comma-separated)',
    )
    .option('--sets <list>', 'mulcog: kinds or names that set names must contain, such as en,zh or fMRI')
    .option('--shuffles <n>', 'mulcog: shuffles of the embeddings', numberOption)
    .option('--words <which>', 'mulcog: words that leave an impulse in story fMRI: all, content, inner')
    .option('--response-delays <list>', 'mulcog: seconds the response may be late by, chosen on inner folds')
    .option('--intersect', 'mulcog: leave out items that some model has no embedding for')
    .option('--json', 'print one JSON object')
    .action(async (name: string, project: string, flags: EncodingFlags & MulcogFlags) => {
      if (name === 'mulcog') {
        const { runMulcogStudy } = await import('./study-mulcog.ts');
        deps.out(await runMulcogStudy(deps, resolve(project), flags, flags.json ?? false));
        return;
      }
      if (name === 'pressure-keypoints') {
        const { runPressureStudy } = await import('./pressure-study.ts');
        const seed = flags.seed === undefined ? [] : [`seed=${flags.seed}`];
        deps.out(
          await runPressureStudy(deps, resolve(project), [...flags.set, ...seed], flags.json ?? false),
        );
        return;
      }
      const { runStudy } = await import('./study-actions.ts');
      deps.out(
        await runStudy(
          deps,
          name,
          resolve(project),
          requestOf(flags),
          selectionOf(flags),
          flags.json ?? false,
        ),
      );
    });
  study
    .command('show')
    .description('regions, controls and split of a finished run')
    .argument('<project>', 'project file')
    .argument('[run]', 'run id; the newest when left out')
    .option('--json', 'print one JSON object')
    .action(async (project: string, run: string | undefined, { json }: { json?: boolean }) => {
      const { showStudy } = await import('./study-actions.ts');
      deps.out(showStudy(deps, resolve(project), run ?? null, json ?? false));
    });
}

/** Flags as study parameters; what is left out keeps the study's default. */
function requestOf(flags: EncodingFlags): object {
  const given = {
    lookBackWords: flags.lookBack,
    trim: flags.trim,
    permutations: flags.permutations,
    fdrLevel: flags.fdr,
    seed: flags.seed,
  };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(flags.highPass === undefined
      ? {}
      : { highPassSeconds: flags.highPass === 0 ? null : flags.highPass }),
    ...(flags.delays === undefined
      ? {}
      : { hemodynamics: { kind: 'fir', delays: flags.delays.split(',').map(Number) } }),
    featureSpace: flags.features,
    downsampling: flags.downsampling,
    split:
      flags.split === 'leave-one-run-out' ? { kind: flags.split } : { kind: flags.split, folds: flags.folds },
  };
}

function selectionOf(flags: EncodingFlags): { subjects: string[] | null; task: string | null } {
  return { subjects: flags.subjects?.split(',') ?? null, task: flags.task ?? null };
}
