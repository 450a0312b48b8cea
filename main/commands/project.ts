import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createProject, openProject } from '../data/open-project.ts';
import type { Project } from '../data/project.ts';
import type { CommandDeps } from './command.ts';

/** `gyrus new PROJECT` makes an empty project file; `gyrus info PROJECT` says what one holds. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('new')
    .description('make an empty project file')
    .argument('<project>', 'path of the new file, customarily ending in .gyrus')
    .option('--name <name>', "the project's name; the file's name when left out")
    .option('--json', 'print one JSON object')
    .action((path: string, options: { name?: string; json?: boolean }) => {
      const project = createProject(resolve(path), { logger: deps.logger });
      try {
        if (options.name !== undefined) project.meta.rename(options.name);
        const made = { path: project.path, id: project.meta.projectId, name: project.meta.name() };
        deps.out(options.json ? `${JSON.stringify(made)}\n` : `Made ${made.path}\n`);
      } finally {
        project.close();
      }
    });

  program
    .command('info')
    .description('say what a project holds')
    .argument('<project>', 'project file')
    .option('--arrays', 'list every array')
    .option('--json', 'print one JSON object')
    .action((path: string, options: { arrays?: boolean; json?: boolean }) => {
      const project = openProject(resolve(path), { logger: deps.logger, access: 'read' });
      try {
        const info = describe(project, options.arrays ?? false);
        deps.out(options.json ? `${JSON.stringify(info)}\n` : readable(info));
      } finally {
        project.close();
      }
    });
}

type ProjectInfo = ReturnType<typeof describe>;

function describe(project: Project, withArrays: boolean) {
  const recordings = project.recordings.list();
  const arrays = project.arrays.list();
  return {
    path: project.path,
    id: project.meta.projectId,
    name: project.meta.name(),
    createdAt: new Date(project.meta.createdAt()).toISOString(),
    bytes: statSync(project.path).size,
    simulated: recordings.some((recording) => recording.simulated),
    subjects: [...new Set(recordings.map((recording) => recording.subject))],
    recordings: recordings.map(
      ({ id, subject, session, task, run, sampleCount, samplingInterval, simulated }) => ({
        id,
        subject,
        session,
        task,
        run,
        sampleCount,
        samplingInterval,
        simulated,
      }),
    ),
    stimuli: project.stimuli.list().map(({ id, name, words }) => ({ id, name, words: words.length })),
    features: project.features
      .list()
      .map(({ key, space, stimulusId }) => ({ key, space: space.id, stimulusId })),
    runs: project.runs
      .list()
      .map(({ id, study, name, state, simulated }) => ({ id, study, name, state, simulated })),
    jobs: project.jobs.list().map(({ id, type, title, state }) => ({ id, type, title, state })),
    arrayCount: arrays.length,
    arrays: withArrays
      ? arrays.map(({ id, name, shape, dtype, unit, contentHash }) => ({
          id,
          name,
          shape,
          dtype,
          unit,
          contentHash,
        }))
      : undefined,
  };
}

function readable(info: ProjectInfo): string {
  const lines = [
    `${info.name} (${info.path}, ${(info.bytes / 1e6).toFixed(1)} MB, made ${info.createdAt})${info.simulated ? ', simulated data' : ''}`,
    `${info.recordings.length} recordings of ${info.subjects.length} subjects, ${info.stimuli.length} stimuli, ${info.features.length} feature sets, ${info.runs.length} study runs, ${info.arrayCount} arrays`,
    ...info.recordings.map(
      ({ id, subject, session, task, run, sampleCount, samplingInterval }) =>
        `  recording ${id}  sub-${subject}${session === null ? '' : ` ses-${session}`} ${task}${run === null ? '' : ` run-${run}`}  ${sampleCount} samples every ${samplingInterval} s`,
    ),
    ...info.stimuli.map(({ id, name, words }) => `  stimulus ${id}  ${name}, ${words} words`),
    ...info.runs.map(({ id, study, name, state }) => `  run ${id}  ${study} “${name}” ${state}`),
    ...info.jobs.map(({ id, title, state }) => `  job ${id}  ${title}: ${state}`),
    ...(info.arrays ?? []).map(
      ({ id, name, shape, dtype, unit }) =>
        `  array ${id}  ${name}  ${shape.join(' × ')} ${dtype}${unit && ` ${unit}`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
