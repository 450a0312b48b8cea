import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { Handle } from '../../../main/api/handler.ts';
import type { ElectronApi, ShellContents, ShellWindow } from '../../../main/shells/electron/electron-api.ts';

type Listener = (...args: never[]) => void;

/** Stands in for Electron: keeps what the shell registers, in order, and lets a test raise events. */
export function electronDouble(setup: { hasLock?: boolean; workArea?: Rectangle } = {}) {
  const calls: string[] = [];
  const listeners = new Map<string, Listener[]>();
  const windows: {
    options: BrowserWindowConstructorOptions;
    urls: string[];
    listeners: Map<string, () => void>;
  }[] = [];
  const boxes: string[] = [];
  const seen: {
    handle: Handle | null;
    dialog: Parameters<ElectronApi['ipcMain']['handle']>[1] | null;
    request: Parameters<ElectronApi['session']['defaultSession']['setPermissionRequestHandler']>[0] | null;
    check: Parameters<ElectronApi['session']['defaultSession']['setPermissionCheckHandler']>[0] | null;
    device: Parameters<ElectronApi['session']['defaultSession']['setDevicePermissionHandler']>[0] | null;
    asked: unknown[];
  } = { handle: null, dialog: null, request: null, check: null, device: null, asked: [] };

  class WindowDouble implements ShellWindow {
    readonly own: (typeof windows)[number];
    constructor(options: BrowserWindowConstructorOptions) {
      this.own = { options, urls: [], listeners: new Map() };
      windows.push(this.own);
      calls.push('window');
    }
    loadURL(url: string) {
      this.own.urls.push(url);
      return Promise.resolve();
    }
    show() {
      calls.push('show');
    }
    focus() {
      calls.push('focus');
    }
    restore() {
      calls.push('restore');
    }
    isMinimized() {
      return true;
    }
    getNormalBounds() {
      return { x: 10, y: 20, width: 1000, height: 700 };
    }
    on(event: string, listener: () => void) {
      this.own.listeners.set(event, listener);
    }
    once(event: string, listener: () => void) {
      this.own.listeners.set(event, listener);
    }
  }

  const api: ElectronApi = {
    app: {
      setPath: (name) => calls.push(`path ${name}`),
      requestSingleInstanceLock: () => setup.hasLock ?? true,
      whenReady: () => {
        calls.push('ready');
        return Promise.resolve();
      },
      quit: () => calls.push('quit'),
      exit: (code) => calls.push(`exit ${code}`),
      on: (event: string, listener: Listener) =>
        listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes) => calls.push(`scheme ${schemes.map(({ scheme }) => scheme)}`),
      handle: (scheme, handle) => {
        calls.push(`handle ${scheme}`);
        seen.handle = handle;
      },
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler) => {
          seen.request = handler;
        },
        setPermissionCheckHandler: (handler) => {
          seen.check = handler;
        },
        setDevicePermissionHandler: (handler) => {
          seen.device = handler;
        },
      },
    },
    screen: {
      getAllDisplays: () => [{ workArea: setup.workArea ?? { x: 0, y: 0, width: 1920, height: 1080 } }],
    },
    dialog: {
      showOpenDialog: (options) => {
        seen.asked.push(options);
        return Promise.resolve({ canceled: false, filePaths: ['/data/a.nii.gz'] });
      },
      showSaveDialog: (options) => {
        seen.asked.push(options);
        return Promise.resolve({ canceled: true, filePath: '' });
      },
      showErrorBox: (_title, content) => boxes.push(content),
    },
    ipcMain: {
      handle: (_channel, listener) => {
        seen.dialog = listener;
      },
    },
    Menu: { setApplicationMenu: () => calls.push('no menu') },
    BrowserWindow: WindowDouble,
  };

  /** Calls every listener of an app event; the arguments are the test's own responsibility. */
  const raise = (event: string, ...args: unknown[]) => {
    for (const listener of listeners.get(event) ?? []) Reflect.apply(listener, null, args);
  };
  return { api, calls, windows, boxes, seen, raise };
}

/** A page's contents that records what it may do. */
export function contentsDouble() {
  const listeners = new Map<string, Listener>();
  const opened: { handler: (() => { action: 'deny' }) | null } = { handler: null };
  const contents: ShellContents = {
    on: (event: string, listener: Listener) => listeners.set(event, listener),
    setWindowOpenHandler: (handler) => {
      opened.handler = handler;
    },
  };
  const stopped = (event: string, url: string) => {
    let prevented = false;
    const listener = listeners.get(event);
    if (listener) Reflect.apply(listener, null, [{ url, preventDefault: () => (prevented = true) }]);
    return prevented;
  };
  return { contents, opened, stopped };
}
