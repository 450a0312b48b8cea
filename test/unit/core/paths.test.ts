import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { platformUserData, resolvePaths } from '../../../main/core/paths.ts';

function product(...inner: string[]): { root: string; folder: string } {
  const root = join(mkdtempSync(join(tmpdir(), 'gyrus-paths-')), ...inner.slice(0, 1));
  const folder = join(root, ...inner.slice(1));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, 'package.json'), '{"name":"gyrus","version":"1.2.3"}');
  return { root, folder };
}

test('run from source', () => {
  const { root, folder } = product('checkout', 'main', 'core');
  expect(resolvePaths(folder, {})).toMatchObject({
    root,
    built: false,
    packaged: false,
    resources: join(root, 'out', 'resources'),
  });
});

test('run from out/main', () => {
  const { root, folder } = product('checkout', 'out', 'main', 'chunks');
  expect(resolvePaths(folder, {})).toMatchObject({
    root,
    built: true,
    renderer: join(root, 'out', 'renderer'),
  });
});

test('a package keeps its resources as real files beside app.asar', () => {
  const { root, folder } = product('app.asar', 'out', 'main');
  expect(resolvePaths(folder, {})).toMatchObject({ packaged: true, resources: join(root, '..', 'gyrus') });
});

test.each([
  ['linux', { XDG_CONFIG_HOME: '/x' }, join('/x', 'gyrus')],
  ['linux', {}, join('/home/a', '.config', 'gyrus')],
  ['darwin', {}, join('/home/a', 'Library', 'Application Support', 'Gyrus')],
  ['win32', { APPDATA: '/roaming' }, join('/roaming', 'Gyrus')],
] as const)('user data on %s %o', (platform, env, expected) => {
  expect(platformUserData(platform, env, '/home/a')).toBe(expected);
});
