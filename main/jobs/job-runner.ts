import type { ErrorInfo } from '../contract/errors.ts';
import type { Job, JobProgress, Preflight } from '../contract/jobs.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { toErrorInfo, UserError } from '../core/errors.ts';
import { contentHash } from '../core/hash.ts';
import { newId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { Project } from '../data/project.ts';
import { type ComputeHost, computeNotReady, type RunEnd } from './compute-host.ts';
import { createCrashBreaker } from './crash-breaker.ts';
import type { BoundJob, JobRegistry } from './job-registry.ts';
import { judge, measureResources, type Resources } from './preflight.ts';

export interface JobRunnerOptions {
  readonly project: Project;
  readonly registry: JobRegistry;
  readonly host: ComputeHost;
  readonly logger: Logger;
  /** Part of every result key: other code may give another result. */
  readonly codeVersion: string;
  readonly clock?: Clock;
  /** For tests. */
  readonly resources?: () => Resources;
  /** How long a cancelled job may take to reach its next chunk before its process is ended. */
  readonly cancelGraceMs?: number;
}

/** The queue of one open project: one job at a time, in the order they came. */
export interface JobRunner {
  /**
   * Takes up what an earlier session left: a job found half-done goes on, begins anew or is marked interrupted, as
   * its type says. Then works through the queue. Call once.
   */
  start(): void;
  /** What the work would need and whether it fits this machine now; null where the type cannot tell. */
  preflight(type: string, params: unknown): Promise<Preflight | null>;
  /**
   * Queues the work and returns its row. The same work that is queued or was done before comes back as that row.
   * Work that does not fit the machine fails with the reason when its turn comes.
   */
  enqueue(type: string, params: unknown): Job;
  list(): Job[];
  get(id: string): Job;
  /** Asks a running job to stop, or takes a queued one off the queue. The outcome is the state that follows. */
  cancel(id: string): void;
  /** Queues a failed, cancelled or interrupted job again; it goes on from its cursor. */
  resume(id: string): void;
  /** Hears every change of every job. Returns the function that ends it. */
  onUpdate(listener: (job: Job) => void): () => void;
  /** The job once it is no longer queued or running. */
  wait(id: string): Promise<Job>;
  /** Ends the compute process; a running job goes on when the project is opened again. */
  close(): Promise<void>;
}

type Crash = Extract<RunEnd, { kind: 'crashed' }>;

const isOver = (job: Job): boolean => job.state !== 'queued' && job.state !== 'running';

/** A queue over an open project; nothing runs before `start`. */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { project, registry, host, logger, clock = systemClock, cancelGraceMs = 10_000 } = options;
  const resources = options.resources ?? (() => measureResources(project.path));
  const listeners = new Set<(job: Job) => void>();
  const breaker = createCrashBreaker(clock);
  let working = false;
  let closed = false;
  let cancelTimer: NodeJS.Timeout | undefined;

  function tell(job: Job): void {
    for (const listener of [...listeners]) {
      try {
        listener(job);
      } catch (thrown) {
        logger.error('A listener of job updates failed', { thrown });
      }
    }
  }
  const tellAbout = (id: string): void => tell(project.jobs.get(id));
  const fail = (id: string, thrown: unknown): void =>
    tell(project.jobs.setState(id, 'failed', { error: toErrorInfo(thrown) }));

  async function estimate(bound: BoundJob): Promise<Preflight | null> {
    const needs = await bound.preflight(project);
    return needs === null ? null : judge(needs, resources());
  }

  /** Works until the queue is empty. A fault in here fails the job at hand, never the queue. */
  async function pump(): Promise<void> {
    if (working) return;
    working = true;
    try {
      for (let job = next(); job; job = next()) {
        try {
          await work(job);
        } catch (thrown) {
          if (closed) return;
          if (!(thrown instanceof UserError)) logger.error('Job could not be run', { thrown });
          fail(job.id, thrown);
        }
      }
    } finally {
      working = false;
    }
  }
  const next = (): Job | null => (closed ? null : project.jobs.nextQueued());

  async function work(job: Job): Promise<void> {
    const bound = registry.bind(job.type, job.params);
    const needs = await estimate(bound);
    if (needs && !needs.fits) {
      tell(project.jobs.setState(job.id, 'failed', { error: needs.reason }));
      return;
    }
    if (closed || project.jobs.get(job.id).state !== 'queued') return;
    const end = await host.run(job.id, {
      onStarted: () => tellAbout(job.id),
      onProgress: (progress: JobProgress) => tell({ ...project.jobs.get(job.id), progress }),
    });
    clearTimeout(cancelTimer);
    if (closed) return;
    if (end.kind === 'ended') tellAbout(job.id);
    else recoverFromCrash(job.id, bound, end);
  }

  function recoverFromCrash(id: string, bound: BoundJob, { how, cameUp }: Crash): void {
    const job = project.jobs.get(id);
    logger.warn('The compute process died under a job', { id, how });
    if (isOver(job)) tell(job);
    else if (!job.cancelRequested && breaker.crashed())
      fail(id, cameUp ? crashedTooOften(bound.title, how) : computeNotReady(how));
    // A job that had not begun stands in the queue as before.
    else if (job.state === 'running') tell(takeUp(job, bound.recovery));
  }

  /** Brings a job that was cut off back into the queue, or leaves it for the user. */
  function takeUp(job: Job, recovery: BoundJob['recovery']): Job {
    return project.transaction(() => {
      if (job.cancelRequested) return project.jobs.setState(job.id, 'cancelled');
      if (recovery === 'interrupt')
        return project.jobs.setState(job.id, 'interrupted', { error: interrupted() });
      if (recovery === 'restart') project.jobs.clearCursor(job.id);
      return project.jobs.setState(job.id, 'queued');
    });
  }

  function recoverAll(): void {
    for (const job of project.jobs.list({ states: ['running'] })) {
      if (registry.types().includes(job.type))
        tell(takeUp(job, registry.bind(job.type, job.params).recovery));
      else tell(project.jobs.setState(job.id, 'interrupted', { error: interrupted() }));
    }
  }

  /** Null where the type does not say what decides its result. */
  function resultKey(bound: BoundJob): string | null {
    const inputs = bound.inputs(project);
    if (inputs === undefined) return null;
    return contentHash({ type: bound.type, params: bound.params, inputs, codeVersion: options.codeVersion });
  }

  return {
    start() {
      recoverAll();
      void pump();
    },
    preflight: async (type, params) => estimate(registry.bind(type, params)),
    enqueue(type, params) {
      const bound = registry.bind(type, params);
      const key = resultKey(bound);
      const done = key === null ? null : project.jobs.findByResultKey(key);
      if (done && bound.stillValid(project, done.result)) return done;
      const waiting = project.jobs.findUnfinished(type, bound.params);
      if (waiting && waiting.state !== 'interrupted') return waiting;
      const job = waiting
        ? project.jobs.setState(waiting.id, 'queued')
        : project.jobs.insert({
            id: newId(),
            type,
            title: bound.title,
            params: bound.params,
            resultKey: key,
          });
      tell(job);
      void pump();
      return job;
    },
    list: () => project.jobs.list(),
    get: (id) => project.jobs.get(id),
    cancel(id) {
      const job = project.jobs.get(id);
      if (job.state === 'queued') tell(project.jobs.setState(id, 'cancelled'));
      if (job.state !== 'running') return;
      project.jobs.requestCancel(id);
      host.cancel(id);
      clearTimeout(cancelTimer);
      cancelTimer = setTimeout(() => host.kill(), cancelGraceMs);
      cancelTimer.unref();
      tellAbout(id);
    },
    resume(id) {
      const job = project.jobs.get(id);
      if (!isOver(job) || job.state === 'succeeded') return;
      tell(project.jobs.setState(id, 'queued'));
      void pump();
    },
    onUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wait(id) {
      return new Promise((resolve) => {
        const settle = (job: Job): void => {
          if (job.id !== id || !isOver(job)) return;
          listeners.delete(settle);
          resolve(job);
        };
        listeners.add(settle);
        settle(project.jobs.get(id));
      });
    },
    async close() {
      closed = true;
      clearTimeout(cancelTimer);
      await host.close();
    },
  };
}

function crashedTooOften(title: string, how: string): UserError {
  return new UserError(
    'compute.crashed',
    `“${title}” was given up: the compute process died three times within a minute (${how}), most often because memory ran out. Close other programs or make the job smaller, then resume it.`,
    { title, how },
  );
}

function interrupted(): ErrorInfo {
  return new UserError(
    'job.interrupted',
    'Gyrus ended while this job was running: resume it when you are ready.',
  ).toInfo();
}
