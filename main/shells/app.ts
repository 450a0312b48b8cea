import type { ApiContext } from '../api/context.ts';
import type { Handle } from '../api/handler.ts';
import type { Logger } from '../core/logger.ts';
import type { Paths } from '../core/paths.ts';
import type { Carrier } from '../jobs/carriers/carrier.ts';

/** What a shell tells compose.ts of itself. */
export interface ShellOptions {
  readonly shell: 'electron' | 'web';
  readonly paths: Paths;
  readonly logger: Logger;
  /** How compute processes are started; Node's fork when left out. */
  readonly carrier?: Carrier;
}

/** What a shell gets from compose.ts: one handler over one workspace. */
export interface App {
  readonly context: Pick<ApiContext, 'workspace' | 'events'>;
  readonly handle: Handle;
  /** Stops the compute process, closes the project and gives up its lease. Safe to call twice. */
  close(): Promise<void>;
}

/** Builds the app; handed to the shells by the entries, so that a shell loads nothing heavy before it must. */
export type Compose = (options: ShellOptions) => Promise<App>;
