import { Command, CommanderError } from 'commander';
import { UserError } from '../core/errors.ts';
import { createLogger, stderrSink } from '../core/logger.ts';
import { readVersion, resolvePaths } from '../core/paths.ts';
import type { CommandDeps, CommandIo, CommandModule } from './command.ts';
import { nouns } from './nouns.ts';

/** How a command ended, as the shell sees it. */
export const exitCodes = { ok: 0, refused: 1, usage: 2, internal: 3 } as const;

/**
 * Runs one command line (without node and script) and returns its exit code; never throws.
 * A refusal is one sentence on `err`; a fault of ours is named as such, with its stack.
 */
export async function runCli(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    const paths = resolvePaths();
    const level = process.env.GYRUS_LOG === 'debug' ? 'debug' : 'warn';
    const deps: CommandDeps = { ...io, paths, logger: createLogger(stderrSink, level) };
    const program = createProgram(readVersion(paths.root), io);
    for (const module of await modulesFor(args[0])) module.register(program, deps);
    adopt(program, io);
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (thrown) {
    return explain(thrown, io);
  }
}

function createProgram(version: string, io: CommandIo): Command {
  const program = new Command('gyrus')
    .description('Offline lab workstation for neuroscience')
    .version(version);
  adopt(program, io);
  return program;
}

/** Commander keeps output and exit behaviour per command, so every sub-command is told as well. */
function adopt(command: Command, io: CommandIo): void {
  command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  for (const inner of command.commands) adopt(inner, io);
}

/** The one file that knows the noun; all of them, each once, for help or to tell a misspelt noun from a known one. */
async function modulesFor(noun: string | undefined): Promise<Iterable<CommandModule>> {
  const own = noun === undefined ? undefined : nouns[noun];
  const loaders = own ? [own] : Object.values(nouns);
  return new Set(await Promise.all(loaders.map((load) => load())));
}

function explain(thrown: unknown, io: CommandIo): number {
  if (thrown instanceof CommanderError) {
    return thrown.exitCode === 0 || thrown.code === 'commander.help' ? exitCodes.ok : exitCodes.usage;
  }
  if (thrown instanceof UserError) {
    io.err(`${thrown.message}\n`);
    return exitCodes.refused;
  }
  if (io.signal.aborted && thrown instanceof Error && thrown.name === 'AbortError') {
    io.err('Stopped.\n');
    return exitCodes.refused;
  }
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  io.err(`This is a fault in Gyrus, not in your data: ${detail}\n`);
  return exitCodes.internal;
}
