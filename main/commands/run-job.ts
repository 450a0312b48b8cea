import type { Job, JobProgress } from '../contract/jobs.ts';
import { UserError } from '../core/errors.ts';
import type { ProjectSession } from '../jobs/project-session.ts';
import type { CommandIo } from './command.ts';

/** A line such as "sub-01: 4096 of 9133 voxels, 812 voxels/s, 6 s left". */
export function progressLine(progress: JobProgress): string {
  const of = progress.total === null ? '' : ` of ${Math.round(progress.total)}`;
  const parts = [`${progress.phase}: ${Math.round(progress.done)}${of} ${progress.unit}`];
  if (progress.rate !== null && progress.rate > 0)
    parts.push(
      `${progress.rate >= 10 ? Math.round(progress.rate) : progress.rate.toFixed(1)} ${progress.unit}/s`,
    );
  if (progress.etaSeconds !== null && progress.done < (progress.total ?? 0))
    parts.push(`${Math.ceil(progress.etaSeconds)} s left`);
  for (const [name, value] of Object.entries(progress.figures ?? {}))
    parts.push(`${name} ${value === null ? 'not finite' : Number(value.toPrecision(4))}`);
  return parts.join(', ');
}

/** Seconds between two progress lines of one phase. */
const LINE_EVERY = 2;

/**
 * Queues work in an open project and waits for it, with progress lines on `err`; Ctrl-C cancels it.
 * @returns the job's result
 * @throws UserError with the job's own code and sentence when it fails, `job.cancelled` when it was stopped
 */
export async function runJob(
  session: ProjectSession,
  type: string,
  params: unknown,
  io: CommandIo,
): Promise<unknown> {
  const { jobs } = session;
  const queued = jobs.enqueue(type, params);
  let shown = { phase: '', at: 0 };
  const stopListening = jobs.onUpdate((job: Job) => {
    const { progress } = job;
    if (job.id !== queued.id || progress === null) return;
    const now = Date.now() / 1000;
    if (progress.phase === shown.phase && now - shown.at < LINE_EVERY && progress.done !== progress.total)
      return;
    shown = { phase: progress.phase, at: now };
    io.err(`  ${progressLine(progress)}\n`);
  });
  const cancel = (): void => jobs.cancel(queued.id);
  io.signal.addEventListener('abort', cancel, { once: true });
  try {
    const job = await jobs.wait(queued.id);
    if (job.state === 'succeeded') return job.result;
    if (job.error !== null) throw new UserError(job.error.code, job.error.message, job.error.params);
    throw new UserError('job.cancelled', `${job.title} was stopped; run the same command again to go on.`, {
      title: job.title,
    });
  } finally {
    io.signal.removeEventListener('abort', cancel);
    stopListening();
  }
}
