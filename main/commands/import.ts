import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { composeServices } from '../compose.ts';
import type { Notice } from '../contract/errors.ts';
import {
  type ImportPlan,
  type ImportReport,
  importPlanSchema,
  importReportSchema,
} from '../contract/importing.ts';
import { presetChoices } from '../contract/presets.ts';
import { UserError } from '../core/errors.ts';
import { openProject } from '../data/open-project.ts';
import { suggestPlan } from '../importing/fmri/plan.ts';
import { probeFmri } from '../importing/fmri/probe.ts';
import { addSurface } from '../importing/surfaces/surfaces.ts';
import type { CommandDeps } from './command.ts';
import { imagesOfDicom } from './convert-dicom.ts';
import { adjustPlan, type FmriOptions, withFmriOptions } from './fmri-options.ts';
import { registerBidsImport } from './import-bids.ts';
import { registerMeegImport } from './import-meeg.ts';
import { registerModalityImports } from './import-modalities.ts';
import { registerMulcogImport } from './import-mulcog.ts';
import { registerRatingsImport } from './import-ratings.ts';
import { presetNamed } from './presets.ts';
import { progressLine } from './progress-line.ts';

/** `gyrus import fmri PROJECT PATH...` (files or a BIDS folder), and the importers of all else. */
export function register(program: Command, deps: CommandDeps): void {
  const parent = program.command('import').description('bring recordings into a project');
  withFmriOptions(
    parent
      .command('fmri')
      .description('functional series with word times and confounds: files, folders, or a BIDS dataset')
      .argument('<project>', 'project file; made where it is not there')
      .argument('<paths...>', 'a BIDS folder, or images with their events.tsv, TextGrid, confounds and mask')
      .option('--series <numbers>', 'numbers of the DICOM series to convert and import, such as 4,6')
      .option('--preset <name>', 'choices saved under that name; options given here win'),
  ).action((project: string, paths: string[], options: FmriOptions) =>
    importFmri(deps, project, paths, options),
  );
  registerBidsImport(parent, deps);
  registerMeegImport(parent, deps);
  registerMulcogImport(parent, deps);
  registerRatingsImport(parent, deps);
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

async function importFmri(
  deps: CommandDeps,
  projectPath: string,
  paths: readonly string[],
  options: FmriOptions,
): Promise<void> {
  const given = await probeFmri(paths.map((path) => resolve(path)));
  const probe =
    given.runs.length > 0
      ? given
      : await probeFmri(await imagesOfDicom(deps, resolve(projectPath), given.paths, options.series));
  for (const { path, reason } of probe.missingData) deps.err(`data missing: ${path}: ${reason.message}\n`);
  const remembered =
    options.preset === undefined ? {} : presetChoices(presetNamed(deps, 'fmri', options.preset).choices);
  const plan = adjustPlan(importPlanSchema.parse({ ...suggestPlan(probe), ...remembered }), options);
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
