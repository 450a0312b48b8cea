import { composeServices } from '../compose.ts';
import {
  type EncodingResult,
  type EncodingStudyParams,
  encodingResultSchema,
  encodingStudyParamsSchema,
} from '../contract/encoding.ts';
import { UserError } from '../core/errors.ts';
import { openProject } from '../data/open-project.ts';
import type { Project } from '../data/project.ts';
import { studies } from '../studies/list.ts';
import type { CommandDeps } from './command.ts';
import { runJob } from './run-job.ts';
import { showMulcog } from './study-mulcog.ts';
import { textTable } from './text-table.ts';

/** `gyrus study list`: studies, or the runs of a project. */
export function listStudies(deps: CommandDeps, path: string | null, json: boolean): string {
  if (path === null) {
    return json
      ? `${JSON.stringify({ studies })}\n`
      : textTable([['study', 'what it does'], ...studies.map((study) => [study.name, study.description])]);
  }
  const project = openProject(path, { logger: deps.logger, access: 'read' });
  try {
    const runs = project.runs.list().map(({ id, study, name, state, simulated, createdAt }) => ({
      id,
      study,
      name,
      state,
      simulated,
      createdAt: new Date(createdAt).toISOString(),
    }));
    if (json) return `${JSON.stringify({ runs })}\n`;
    if (runs.length === 0) return 'No study has been run in this project.\n';
    return textTable([
      ['run', 'study', 'name', 'state', 'made', ''],
      ...runs.map((run) => [
        run.id,
        run.study,
        run.name,
        run.state,
        run.createdAt,
        run.simulated ? 'simulated' : '',
      ]),
    ]);
  } finally {
    project.close();
  }
}

/** Parameters from a request and a selection of recordings. @throws UserError `study.no-recordings`, `study.params` */
export function encodingParams(
  project: Project,
  request: object,
  selection: { readonly subjects: readonly string[] | null; readonly task: string | null },
): EncodingStudyParams {
  const recordings = project.recordings
    .list({ modality: 'fmri', ...(selection.task === null ? {} : { task: selection.task }) })
    .filter((recording) => selection.subjects === null || selection.subjects.includes(recording.subject));
  if (recordings.length === 0) {
    throw new UserError(
      'study.no-recordings',
      'This project has no fMRI runs of that choice; import some, or name other subjects or another task.',
    );
  }
  const parsed = encodingStudyParamsSchema.safeParse({
    ...request,
    recordingIds: recordings.map((recording) => recording.id),
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError('study.params', `The study cannot take ${issue.path.join('.')}: ${issue.message}.`, {
    parameter: issue.path.join('.'),
  });
}

/** `gyrus study run`. */
export async function runStudy(
  deps: CommandDeps,
  name: string,
  path: string,
  request: object,
  selection: { readonly subjects: readonly string[] | null; readonly task: string | null },
  json: boolean,
): Promise<string> {
  const study = studies.find((one) => one.name === name);
  if (study === undefined) {
    const known = studies.map((one) => one.name).join(', ');
    throw new UserError('study.unknown', `There is no study ${name}; the studies are: ${known}.`, {
      name,
      known,
    });
  }
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const session = services.openSession(path, 'open');
  try {
    const params = encodingParams(session.project, request, selection);
    await runJob(session, study.jobType, params, deps);
    const run = session.project.runs.list({ study: name })[0];
    const result = resultOf(session.project, run.id);
    return json ? `${JSON.stringify({ run: run.id, ...result })}\n` : `${describeResult(run.id, result)}`;
  } finally {
    await session.close();
  }
}

/** `gyrus study show`. */
export function showStudy(deps: CommandDeps, path: string, runId: string | null, json: boolean): string {
  const project = openProject(path, { logger: deps.logger, access: 'read' });
  try {
    const id = runId ?? newestRun(project);
    if (project.runs.get(id).study === 'mulcog') return showMulcog(project, id, json);
    const result = resultOf(project, id);
    return json ? `${JSON.stringify({ run: id, ...result })}\n` : describeResult(id, result);
  } finally {
    project.close();
  }
}

/** Id of the newest complete run. @throws UserError `study.no-runs` */
export function newestRun(project: Project): string {
  const run = project.runs.list().find((one) => one.state === 'complete');
  if (run !== undefined) return run.id;
  throw new UserError(
    'study.no-runs',
    'No finished study is in this project; run one first: gyrus study run encoding.',
  );
}

/** The stored result of a finished run. @throws UserError `run.unknown`, `study.unfinished` */
export function resultOf(project: Project, id: string): EncodingResult {
  const run = project.runs.get(id);
  if (run.state !== 'complete') {
    throw new UserError('study.unfinished', `Run ${id} is ${run.state}; there is nothing to show yet.`, {
      run: id,
      state: run.state,
    });
  }
  return encodingResultSchema.parse(run.summary);
}

function describeResult(id: string, result: EncodingResult): string {
  const number = (value: number | null): string => (value === null ? '-' : value.toFixed(3));
  const controls = result.controls.map((control) => control.id);
  const rows = result.group.map((region) => [
    region.region,
    number(region.medianR),
    number(region.medianCeiling),
    region.chosenLayers.join(' '),
    ...controls.map((control) => number(region.controls[control])),
  ]);
  const notices = result.notices.map((notice) => `! ${notice.message}\n`);
  return [
    `${id}: ${result.featureSpace.name}, ${result.subjects.length} subjects${result.simulated ? ', SIMULATED DATA' : ''}\n`,
    ...result.subjects.map(
      (subject) =>
        `sub-${subject.subject}: ${subject.significantVoxels} of ${subject.voxelCount} voxels at q ≤ ${result.params.fdrLevel}\n`,
    ),
    '\n',
    textTable([['region', 'median r', 'ceiling', 'layer per subject', ...controls], ...rows]),
    ...notices,
  ].join('');
}
