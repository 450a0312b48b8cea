import { join } from 'node:path';
import type { Command } from 'commander';
import type { CommandDeps } from './command.ts';

/** `gyrus devices [--again] [--json]`: what can compute on this machine, how fast, and which one "auto" means. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('devices')
    .description('measure what can compute on this machine, once; "auto" is the fastest')
    .option('--again', 'measure again, after new drivers for instance')
    .option('--json', 'print one JSON object')
    .action(async (options: { again?: boolean; json?: boolean }) => {
      const { deviceBenchmark } = await import('../tensor/devices.ts');
      const file = join(deps.paths.userData, 'devices.json');
      const benchmark = await deviceBenchmark(file, { again: options.again ?? false });
      if (options.json) {
        deps.out(`${JSON.stringify(benchmark)}\n`);
        return;
      }
      for (const { name, milliseconds, reason } of benchmark.providers) {
        const mark = name === benchmark.fastest ? '  ← auto' : '';
        deps.out(
          `${name.padEnd(8)}${milliseconds?.toFixed(1).concat(' ms') ?? `not usable: ${reason}`}${mark}\n`,
        );
      }
    });
}
