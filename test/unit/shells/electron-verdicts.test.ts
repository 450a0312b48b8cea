import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectArgument } from '../../../main/shells/electron/command-line.ts';
import { mayNavigate, maySend } from '../../../main/shells/electron/navigation.ts';
import { mayUse, mayUseDevice } from '../../../main/shells/electron/permissions.ts';
import { reachableBounds, windowOptions } from '../../../main/shells/electron/window-options.ts';
import { openCommand } from '../../../main/shells/open-browser.ts';

test.each([
  ['gyrus://app/', true],
  ['gyrus://app/index.html#/data', true],
  ['GYRUS://app/', true],
  ['gyrus://app.evil.example/', false],
  ['gyrus://other/', false],
  ['gyrus://user:pass@app/', false],
  ['https://app/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['about:blank', false],
  ['', false],
])('navigation and messages: %s → %s', (url, allowed) => {
  expect(mayNavigate(url)).toBe(allowed);
  expect(maySend(url)).toBe(allowed);
});

test('a message without a frame is refused', () => {
  expect(maySend(null)).toBe(false);
  expect(maySend(undefined)).toBe(false);
});

test.each([
  ['clipboard-sanitized-write', true],
  ['fullscreen', true],
  ['hid', true],
  ['clipboard-read', false],
  ['media', false],
  ['geolocation', false],
  ['notifications', false],
  ['openExternal', false],
  ['usb', false],
  ['toString', false],
  ['__proto__', false],
])('permission %s → %s', (permission, granted) => {
  expect(mayUse(permission)).toBe(granted);
});

test.each([
  ['hid', 'gyrus://app', true],
  ['hid', 'gyrus://app/', true],
  ['hid', 'gyrus://app.evil.example', false],
  ['hid', 'https://example.org', false],
  ['hid', 'null', false],
  ['hid', '', false],
  ['serial', 'gyrus://app', false],
  ['usb', 'gyrus://app', false],
  ['toString', 'gyrus://app', false],
])('devices of kind %s for %s → %s', (kind, origin, allowed) => {
  expect(mayUseDevice(kind, origin)).toBe(allowed);
});

test('the window is sandboxed and isolated', () => {
  expect(windowOptions('/p.cjs', null).webPreferences).toMatchObject({
    preload: '/p.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
  });
});

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
test.each([
  ['in the middle', { x: 100, y: 100, width: 1200, height: 800 }, true],
  ['mostly off to the left', { x: -1150, y: 0, width: 1200, height: 800 }, false],
  ['partly off to the left', { x: -900, y: 0, width: 1200, height: 800 }, true],
  ['on an unplugged screen', { x: 2000, y: 0, width: 1200, height: 800 }, false],
  ['above the screen', { x: 0, y: -40, width: 1200, height: 800 }, false],
  ['at the very bottom', { x: 0, y: 1060, width: 1200, height: 800 }, false],
  ['too small to use', { x: 0, y: 0, width: 200, height: 100 }, false],
  ['not numbers', { x: 'a', y: 0, width: 1200, height: 800 }, false],
  ['nothing', null, false],
  ['a list', [], false],
])('a window left %s is taken up: %o %s', (_name, saved, kept) => {
  expect(reachableBounds(saved, [screen])).toEqual(kept ? saved : null);
});

test.each([
  [['gyrus'], null],
  [['electron', '.', '--inspect'], null],
  [['gyrus', 'a.gyrus'], join('/data', 'a.gyrus')],
  [['gyrus', '--x=b.gyrus', '/abs/c.gyrus'], '/abs/c.gyrus'],
])('project of %o is %s', (argv, expected) => {
  expect(projectArgument(argv, '/data')).toBe(expected);
});

test.each(['linux', 'darwin', 'win32'] as const)(
  'no shell sits between the address and the browser on %s',
  (system) => {
    const [command, args] = openCommand(system, 'http://127.0.0.1:1/open?token=a&b');
    expect(command).not.toMatch(/cmd|sh$/);
    expect(args.at(-1)).toContain('http://127.0.0.1:1/open?token=a&b');
  },
);
