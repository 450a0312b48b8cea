import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { readVersion } from '../core/paths.ts';
import type { ProgressReport } from '../core/progress.ts';
import type { CommandDeps } from './command.ts';

/** Reads a number option; commander turns the error into wrong usage. */
export function numberOption(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('a number is needed');
  return value;
}

interface SampleFlags {
  readonly seed: number;
  readonly subjects?: number;
  readonly runs?: number;
  readonly minutes?: number;
  readonly voxelSize?: number;
  readonly small?: boolean;
  readonly json?: boolean;
}

/** `gyrus sample DIR` writes a simulated listening experiment as a BIDS folder. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('sample')
    .description('write a simulated fMRI listening experiment with planted tuning, as a BIDS folder')
    .argument('<folder>', 'new or empty folder')
    .option('--seed <n>', 'seed of all random numbers', numberOption, 1)
    .option('--subjects <n>', 'simulated listeners', numberOption)
    .option('--runs <n>', 'runs a listener, the last one a repeat of the first', numberOption)
    .option('--minutes <m>', 'length of a run', numberOption)
    .option('--voxel-size <mm>', 'edge of a voxel in whole millimetres', numberOption)
    .option('--small', 'few coarse voxels and short runs, for a quick look')
    .option('--json', 'print one JSON object')
    .action(async (folder: string, flags: SampleFlags) => {
      const { writeSample } = await import('./write-sample.ts');
      const { small, json, ...given } = flags;
      const report = (progress: ProgressReport): void => {
        if (progress.phase === 'simulating') deps.err(`  run ${progress.done} of ${progress.total ?? '?'}\n`);
      };
      const path = resolve(folder);
      const version = readVersion(deps.paths.root);
      const truth = await writeSample(deps.paths, version, path, given, small ?? false, deps.signal, report);
      const regions = truth.regions.map(({ region, layer, predictedR }) => ({ region, layer, predictedR }));
      deps.out(
        json
          ? `${JSON.stringify({ folder: path, simulated: true, seed: truth.seed, regions })}\n`
          : `Wrote a simulated experiment to ${path}\n`,
      );
    });
}
