import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { composeServices } from '../compose.ts';
import type { Notice } from '../contract/errors.ts';
import {
  type ConfoundStrategy,
  type ImportPlan,
  type ImportReport,
  importReportSchema,
  type MaskChoice,
  type PlannedRun,
} from '../contract/importing.ts';
import { UserError } from '../core/errors.ts';
import { openProject } from '../data/open-project.ts';
import { suggestPlan } from '../importing/fmri/plan.ts';
import { probeFmri } from '../importing/fmri/probe.ts';
import { addSurface } from '../importing/surfaces/surfaces.ts';
import type { CommandDeps } from './command.ts';
import { registerMeegImport } from './import-meeg.ts';
import { registerModalityImports } from './import-modalities.ts';
import { registerMulcogImport } from './import-mulcog.ts';
import { progressLine } from './progress-line.ts';

interface ImportOptions {
  readonly tr?: number;
  readonly mask?: string;
  readonly space?: string;
  readonly eventsColumn?: string;
  readonly tier?: number;
  readonly wordOffset?: number;
  readonly language?: string;
  readonly motion?: ConfoundStrategy['motion'];
  readonly acompcor?: number;
  readonly tissue?: boolean;
  readonly scrub?: boolean;
  readonly subject?: string;
  readonly task?: string;
  readonly run?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `gyrus import fmri PROJECT PATH...` (files or a BIDS folder) and `gyrus import bids PROJECT DIR`. */
export function register(program: Command, deps: CommandDeps): void {
  const parent = program.command('import').description('bring recordings into a project');
  withOptions(
    parent
      .command('fmri')
      .description('functional series with word times and confounds: files, folders, or a BIDS dataset')
      .argument('<project>', 'project file; made where it is not there')
      .argument('<paths...>', 'a BIDS folder, or images with their events.tsv, TextGrid, confounds and mask'),
  ).action((project: string, paths: string[], options: ImportOptions) =>
    importFmri(deps, project, paths, options),
  );
  withOptions(
    parent
      .command('bids')
      .description('all functional runs of a BIDS dataset')
      .argument('<project>', 'project file; made where it is not there')
      .argument('<folder>', 'folder with dataset_description.json'),
  ).action((project: string, folder: string, options: ImportOptions) =>
    importFmri(deps, project, [folder], options),
  );
  registerMeegImport(parent, deps);
  registerMulcogImport(parent, deps);
  registerModalityImports(parent, deps);
  parent
    .command('surface')
    .description('a cortical surface of your own: GIFTI or FreeSurfer, one or two hemispheres')
    .argument('<project>', 'project file')
    .argument('<files...>', 'surfaces, and where you have them their inflated forms and curvature')
    .option('--name <name>', 'what the viewer calls it')
    .option('--space <name>', 'space of its coordinates')
    .option('--json', 'print one JSON object')
    .action((project: string, files: string[], options: { name?: string; space?: string; json?: boolean }) =>
      importSurface(deps, project, files, options),
    );
}

async function importSurface(
  deps: CommandDeps,
  projectPath: string,
  paths: readonly string[],
  options: { name?: string; space?: string; json?: boolean },
): Promise<void> {
  const project = openProject(resolve(projectPath), { logger: deps.logger });
  try {
    const names = { name: options.name ?? basename(paths[0]), spaceName: options.space ?? 'unknown' };
    const info = await addSurface(
      project,
      paths.map((path) => resolve(path)),
      names,
    );
    const line = `Kept ${info.name}: ${info.vertexCount} vertices, ${info.triangleCount} triangles, space ${info.spaceName}\n`;
    deps.out(options.json ? `${JSON.stringify(info)}\n` : line);
  } finally {
    project.close();
  }
}

function withOptions(command: Command): Command {
  return command
    .option('--tr <seconds>', 'repetition time, where files do not say it or say it wrong', positive)
    .option('--mask <file>', 'mask image for all runs, "auto", or "all" for every voxel')
    .option('--space <name>', 'name of the space the images are in')
    .option('--events-column <name>', 'column of events.tsv that holds the words')
    .option('--tier <number>', 'TextGrid tier that holds the words, counted from 1', positive)
    .option('--word-offset <seconds>', 'added to every word onset', number)
    .option('--language <code>', 'language of the words', 'en')
    .option('--motion <kind>', 'motion confounds: none, 6 or 24')
    .option('--acompcor <count>', 'CompCor components (cosines come with them)', number)
    .option('--tissue', 'white matter and CSF signals as confounds')
    .option('--scrub', 'one confound per volume over FD 0.5 mm or standardised DVARS 1.5')
    .option('--subject <label>', 'subject label for files whose names say none')
    .option('--task <label>', 'task label')
    .option('--run <label>', 'run label')
    .option('--dry-run', 'print the plan, store nothing')
    .option('--json', 'print one JSON object');
}

async function importFmri(
  deps: CommandDeps,
  projectPath: string,
  paths: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const probe = await probeFmri(paths.map((path) => resolve(path)));
  for (const { path, reason } of probe.missingData) deps.err(`data missing: ${path}: ${reason.message}\n`);
  const plan = adjust(suggestPlan(probe), options);
  if (options.dryRun) {
    deps.out(`${JSON.stringify(options.json ? plan : { probe, plan }, null, options.json ? 0 : 2)}\n`);
    return;
  }
  const notices = [...probe.notices, ...probe.runs.flatMap((run) => run.notices)];
  for (const notice of notices) if (notice.level !== 'info') deps.err(`${notice.level}: ${notice.message}\n`);
  for (const run of probe.runs) if (run.problem) deps.err(`left out: ${run.problem.message}\n`);
  const report = await runJob(deps, resolve(projectPath), plan);
  deps.out(
    options.json
      ? `${JSON.stringify(report)}\n`
      : readable(report, new Set(notices.map(({ message }) => message))),
  );
}

async function runJob(deps: CommandDeps, projectPath: string, plan: ImportPlan): Promise<ImportReport> {
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const session = services.openSession(projectPath, existsSync(projectPath) ? 'open' : 'create');
  const line = progressLine(deps);
  const stop = session.jobs.onUpdate((job) => {
    if (job.progress && job.state === 'running') line.show(job.progress);
  });
  try {
    const { id } = session.jobs.enqueue('import.fmri', plan);
    const cancel = (): void => session.jobs.cancel(id);
    deps.signal.addEventListener('abort', cancel, { once: true });
    const job = await session.jobs.wait(id);
    line.end();
    if (job.state === 'succeeded') return importReportSchema.parse(job.result);
    if (job.error) throw new UserError(job.error.code, job.error.message, job.error.params);
    throw new UserError('import.stopped', 'The import was stopped; run the same command again to go on.');
  } finally {
    stop();
    await session.close();
  }
}

function adjust(plan: ImportPlan, options: ImportOptions): ImportPlan {
  return {
    ...plan,
    ...(options.space ? { spaceName: options.space } : {}),
    ...(options.language ? { language: options.language } : {}),
    ...(options.wordOffset === undefined ? {} : { wordOffset: options.wordOffset }),
    ...(options.mask ? { mask: maskChoice(options.mask) } : {}),
    confounds: {
      ...plan.confounds,
      ...(options.motion ? { motion: options.motion } : {}),
      ...(options.acompcor === undefined ? {} : { aCompCor: options.acompcor }),
      ...(options.tissue ? { whiteMatterCsf: true } : {}),
      ...(options.scrub ? { scrub: { framewiseDisplacement: 0.5, standardizedDvars: 1.5 } } : {}),
    },
    runs: plan.runs.map((run) => ({
      ...run,
      words: words(run, options),
      ...(options.tr ? { repetitionTime: options.tr } : {}),
      ...(options.subject ? { subject: options.subject } : {}),
      ...(options.task ? { task: options.task } : {}),
      ...(options.run ? { run: options.run } : {}),
    })),
  };
}

function words(run: PlannedRun, { eventsColumn, tier }: ImportOptions): PlannedRun['words'] {
  if (run.words?.kind === 'events' && eventsColumn) return { ...run.words, column: eventsColumn };
  if (run.words?.kind === 'textgrid' && tier) return { ...run.words, tier: tier - 1 };
  return run.words;
}

function maskChoice(text: string): MaskChoice {
  if (text === 'auto') return { kind: 'automatic' };
  return text === 'all' ? { kind: 'all' } : { kind: 'file', path: resolve(text) };
}

function readable(report: ImportReport, known: ReadonlySet<string>): string {
  const sentences = (notices: readonly Notice[]): string[] =>
    notices
      .filter(({ level, message }) => level !== 'info' && !known.has(message))
      .map(({ message }) => `    ${message}`);
  const lines = report.recordings.flatMap((one) => [
    `  sub-${one.subject} ${one.task}${one.run ? ` run-${one.run}` : ''}: ${one.volumes} volumes × ${one.voxels} voxels, TR ${one.repetitionTime} s, ${one.words} words${one.repeatGroup ? ', repeated' : ''}`,
    ...sentences(one.notices),
  ]);
  const failed = report.failed.map(({ label, error }) => `  ${label} was not imported: ${error.message}`);
  const speed = report.seconds > 0 ? ` (${(report.bytes / 1e6 / report.seconds).toFixed(0)} MB/s)` : '';
  return `${[`Imported ${report.recordings.length} runs in ${report.seconds.toFixed(1)} s${speed}`, ...lines, ...failed].join('\n')}\n`;
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function positive(text: string): number {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError('It must be over 0.');
  return value;
}
