import type { Command } from 'commander';
import { toErrorInfo, UserError } from '../core/errors.ts';
import { inspectFile } from '../formats/inspect/inspect-file.ts';
import type { CommandDeps } from './command.ts';

/** `gyrus inspect FILE... [--stats] [--json]`: what each file is and what an import would see. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('inspect')
    .description('say what files are and hold, without storing anything')
    .argument('<files...>', 'files of any format')
    .option('--stats', 'read all values and sum them up')
    .option('--json', 'one JSON object a line, in the order given')
    .action(async (files: string[], options: { stats?: boolean; json?: boolean }) => {
      let refused = 0;
      for (const file of files) {
        deps.signal.throwIfAborted();
        const result = await inspectFile(file, options.stats ?? false).catch((thrown: unknown) => {
          refused += 1;
          const { code, message } = toErrorInfo(thrown);
          return { error: { code, message } };
        });
        deps.out(options.json ? `${JSON.stringify({ path: file, ...result })}\n` : readable(file, result));
      }
      if (refused > 0) {
        throw new UserError('inspect.refused', `${refused} of ${files.length} files cannot be read.`, {
          refused,
          total: files.length,
        });
      }
    });
}

function readable(file: string, result: Record<string, unknown>): string {
  const lines = Object.entries(result).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return `${file}\n${lines.join('\n')}\n`;
}
