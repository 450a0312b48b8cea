import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Who is shot: the main process, its compute process while the main one lives on for a while, or both at once. */
export type Victim = 'app' | 'compute' | 'both';
const victims: readonly Victim[] = ['app', 'compute', 'both'];

export interface KillOptions {
  readonly rounds: number;
  /** Uniform random numbers in [0, 1). */
  readonly random: () => number;
  /**
   * Starts the work, or takes it up again; must write to standard output once it is at work, and end with code 0
   * when all is done.
   */
  readonly start: () => ChildProcess;
  /** Kills fall between these many milliseconds after the process is at work; one in five while it still starts. */
  readonly delayMs: readonly [number, number];
  /** Looks at what a kill has left; throws when it is not whole. */
  readonly inspect: (round: number, victim: Victim) => Promise<void>;
  /** All work was done before the shot fell: looks at the result and begins anew. */
  readonly finished: () => void;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How often each victim was shot, and how often the work was done in between. */
export interface KillReport {
  readonly kills: Record<Victim, number>;
  readonly finishedBetween: number;
}

/**
 * Starts work and kills it with SIGKILL at random moments, `rounds` times, then lets it run to its end.
 *
 * @throws Error when the work ends with a fault, or whatever `inspect` throws
 */
export async function killRounds(options: KillOptions): Promise<KillReport> {
  const kills = { app: 0, compute: 0, both: 0 };
  let finishedBetween = 0;
  for (let round = 1; round <= options.rounds; ) {
    options.signal.throwIfAborted();
    const child = options.start();
    const ended = exitOf(child);
    const early = options.random() < 0.2;
    if (!early) await Promise.race([ended, atWork(child)]);
    if (await endsWithin(ended, early ? options.random() * 400 : pick(options.delayMs, options.random))) {
      requireSuccess(await ended);
      options.finished();
      finishedBetween++;
      continue;
    }
    const victim = victims[Math.floor(options.random() * victims.length)];
    const compute = childrenOf(child.pid);
    if (victim !== 'app') for (const pid of compute) shoot(pid);
    if (victim === 'compute') await endsWithin(ended, pick(options.delayMs, options.random) / 2);
    shoot(child.pid);
    await ended;
    kills[victim]++;
    await options.inspect(round, victim);
    options.say(`kill ${round} of ${options.rounds} (${victim}): the project is whole`);
    round++;
  }
  requireSuccess(await exitOf(options.start()));
  return { kills, finishedBetween };
}

function pick([low, high]: readonly [number, number], random: () => number): number {
  return low + random() * (high - low);
}

function atWork(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.stdout?.once('data', () => resolve()));
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', reject);
  });
}

async function endsWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const first = await Promise.race([ended.then(() => true as const), waited]);
  clearTimeout(timer);
  return first;
}

function requireSuccess(code: number | null): void {
  if (code !== 0) throw new Error(`The work ended with exit code ${code}`);
}

/** Linux tells a process's children; elsewhere only the main process is shot and its compute process ends by itself. */
function childrenOf(pid: number | undefined): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function shoot(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}
