import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../core/errors.ts';
import { ignoreProgress } from '../core/progress.ts';
import { verifyProject } from '../data/verify.ts';
import type { CommandDeps } from './command.ts';

/** `gyrus verify PROJECT [--json]`: is everything in the file whole? Exit code 1 if not. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('verify')
    .description('check integrity, hashes and references of a project')
    .argument('<project>', 'project file; may be open elsewhere')
    .option('--json', 'print one JSON object')
    .action(async (path: string, options: { json?: boolean }) => {
      const found = await verifyProject(resolve(path), { logger: deps.logger }, deps.signal, ignoreProgress);
      const lines = [
        ...found.findings.map(({ level, message }) => `${level === 'error' ? 'Fault' : 'Note'}: ${message}`),
        `${found.arrays} arrays, ${found.chunks} chunks, ${found.tensors} tensors, ${(found.bytes / 1e6).toFixed(1)} MB of values hashed again.`,
      ];
      deps.out(options.json ? `${JSON.stringify(found)}\n` : `${lines.join('\n')}\n`);
      const faults = found.findings.filter((finding) => finding.level === 'error').length;
      if (faults > 0) {
        const message = `${found.path} has ${faults === 1 ? 'a fault' : `${faults} faults`}: go back to a copy, or make the named parts again.`;
        throw new UserError('verify.faults', message, { path: found.path, faults });
      }
      if (!options.json) deps.out('Everything is whole.\n');
    });
}
