import { join } from 'node:path';
import type { Logger } from '../../core/logger.ts';
import type { Paths } from '../../core/paths.ts';
import type { App } from '../app.ts';
import { stationRoute } from '../station-route.ts';
import { projectArgument, stationArgument } from './command-line.ts';
import type { ElectronApi, ShellContents, ShellWindow } from './electron-api.ts';
import { serveNativeDialogs } from './native-dialogs.ts';
import { mayNavigate } from './navigation.ts';
import { mayUse, mayUseDevice } from './permissions.ts';
import { appOrigin, appScheme, schemePrivileges } from './scheme.ts';
import { recallBounds, rememberBounds } from './window-memory.ts';
import { reachableBounds, windowOptions } from './window-options.ts';

export interface ElectronShellOptions {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly paths: Paths;
  readonly logger: Logger;
  /** Builds the app; called after the single-instance lock is held, so that a second start touches nothing. */
  compose(): Promise<App>;
}

/**
 * The desktop shell: one window on one handler. A second start hands its project to the first and ends. Resolves
 * when the window is shown or the start was handed over.
 */
export async function runElectronShell(electron: ElectronApi, options: ElectronShellOptions): Promise<void> {
  const { app } = electron;
  // Before `ready`, or Electron ignores it.
  electron.protocol.registerSchemesAsPrivileged([schemePrivileges]);
  // The lock holds per folder of user data, so that a second profile (GYRUS_USER_DATA) is a second app.
  app.setPath('userData', join(options.paths.userData, 'chromium'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();
  lockSession(electron);
  electron.Menu.setApplicationMenu(null);
  try {
    const gyrus = await options.compose();
    endWithApp(electron, gyrus, options.logger);
    await openProject(gyrus, projectArgument(options.argv, options.folder), electron, options.logger);
    electron.protocol.handle(appScheme, gyrus.handle);
    serveNativeDialogs(electron);
    const window = await showWindow(electron, options.paths, stationArgument(options.argv));
    app.on('second-instance', (_event, argv, folder) => {
      if (window.isMinimized()) window.restore();
      window.focus();
      void openProject(gyrus, projectArgument(argv, folder), electron, options.logger);
    });
  } catch (thrown) {
    options.logger.error('the window could not be opened', { error: thrown });
    electron.dialog.showErrorBox('Gyrus', thrown instanceof Error ? thrown.message : String(thrown));
    app.exit(3);
  }
}

function lockContents(contents: ShellContents): void {
  const stay = (event: { readonly url: string; preventDefault(): void }) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

function lockSession({ session }: ElectronApi): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(mayUse(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => mayUse(permission));
  // Devices granted here are in the page's own list, so no picker is asked for and select-hid-device has no listener.
  session.defaultSession.setDevicePermissionHandler(({ deviceType, origin }) =>
    mayUseDevice(deviceType, origin),
  );
}

async function showWindow(electron: ElectronApi, paths: Paths, station: string | null): Promise<ShellWindow> {
  const memory = join(paths.userData, 'window.json');
  const workAreas = electron.screen.getAllDisplays().map((display) => display.workArea);
  const bounds = reachableBounds(recallBounds(memory), workAreas);
  const window = new electron.BrowserWindow(windowOptions(paths.preload, bounds, station !== null));
  window.on('close', () => rememberBounds(memory, window.getNormalBounds()));
  window.once('ready-to-show', () => window.show());
  await window.loadURL(`${appOrigin}/${stationRoute(station)}`);
  return window;
}

/** A project that cannot be opened is told in a box; the window opens all the same, with its two doors. */
async function openProject(
  gyrus: App,
  path: string | null,
  { dialog }: ElectronApi,
  logger: Logger,
): Promise<void> {
  if (path === null) return;
  try {
    await gyrus.context.workspace.open(path);
    gyrus.context.events.publish({ kind: 'changed', topic: 'project' });
  } catch (thrown) {
    logger.warn('a project was not opened', { path, error: thrown });
    dialog.showErrorBox('Gyrus', thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Holds the end of the app until the project is closed, so that no lease and no compute process stays behind. */
function endWithApp({ app }: ElectronApi, gyrus: App, logger: Logger): void {
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    const finish = () => {
      closed = true;
      app.quit();
    };
    gyrus
      .close()
      .catch((error) => logger.error('the project did not close cleanly', { error }))
      .finally(finish);
  });
}
