import type {
  BrowserWindowConstructorOptions,
  OpenDialogOptions,
  Rectangle,
  SaveDialogOptions,
} from 'electron';
import type { Handle } from '../../api/handler.ts';

/** The pieces of a window that the shell touches. */
export interface ShellWindow {
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  isMinimized(): boolean;
  getNormalBounds(): Rectangle;
  on(event: 'close', listener: () => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
}

export interface PreventableEvent {
  preventDefault(): void;
}

/** What any page in the app may do, told to Electron once per page. */
export interface ShellContents {
  on(event: 'will-navigate', listener: (event: PreventableEvent & { readonly url: string }) => void): unknown;
  on(event: 'will-redirect', listener: (event: PreventableEvent & { readonly url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: PreventableEvent) => void): unknown;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
}

export interface ShellSession {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, callback: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void;
  setDevicePermissionHandler(
    handler: (details: { readonly deviceType: string; readonly origin: string }) => boolean,
  ): void;
}

/**
 * The part of Electron that the shell uses, small enough for a test to stand in for. The real module is checked
 * against it by the compiler in launch.ts.
 */
export interface ElectronApi {
  readonly app: {
    setPath(name: 'userData', folder: string): void;
    requestSingleInstanceLock(): boolean;
    whenReady(): Promise<void>;
    quit(): void;
    exit(code: number): void;
    on(event: 'second-instance', listener: (event: unknown, argv: string[], folder: string) => void): unknown;
    on(event: 'window-all-closed', listener: () => void): unknown;
    on(event: 'will-quit', listener: (event: PreventableEvent) => void): unknown;
    on(event: 'web-contents-created', listener: (event: unknown, contents: ShellContents) => void): unknown;
  };
  readonly protocol: {
    registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void;
    handle(scheme: string, handle: Handle): void;
  };
  readonly session: { readonly defaultSession: ShellSession };
  readonly screen: { getAllDisplays(): { readonly workArea: Rectangle }[] };
  readonly dialog: {
    showOpenDialog(options: OpenDialogOptions): Promise<{ canceled: boolean; filePaths: string[] }>;
    showSaveDialog(options: SaveDialogOptions): Promise<{ canceled: boolean; filePath: string }>;
    showErrorBox(title: string, content: string): void;
  };
  readonly ipcMain: {
    handle(
      channel: string,
      listener: (
        event: { readonly senderFrame: { readonly url: string } | null },
        request: unknown,
      ) => Promise<string[]>,
    ): void;
  };
  readonly Menu: { setApplicationMenu(menu: null): void };
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => ShellWindow;
}
