import type { ComputeReply } from '../contract/compute.ts';
import type { JobProgress } from '../contract/jobs.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Carrier, ComputeChannel } from './carriers/carrier.ts';

export interface ComputeHostOptions {
  readonly carrier: Carrier;
  readonly projectPath: string;
  readonly leaseToken: string;
  readonly logger: Logger;
  /** How long a compute process may take to open the project. */
  readonly readyTimeoutMs?: number;
}

export interface RunListeners {
  onStarted(): void;
  onProgress(progress: JobProgress): void;
}

/** How a run left the compute process: the job's row holds the outcome, or the process died under it. */
export type RunEnd =
  | { readonly kind: 'ended' }
  /** `cameUp` is false when it died before it had opened the project. */
  | { readonly kind: 'crashed'; readonly how: string; readonly cameUp: boolean };

/** One compute process, started when it is first needed and again after it died. One job at a time. */
export interface ComputeHost {
  /** Throws UserError('compute.not-ready') when the process does not answer or says why it cannot work. */
  run(jobId: string, listeners: RunListeners): Promise<RunEnd>;
  cancel(jobId: string): void;
  /** Ends the process at once; a job that runs has crashed then. */
  kill(): void;
  /** Ends the process. What runs is taken up when the project is opened again. */
  close(): Promise<void>;
}

/** A host that starts its process with the first job. */
export function createComputeHost(options: ComputeHostOptions): ComputeHost {
  const { carrier, logger, readyTimeoutMs = 30_000 } = options;
  let running: { channel: ComputeChannel; ready: Promise<boolean>; exited: Promise<string> } | null = null;
  let onReply: (reply: ComputeReply) => void = () => {};

  function start(): NonNullable<typeof running> {
    const channel = carrier.start();
    const exited = new Promise<string>((resolve) => channel.onExit(resolve));
    // True once the project is open there, false when the process died before.
    const ready = new Promise<boolean>((resolve, reject) => {
      const timer = setTimeout(() => {
        channel.kill();
        reject(computeNotReady(`no answer for ${readyTimeoutMs / 1000} s`));
      }, readyTimeoutMs);
      channel.onReply((reply) => {
        if (reply.kind === 'ready') {
          clearTimeout(timer);
          resolve(true);
        } else if (reply.kind === 'fault') {
          clearTimeout(timer);
          reject(computeNotReady(reply.message));
        } else {
          onReply(reply);
        }
      });
      void exited.then(() => {
        clearTimeout(timer);
        resolve(false);
      });
    });
    // Whoever waits for it hears of a rejection; it must not end the main process when nobody does.
    ready.catch(() => {});
    const started = { channel, ready, exited };
    void exited.then((how) => {
      logger.info('Compute process ended', { how });
      if (running === started) running = null;
    });
    channel.send({ kind: 'open', path: options.projectPath, leaseToken: options.leaseToken });
    running = started;
    return started;
  }

  return {
    async run(jobId, listeners) {
      const { channel, ready, exited } = running ?? start();
      if (!(await ready)) return { kind: 'crashed', how: await exited, cameUp: false };
      const ended = new Promise<RunEnd>((resolve) => {
        onReply = (reply) => {
          if (!('jobId' in reply) || reply.jobId !== jobId) return;
          if (reply.kind === 'started') listeners.onStarted();
          if (reply.kind === 'progress') listeners.onProgress(reply.progress);
          if (reply.kind === 'ended') resolve({ kind: 'ended' });
        };
      });
      channel.send({ kind: 'run', jobId });
      return Promise.race([ended, exited.then((how): RunEnd => ({ kind: 'crashed', how, cameUp: true }))]);
    },
    cancel: (jobId) => running?.channel.send({ kind: 'cancel', jobId }),
    kill: () => running?.channel.kill(),
    async close() {
      if (!running) return;
      const { channel, exited } = running;
      channel.send({ kind: 'stop' });
      // A process in the middle of a long native call does not hear; nothing uncommitted is worth waiting for.
      const timer = setTimeout(() => channel.kill(), 2_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The refusal of a job whose process never came to work. */
export function computeNotReady(why: string): UserError {
  return new UserError(
    'compute.not-ready',
    `The compute process did not come up (${why}): try the job again, and run Settings → Check this workstation if that does not help.`,
    { why },
  );
}
