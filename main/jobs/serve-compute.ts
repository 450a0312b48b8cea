import type { ComputeRequest } from '../contract/compute.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { toErrorInfo, UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { openProject } from '../data/open-project.ts';
import type { Project } from '../data/project.ts';
import type { ComputePort } from './carriers/carrier.ts';
import { createJobContext } from './job-context.ts';
import type { JobRegistry } from './job-registry.ts';

export interface ComputeOptions {
  readonly registry: JobRegistry;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/**
 * The whole of the compute process: opens the project as a second connection of its window, does one job after the
 * other, and writes each outcome into the job's row. Ends when the main process does.
 */
export function serveCompute(
  port: ComputePort,
  { registry, logger, clock = systemClock }: ComputeOptions,
): void {
  let project: Project | null = null;
  let current: { jobId: string; controller: AbortController } | null = null;

  const leave = (code: number): void => {
    try {
      project?.close();
    } catch (thrown) {
      logger.warn('Project not closed', { thrown });
    }
    project = null;
    port.exit(code);
  };

  async function run(jobId: string): Promise<void> {
    if (!project) throw new Error('A job came before the project was opened');
    const controller = new AbortController();
    current = { jobId, controller };
    try {
      if (claim(project, jobId)) {
        port.send({ kind: 'started', jobId });
        await settle(project, jobId, controller);
      }
    } finally {
      current = null;
    }
    port.send({ kind: 'ended', jobId });
  }

  /** False when the job was taken off the queue while this process was still coming up. */
  function claim(open: Project, jobId: string): boolean {
    return open.transaction(() => {
      if (open.jobs.get(jobId).state !== 'queued') return false;
      open.jobs.setState(jobId, 'running');
      return true;
    });
  }

  /** The outcome is what happened, not what was asked: a job that finishes although it was cancelled has succeeded. */
  async function settle(open: Project, jobId: string, controller: AbortController): Promise<void> {
    const context = createJobContext(open, jobId, controller, clock, (progress) =>
      port.send({ kind: 'progress', jobId, progress }),
    );
    const { type, params } = open.jobs.get(jobId);
    try {
      const result = await registry.bind(type, params).run(context);
      open.transaction(() => {
        open.jobs.clearCursor(jobId);
        open.jobs.setState(jobId, 'succeeded', { result: result ?? null });
      });
    } catch (thrown) {
      if (thrown instanceof UserError && thrown.code === 'project.lease-lost') throw thrown;
      if (controller.signal.aborted) {
        open.jobs.setState(jobId, 'cancelled');
        return;
      }
      if (!(thrown instanceof UserError)) logger.error('Job failed', { type, jobId, thrown });
      open.jobs.setState(jobId, 'failed', { error: toErrorInfo(thrown) });
    }
  }

  function fail(thrown: unknown): void {
    logger.error('Compute process cannot go on', { reason: toErrorInfo(thrown).message });
    port.send({ kind: 'fault', message: toErrorInfo(thrown).message });
    leave(1);
  }

  function handle(request: ComputeRequest): void {
    switch (request.kind) {
      case 'open':
        project = openProject(request.path, { logger, clock, leaseToken: request.leaseToken });
        port.send({ kind: 'ready' });
        break;
      case 'run':
        run(request.jobId).catch(fail);
        break;
      case 'cancel':
        if (current?.jobId === request.jobId) current.controller.abort();
        break;
      case 'stop':
        leave(0);
        break;
    }
  }

  port.onClose(() => leave(0));
  port.onRequest((request) => {
    try {
      handle(request);
    } catch (thrown) {
      fail(thrown);
    }
  });
}
