import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { createProject, openProject } from '../data/open-project.ts';
import type { Project } from '../data/project.ts';
import type { Carrier } from './carriers/carrier.ts';
import { createComputeHost } from './compute-host.ts';
import type { JobRegistry } from './job-registry.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';

/** One open project with its queue: what a window or a command works on. */
export interface ProjectSession {
  readonly project: Project;
  readonly jobs: JobRunner;
  /** Ends the compute process, closes the file and gives up the lease. Safe to call twice. */
  close(): Promise<void>;
}

export interface SessionDeps {
  readonly registry: JobRegistry;
  readonly carrier: Carrier;
  readonly logger: Logger;
  readonly codeVersion: string;
  readonly clock?: Clock;
}

/**
 * Opens a project for work, or makes it, and takes up the jobs that an earlier session left.
 *
 * @throws as `openProject` and `createProject`
 */
export function openSession(path: string, how: 'open' | 'create', deps: SessionDeps): ProjectSession {
  const open = how === 'create' ? createProject : openProject;
  const options = { logger: deps.logger.child('data'), ...(deps.clock ? { clock: deps.clock } : {}) };
  const project = open(path, options);
  const host = createComputeHost({
    carrier: deps.carrier,
    projectPath: project.path,
    leaseToken: project.leaseToken ?? '',
    logger: deps.logger.child('compute'),
  });
  const jobs = createJobRunner({
    project,
    host,
    registry: deps.registry,
    logger: deps.logger.child('jobs'),
    codeVersion: deps.codeVersion,
    ...(deps.clock ? { clock: deps.clock } : {}),
  });
  let closing: Promise<void> | null = null;
  jobs.start();
  return {
    project,
    jobs,
    close: () => {
      closing ??= jobs.close().finally(() => project.close());
      return closing;
    },
  };
}
