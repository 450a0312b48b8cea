import type { Command } from 'commander';
import type { Logger } from '../core/logger.ts';
import type { Paths } from '../core/paths.ts';

/** Where a command's words go and what stops it; tests pass their own. */
export interface CommandIo {
  /** Results. `--json` prints exactly one JSON object here (inspect: one per file). */
  out(text: string): void;
  /** Progress, remarks and refusals. */
  err(text: string): void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface CommandDeps extends CommandIo {
  readonly logger: Logger;
  readonly paths: Paths;
}

/** What every file in this folder exports. */
export interface CommandModule {
  register(program: Command, deps: CommandDeps): void;
}
