import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readVersion } from '../../core/paths.ts';
import { ignoreProgress } from '../../core/progress.ts';
import { openProject } from '../../data/open-project.ts';
import { verifyProject } from '../../data/verify.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { CommandDeps } from '../command.ts';
import { writeSample } from '../write-sample.ts';
import { killRounds } from './kill-rounds.ts';

/** What a finished project holds that must not depend on how often it was killed. */
interface Outcome {
  /** Name and content hash of every array, in order of both. */
  readonly arrays: readonly string[];
  readonly attempts: number;
}

/**
 * Imports a small simulated experiment and runs the encoding study on it, killed with SIGKILL at random moments.
 * After each kill the project must open and verify clean; in the end all arrays must have the content hashes of an
 * undisturbed run. Settings: rounds (30), seed (1), minutes per run (2), subjects (1), keep (a folder to work in).
 *
 * @throws UserError `bench.kill-differs`, `bench.kill-damaged`
 */
export async function bench(
  deps: CommandDeps,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const rounds = Number(settings.rounds ?? 30);
  const seed = Number(settings.seed ?? 1);
  const folder = settings.keep ?? mkdtempSync(join(tmpdir(), 'gyrus-kill-'));
  const dataset = join(folder, 'dataset');
  const random = createRandom(seed);
  const say = (line: string): void => deps.err(`${line}\n`);
  try {
    if (!existsSync(dataset)) {
      const sample = {
        seed,
        subjects: Number(settings.subjects ?? 1),
        minutes: Number(settings.minutes ?? 2),
        runs: 3,
        voxelSize: 8,
      };
      await writeSample(
        deps.paths,
        readVersion(deps.paths.root),
        dataset,
        sample,
        false,
        deps.signal,
        ignoreProgress,
      );
    }
    const calm = join(folder, 'undisturbed.gyrus');
    const shot = join(folder, 'killed.gyrus');
    const began = performance.now();
    await undisturbed(start(calm, dataset));
    const ms = performance.now() - began;
    say(`undisturbed: ${(ms / 1000).toFixed(1)} s`);
    const wanted = outcomeOf(deps, calm);
    const same = (): void => requireSame(wanted, outcomeOf(deps, shot));
    const report = await killRounds({
      rounds,
      random: () => random.uniform(),
      start: () => start(shot, dataset),
      delayMs: [0, Math.max(1500, ms / 4)],
      inspect: (round) => requireWhole(deps, shot, round),
      finished: () => {
        same();
        for (const suffix of ['', '-wal', '-shm']) rmSync(shot + suffix, { force: true });
      },
      say,
      signal: deps.signal,
    });
    await requireWhole(deps, shot, rounds);
    same();
    const { arrays, attempts } = outcomeOf(deps, shot);
    return {
      rounds,
      seed,
      ...report,
      undisturbedSeconds: ms / 1000,
      arrays: arrays.length,
      attempts,
      identical: true,
    };
  } finally {
    if (settings.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** This very command line with another bench, as a process of its own. */
function start(project: string, dataset: string): ChildProcess {
  const args = [process.argv[1], 'bench', 'kill-work', '--set', `project=${project}`, `dataset=${dataset}`];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function undisturbed(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The work ended with exit code ${code}`)),
    );
  });
}

async function requireWhole(deps: CommandDeps, path: string, round: number): Promise<void> {
  if (!existsSync(path)) return; // killed before the file had its name
  const { clean, findings } = await verifyProject(path, { logger: deps.logger }, deps.signal, ignoreProgress);
  if (clean) return;
  const [fault] = findings.filter(({ level }) => level === 'error');
  throw new UserError(
    'bench.kill-damaged',
    `After kill ${round} the project is not whole: ${fault.message}`,
    { round },
  );
}

function requireSame(wanted: Outcome, got: Outcome): void {
  const differing = wanted.arrays.filter((array) => !got.arrays.includes(array));
  if (differing.length === 0 && wanted.arrays.length === got.arrays.length) return;
  throw new UserError(
    'bench.kill-differs',
    `The killed run ended with ${got.arrays.length} arrays, the undisturbed one with ${wanted.arrays.length}; ${differing.length} differ (${differing[0] ?? 'none missing'}).`,
    { differing: differing.length },
  );
}

function outcomeOf(deps: CommandDeps, path: string): Outcome {
  const project = openProject(path, { logger: deps.logger, access: 'read' });
  try {
    return {
      arrays: project.arrays
        .list()
        .map(({ name, contentHash }) => `${name} ${contentHash}`)
        .sort(),
      attempts: project.jobs.list().reduce((sum, job) => sum + job.attempts, 0),
    };
  } finally {
    project.close();
  }
}
