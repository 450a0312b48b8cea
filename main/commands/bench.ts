import type { Command } from 'commander';
import { UserError } from '../core/errors.ts';
import type { CommandDeps } from './command.ts';

/** What every file in bench/ exports. */
export interface BenchModule {
  /** Measures and returns what `--json` prints; remarks go to `deps.err`. */
  bench(deps: CommandDeps, options: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
}

/** Name of a bench → the file that measures it. */
const benches: Readonly<Record<string, () => Promise<BenchModule>>> = {
  banded: () => import('./bench/banded.ts'),
  calibration: () => import('./bench/calibration.ts'),
  capture: () => import('./bench/capture.ts'),
  encode: () => import('./bench/encode.ts'),
  fuzz: () => import('./bench/fuzz.ts'),
  'fuzz-child': () => import('./bench/fuzz-child.ts'),
  import: () => import('./bench/import.ts'),
  'live-device': () => import('./bench/live-device.ts'),
  live: () => import('./bench/live.ts'),
  'kill-work': () => import('./bench/kill-work.ts'),
  kill: () => import('./bench/kill.ts'),
  readers: () => import('./bench/readers.ts'),
  'pressure-live': () => import('./bench/pressure-live.ts'),
  'regression-work': () => import('./bench/regression-work.ts'),
  ridge: () => import('./bench/ridge.ts'),
  similarity: () => import('./bench/similarity.ts'),
  start: () => import('./bench/start.ts'),
  timeline: () => import('./bench/timeline.ts'),
  'train-conv': () => import('./bench/train-conv.ts'),
  'train-corpus': () => import('./bench/train-corpus.ts'),
  'train-keypoints': () => import('./bench/train-keypoints.ts'),
  'train-gpt': () => import('./bench/train-gpt.ts'),
  viewer: () => import('./bench/viewer.ts'),
};

/** `gyrus bench NAME [--set key=value ...] [--json]`: measured speed beside a rival on the same machine. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('bench')
    .description(`measure speed and memory: ${Object.keys(benches).join(', ')}`)
    .argument('<name>', 'what to measure')
    .option('--set <key=value...>', 'settings of the bench', [])
    .option('--minutes <n>', 'how long to go on, for benches that last as long as they are let')
    .option('--out <folder>', 'where figures and tables go, for benches that make some')
    .option('--json', 'one JSON object')
    .action(
      async (name: string, options: { set: string[]; minutes?: string; out?: string; json?: boolean }) => {
        const load = benches[name];
        if (load === undefined) {
          const names = Object.keys(benches).join(', ');
          throw new UserError('bench.unknown', `There is no bench "${name}"; there are: ${names}.`, {
            name,
            names,
          });
        }
        const settings = Object.fromEntries(options.set.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
        if (options.minutes !== undefined) settings.minutes = options.minutes;
        if (options.out !== undefined) settings.out = options.out;
        const result = await (await load()).bench(deps, settings);
        deps.out(`${JSON.stringify({ bench: name, ...result }, null, options.json ? 0 : 2)}\n`);
      },
    );
}
