import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { undoImport } from '../api/services/undo-import.ts';
import { composeServices } from '../compose.ts';
import { type BidsReport, type BidsSurvey, bidsReportSchema } from '../contract/bids.ts';
import { UserError } from '../core/errors.ts';
import { openProject } from '../data/open-project.ts';
import { surveyBids } from '../importing/bids/survey.ts';
import type { CommandDeps } from './command.ts';
import { adjustPlan, type FmriOptions, withFmriOptions } from './fmri-options.ts';
import { runJob } from './run-job.ts';
import { textTable } from './text-table.ts';

/** `gyrus import bids PROJECT DIR`: fMRI, MEG, EEG, eye-tracking and ratings of a dataset; `gyrus import undo PROJECT JOB`. */
export function registerBidsImport(parent: Command, deps: CommandDeps): void {
  withFmriOptions(
    parent
      .command('bids')
      .description('a BIDS dataset: fMRI, MEG, EEG, eye-tracking and ratings, with one report at the end')
      .argument('<project>', 'project file; made where it is not there')
      .argument('<folder>', 'folder with dataset_description.json'),
  ).action(async (projectPath: string, folder: string, options: FmriOptions) => {
    const survey = await surveyBids(resolve(folder));
    if (options.dryRun) {
      deps.out(options.json ? `${JSON.stringify(survey)}\n` : describeSurvey(survey));
      return;
    }
    if (survey.plan === null) {
      throw new UserError(
        'import.no-runs',
        `Nothing under ${folder} can be imported${survey.placeholders.length > 0 ? `: ${survey.placeholders.length} files are there in name only, get their data first` : '.'}`,
        { path: folder },
      );
    }
    const { fmri } = survey.plan;
    const plan = { ...survey.plan, fmri: fmri && adjustPlan(fmri, options) };
    const services = await composeServices({ paths: deps.paths, logger: deps.logger });
    const path = resolve(projectPath);
    const session = services.openSession(path, existsSync(path) ? 'open' : 'create');
    try {
      const report = bidsReportSchema.parse(await runJob(session, 'import.bids', plan, deps));
      deps.out(options.json ? `${JSON.stringify(report)}\n` : describeReport(report));
    } finally {
      await session.close();
    }
  });
  parent
    .command('undo')
    .description('take an import back whole; without a job, list the imports')
    .argument('<project>', 'project file')
    .argument('[job]', "the import's job")
    .action((projectPath: string, job: string | undefined) => {
      const project = openProject(resolve(projectPath), { logger: deps.logger });
      try {
        if (job !== undefined) {
          undoImport(project, project.jobs.get(job));
          deps.out(`Took the import ${job} back\n`);
          return;
        }
        const imports = project.jobs
          .list()
          .filter(({ type, state }) => type.startsWith('import.') && state === 'succeeded');
        deps.out(
          `${textTable([['job', 'what', 'when'], ...imports.map(({ id, title, endedAt }) => [id, title, new Date(endedAt ?? 0).toISOString()])])}\n`,
        );
      } finally {
        project.close();
      }
    });
}

function describeSurvey({ name, subjects, placeholders, problems, plan }: BidsSurvey): string {
  const rows = subjects.map(({ subject, files }) => [
    subject === null ? '(dataset)' : `sub-${subject}`,
    String(files.filter(({ role, state }) => role === 'recording' && state === 'present').length),
    String(files.filter(({ role }) => role === 'companion').length),
    String(files.filter(({ role }) => role === 'not-imported' || role === 'unknown').length),
    String(files.filter(({ state }) => state !== 'present').length),
  ]);
  const counts = [
    `${plan?.fmri?.runs.length ?? 0} fMRI`,
    `${plan?.meeg?.runs.length ?? 0} MEG/EEG`,
    `${plan?.eyetracking?.files.length ?? 0} eye-tracking`,
    `${plan?.ratings?.files.length ?? 0} ratings`,
  ];
  return `${[
    name,
    textTable([['subject', 'recordings', 'beside them', 'not imported', 'no data'], ...rows]),
    `To import: ${counts.join(', ')}`,
    ...placeholders.map((path) => `no data: ${path}`),
    ...subjects.flatMap(({ files }) =>
      files.flatMap(({ path, reason }) =>
        reason === null ? [] : [`not imported: ${path}: ${reason.message}`],
      ),
    ),
    ...problems.map(({ level, path, message }) => `${level}: ${path === '' ? '' : `${path}: `}${message}`),
  ].join('\n')}\n`;
}

function describeReport({ imported, failed, placeholders, problems, seconds }: BidsReport): string {
  return `${[
    `Imported ${imported.length} recordings in ${seconds.toFixed(1)} s`,
    ...imported.map(({ modality, label }) => `  ${modality} ${label}`),
    ...failed.map(({ label, error }) => `  ${label} was not imported: ${error.message}`),
    ...(placeholders.length > 0 ? [`  ${placeholders.length} files are there in name only`] : []),
    ...problems.filter(({ level }) => level !== 'info').map(({ message }) => `  ${message}`),
  ].join('\n')}\n`;
}
