import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { readVersion } from '../core/paths.ts';
import type { ProgressReport } from '../core/progress.ts';
import type { CommandDeps } from './command.ts';
import { numberOption } from './number-options.ts';

interface SampleFlags {
  readonly kind: 'listening' | 'mulcog';
  readonly seed: number;
  readonly subjects?: number;
  readonly runs?: number;
  readonly minutes?: number;
  readonly voxelSize?: number;
  readonly small?: boolean;
  readonly json?: boolean;
}

/** `gyrus sample DIR` writes a simulated experiment: a listening one as a BIDS folder, or a MulCogBench. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('sample')
    .description('write a simulated experiment with planted tuning')
    .argument('<folder>', 'new or empty folder')
    .addOption(
      new Option(
        '--kind <kind>',
        'listening: fMRI listening experiment as a BIDS folder; mulcog: bilingual MulCogBench in the published layouts',
      )
        .choices(['listening', 'mulcog'])
        .default('listening'),
    )
    .option('--seed <n>', 'seed of all random numbers', numberOption, 1)
    .option('--subjects <n>', 'simulated listeners', numberOption)
    .option('--runs <n>', 'runs a listener, the last one a repeat of the first', numberOption)
    .option('--minutes <m>', 'length of a run', numberOption)
    .option('--voxel-size <mm>', 'edge of a voxel in whole millimetres', numberOption)
    .option('--small', 'few coarse voxels and short runs, for a quick look')
    .option('--json', 'print one JSON object')
    .action(async (folder: string, flags: SampleFlags) => {
      if (flags.kind === 'mulcog') return sampleMulcog(deps, resolve(folder), flags);
      const { writeSample } = await import('./write-sample.ts');
      const { small, json, kind: _kind, ...given } = flags;
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

async function sampleMulcog(deps: CommandDeps, folder: string, flags: SampleFlags): Promise<void> {
  const { writeMulcogSample } = await import('./write-mulcog-sample.ts');
  const { seed, subjects, small, json } = flags;
  const given = { seed, ...(subjects === undefined ? {} : { subjects }) };
  const version = readVersion(deps.paths.root);
  const made = await writeMulcogSample(
    deps.paths,
    version,
    folder,
    given,
    small ?? false,
    deps.signal,
    () => {},
  );
  deps.out(
    json
      ? `${JSON.stringify({ ...made, simulated: true })}\n`
      : `Wrote a simulated MulCogBench to ${folder}\n`,
  );
}
