import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEventBus } from '../../../main/api/services/event-bus.ts';
import { UserError } from '../../../main/core/errors.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { resolvePaths } from '../../../main/core/paths.ts';
import type { App } from '../../../main/shells/app.ts';
import { runElectronShell } from '../../../main/shells/electron/shell.ts';
import { contextIn, temporaryFolder } from '../api/fixtures.ts';
import { contentsDouble, electronDouble } from './electron-double.ts';

async function started(
  setup: Parameters<typeof electronDouble>[0] & { argv?: string[]; compose?: () => Promise<App> },
) {
  const double = electronDouble(setup);
  const folder = temporaryFolder();
  const opened: string[] = [];
  const { workspace } = contextIn(folder);
  const app: App = {
    context: {
      events: createEventBus(),
      workspace: {
        ...workspace,
        open: (path) => {
          opened.push(path);
          return Promise.reject(new UserError('project.locked', `${path} is open in another window.`));
        },
      },
    },
    handle: () => Promise.resolve(new Response('the page')),
    close: () => {
      double.calls.push('closed');
      return Promise.resolve();
    },
  };
  await runElectronShell(double.api, {
    argv: setup.argv ?? ['electron', '.'],
    folder: '/home/ada',
    paths: { ...resolvePaths(), userData: folder },
    logger: createLogger(() => {}),
    compose:
      setup.compose ??
      (() => {
        double.calls.push('compose');
        return Promise.resolve(app);
      }),
  });
  return { ...double, opened, folder };
}

test('the scheme comes before ready, the app after the lock, the handler before the page', async () => {
  const { calls, windows, seen } = await started({});
  expect(calls).toEqual([
    'scheme gyrus',
    'path userData',
    'ready',
    'no menu',
    'compose',
    'handle gyrus',
    'window',
  ]);
  expect(windows[0]?.urls).toEqual(['gyrus://app/']);
  expect(await (await seen.handle?.(new Request('http://x/')))?.text()).toBe('the page');
});

test('a second start ends before it touches anything', async () => {
  const { calls, windows } = await started({ hasLock: false });
  expect(calls).toEqual(['scheme gyrus', 'path userData', 'quit']);
  expect(windows).toEqual([]);
});

test('a project that is open elsewhere is told in a box, and the window opens all the same', async () => {
  const { boxes, windows, opened } = await started({ argv: ['electron', '.', '--flag', 'study.gyrus'] });
  expect(opened).toEqual([join('/home/ada', 'study.gyrus')]);
  expect(boxes).toEqual([`${join('/home/ada', 'study.gyrus')} is open in another window.`]);
  expect(windows).toHaveLength(1);
});

test('a second start hands its project to the first window', async () => {
  const { raise, calls, opened } = await started({});
  raise('second-instance', {}, ['gyrus', '/data/b.gyrus'], '/');
  expect(calls.slice(-2)).toEqual(['restore', 'focus']);
  expect(opened).toEqual(['/data/b.gyrus']);
});

test('every page is locked to its own address', async () => {
  const { raise } = await started({});
  const { contents, opened, stopped } = contentsDouble();
  raise('web-contents-created', {}, contents);
  for (const event of ['will-navigate', 'will-redirect']) {
    expect(stopped(event, 'https://example.org/')).toBe(true);
    expect(stopped(event, 'gyrus://app/#/data')).toBe(false);
  }
  expect(stopped('will-attach-webview', '')).toBe(true);
  expect(opened.handler?.()).toEqual({ action: 'deny' });
});

test('permissions are denied by the table', async () => {
  const { seen } = await started({});
  const answers: boolean[] = [];
  seen.request?.(null, 'geolocation', (granted) => answers.push(granted));
  seen.request?.(null, 'clipboard-sanitized-write', (granted) => answers.push(granted));
  expect(answers).toEqual([false, true]);
  expect(seen.check?.(null, 'media')).toBe(false);
  expect(seen.device?.({ deviceType: 'hid', origin: 'gyrus://app' })).toBe(true);
  expect(seen.device?.({ deviceType: 'usb', origin: 'gyrus://app' })).toBe(false);
});

test('dialogs answer the page, with the shape it was promised', async () => {
  const { seen } = await started({});
  const page = { senderFrame: { url: 'gyrus://app/' } };
  const open = { kind: 'open-files', title: 'Volumes', multiple: true, filters: [] };
  expect(await seen.dialog?.(page, open)).toEqual(['/data/a.nii.gz']);
  expect(await seen.dialog?.(page, { kind: 'open-folder', title: 'BIDS folder' })).toEqual([
    '/data/a.nii.gz',
  ]);
  expect(await seen.dialog?.(page, { kind: 'save-file', title: 'Report', suggestedName: 'r.html' })).toEqual(
    [],
  );
  expect(seen.asked).toMatchObject([
    { properties: ['openFile', 'multiSelections'] },
    { properties: ['openDirectory', 'createDirectory'] },
    { defaultPath: 'r.html' },
  ]);
  await expect(seen.dialog?.({ senderFrame: { url: 'https://example.org/' } }, open)).rejects.toThrow(
    'Only the page',
  );
  await expect(seen.dialog?.({ senderFrame: null }, open)).rejects.toThrow('Only the page');
  await expect(seen.dialog?.(page, { kind: 'run', command: 'ls' })).rejects.toThrow();
});

test('the window remembers its place, and the end waits until the project is closed', async () => {
  const { raise, windows, folder, calls } = await started({});
  windows[0]?.listeners.get('ready-to-show')?.();
  windows[0]?.listeners.get('close')?.();
  expect(existsSync(join(folder, 'window.json'))).toBe(true);
  raise('window-all-closed');
  let held = 0;
  raise('will-quit', { preventDefault: () => (held += 1) });
  await expect.poll(() => calls.slice(-3)).toEqual(['quit', 'closed', 'quit']);
  raise('will-quit', { preventDefault: () => (held += 1) });
  expect(held).toBe(1);
});

test('an app that cannot be built says why and ends', async () => {
  const { boxes, calls } = await started({ compose: () => Promise.reject(new Error('no disk')) });
  expect(boxes).toEqual(['no disk']);
  expect(calls.at(-1)).toBe('exit 3');
});
