import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { composeServices } from '../../compose.ts';
import type { TrainingRun } from '../../contract/checkpoints.ts';
import { UserError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Project } from '../../data/project.ts';
import type { ProjectSession } from '../../jobs/project-session.ts';
import type { CommandDeps } from '../command.ts';

/** Opens a project, or makes it, works in it, and closes it. */
export async function withSession<T>(
  deps: CommandDeps,
  path: string,
  work: (session: ProjectSession) => Promise<T>,
): Promise<T> {
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const target = resolve(path);
  const session = services.openSession(target, existsSync(target) ? 'open' : 'create');
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** A job that was stopped before goes on, where one is asked for with the same parameters, instead of beginning anew. */
export function takeUp({ jobs }: ProjectSession, wantedType: string, wanted: unknown): void {
  const asked = canonicalJson(wanted);
  const paused = jobs
    .list()
    .find(
      ({ type, state, params }) =>
        type === wantedType && state === 'cancelled' && canonicalJson(params) === asked,
    );
  if (paused !== undefined) jobs.resume(paused.id);
}

/** The run of that id or name, or the only one. @throws UserError `training.none`, `training.ambiguous` */
export function findRun(project: Project, wanted: string | undefined): TrainingRun {
  const runs = project.training.list();
  const found = wanted === undefined ? runs : runs.filter(({ id, name }) => id === wanted || name === wanted);
  if (found.length === 1) return found[0];
  const name = wanted ?? '';
  throw found.length === 0
    ? new UserError('training.none', `There is no training run ${name} in this project.`, { name })
    : new UserError(
        'training.ambiguous',
        `${found.length} training runs could be meant: name one by its id (gyrus model runs).`,
        { count: found.length },
      );
}

/** Id of a checkpoint named by its step, or as RUN@STEP. @throws UserError `checkpoint.no-step`, and as `findRun` */
export function findCheckpoint(project: Project, wanted: string): string {
  const at = wanted.lastIndexOf('@');
  const run = findRun(project, at < 0 ? undefined : wanted.slice(0, at));
  const step = wanted.slice(at + 1);
  const found = project.checkpoints.list(run.id).find((one) => String(one.step) === step);
  if (found) return found.id;
  throw new UserError('checkpoint.no-step', `${run.name} has no checkpoint at step ${step}.`, {
    name: run.name,
    step,
  });
}
