import { existsSync } from 'node:fs';
import { composeServices } from '../../compose.ts';
import { UserError } from '../../core/errors.ts';
import { suggestPlan } from '../../importing/fmri/plan.ts';
import { probeFmri } from '../../importing/fmri/probe.ts';
import type { ProjectSession } from '../../jobs/project-session.ts';
import type { CommandDeps } from '../command.ts';
import { encodingParams } from '../study-actions.ts';

/**
 * The work that `bench kill` kills: import, then the encoding study, each taken up where an earlier process left
 * it. Settings: project, dataset.
 */
export async function bench(
  deps: CommandDeps,
  { project, dataset }: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  if (!project || !dataset)
    throw new UserError('bench.kill-work', 'Name the project and the dataset to work on.');
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const session = services.openSession(project, existsSync(project) ? 'open' : 'create');
  try {
    session.jobs.onUpdate((job) => deps.out(`${job.type} ${job.state}\n`));
    await settle(session, 'import.fmri', async () => suggestPlan(await probeFmri([dataset])));
    await settle(session, 'study.encoding', async () =>
      encodingParams(session.project, {}, { subjects: null, task: null }),
    );
    return { done: true };
  } finally {
    await session.close();
  }
}

/** Waits for the job that is there already, or queues it. */
async function settle(session: ProjectSession, type: string, params: () => Promise<unknown>): Promise<void> {
  const known = session.jobs.list().find((job) => job.type === type);
  const job = await session.jobs.wait((known ?? session.jobs.enqueue(type, await params())).id);
  if (job.state === 'succeeded') return;
  const why = job.error ?? { code: 'job.ended', message: `${job.title} ended as ${job.state}.`, params: {} };
  throw new UserError(why.code, why.message, why.params);
}
