import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { FuzzOutcome } from '../fuzz-child.ts';

/** What a read came to, in the reader's own words or in its end. */
export type ReadOutcome =
  | FuzzOutcome
  | { readonly kind: 'crash'; readonly message: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'memory'; readonly megabytes: number };

/** How often a reading process is looked at, in milliseconds. */
const LOOK = 100;

/** A process that reads files and is replaced when one of them ends or stops it. */
export class ReaderProcess {
  private child: ChildProcess | null = null;
  private said = '';
  private readonly limits: { readonly milliseconds: number; readonly megabytes: number };

  constructor(limits: { readonly milliseconds: number; readonly megabytes: number }) {
    this.limits = limits;
  }

  /** Has one file read. Memory is counted from what the process held before. */
  async read(path: string): Promise<ReadOutcome> {
    const child = this.child ?? (await this.start());
    const before = residentMegabytes(child.pid);
    return new Promise((resolve) => {
      const began = Date.now();
      const end = (outcome: ReadOutcome, kill: boolean): void => {
        clearInterval(timer);
        child.removeAllListeners('message');
        child.removeAllListeners('exit');
        if (kill) this.stop();
        resolve(outcome);
      };
      const timer = setInterval(() => {
        const grown = residentMegabytes(child.pid) - before;
        if (grown > this.limits.megabytes) end({ kind: 'memory', megabytes: grown }, true);
        else if (Date.now() - began > this.limits.milliseconds) end({ kind: 'hang' }, true);
      }, LOOK);
      child.on('message', (outcome: FuzzOutcome) => end(outcome, false));
      child.on('exit', (code, signal) => {
        this.child = null;
        end({ kind: 'crash', message: `ended with ${signal ?? code}: ${this.said.slice(-600)}` }, false);
      });
      child.send(path);
    });
  }

  /** Ends the process. */
  stop(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(process.argv[1], ['bench', 'fuzz-child'], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.said = '';
    child.stderr?.on('data', (data: Buffer) => {
      this.said = (this.said + data.toString()).slice(-4000);
    });
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) =>
        reject(new Error(`the reading process did not start (${code}): ${this.said}`)),
      );
    });
    child.removeAllListeners('exit');
    this.child = child;
    return child;
  }
}

/** Resident memory of a process; 0 where the system does not tell (no /proc). */
function residentMegabytes(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1e6;
  } catch {
    return 0;
  }
}
