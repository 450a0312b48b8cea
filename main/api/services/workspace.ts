import { type Clock, systemClock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { ProjectSession } from '../../jobs/project-session.ts';
import type { EventBus, Workspace } from '../context.ts';
import type { SettingsFile } from './settings-file.ts';
import { recoverRecordings } from './station/recording-pieces.ts';

export interface WorkspaceDeps {
  readonly openSession: (path: string, how: 'open' | 'create') => ProjectSession;
  readonly settings: SettingsFile;
  readonly events: EventBus;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** The one project of this window: opening another closes the first; every job update goes out as an event. */
export function createWorkspace({
  openSession,
  settings,
  events,
  logger,
  clock = systemClock,
}: WorkspaceDeps): Workspace {
  let session: ProjectSession | null = null;

  async function close(): Promise<void> {
    const old = session;
    session = null;
    await old?.close();
  }

  async function begin(path: string, how: 'open' | 'create', name?: string): Promise<ProjectSession> {
    // The same file again: the lease is ours already.
    if (how === 'open' && session?.project.path === path) return session;
    // First the new one: where it is refused, the old one stays open.
    const opened = openSession(path, how);
    await close();
    session = opened;
    // Where it fails (a full disk), the pieces stay for the next opening.
    await recoverRecordings(opened.project).catch((thrown: unknown) =>
      logger.warn('Recordings that were cut short could not be brought back', { thrown }),
    );
    if (name !== undefined) opened.project.meta.rename(name);
    settings.remember(opened.project.path, opened.project.meta.name(), clock.now());
    opened.jobs.onUpdate((job) => events.publish({ kind: 'job', job }));
    events.publish({ kind: 'changed', topic: 'project' });
    return opened;
  }

  return {
    current: () => session,
    require() {
      if (session) return session;
      throw new UserError('project.none-open', 'No project is open: open one, or make a new one.');
    },
    open: (path) => begin(path, 'open'),
    create: (path, name) => begin(path, 'create', name),
    async close() {
      await close();
      events.publish({ kind: 'changed', topic: 'project' });
    },
  };
}
