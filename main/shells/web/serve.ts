import type { App } from '../app.ts';
import { openBrowser } from '../open-browser.ts';
import { stationRoute } from '../station-route.ts';
import { startWebServer } from './server.ts';

export interface ServeOptions {
  /** Project to open first; null begins with the two doors. */
  readonly project: string | null;
  /** 0 takes any free port. */
  readonly port: number;
  readonly open: boolean;
  /** Saved device to begin with; null begins where the page likes. */
  readonly station?: string | null;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/**
 * Runs the web shell until the signal is aborted, then closes the project. The address is said first and alone on its
 * line, so that scripts can wait for it.
 *
 * @throws UserError where the project cannot be opened or the port is taken; nothing is left running then
 */
export async function serveWeb(app: App, options: ServeOptions): Promise<void> {
  try {
    if (options.project !== null) await app.context.workspace.open(options.project);
    const server = await startWebServer(app.handle, options.port);
    const address = `${server.url}${stationRoute(options.station ?? null)}`;
    options.say(address);
    if (options.open && !(await openBrowser(address)))
      options.say('Open this address in a browser on this machine.');
    await aborted(options.signal);
    await server.close();
  } finally {
    await app.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
