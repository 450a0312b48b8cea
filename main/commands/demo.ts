import type { Command } from 'commander';
import type { CommandDeps } from './command.ts';
import { numberOption } from './number-options.ts';

/** `gyrus demo`: sample → import → features → encode → report, headless. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('demo')
    .description(
      'simulate an experiment, import it, fit it, report it, and check that what was planted is found',
    )
    .argument('[folder]', 'new folder for everything the demo makes', 'demo-output')
    .option('--seed <n>', 'seed of the simulation', numberOption, 1)
    .option(
      '--small',
      'few coarse voxels and short runs; the checks are shown but too little data is there to hold them',
    )
    .action(async (folder: string, flags: { seed: number; small?: boolean }) => {
      const { runDemo } = await import('./run-demo.ts');
      await runDemo(deps, folder, flags.seed, flags.small ?? false);
    });
}
