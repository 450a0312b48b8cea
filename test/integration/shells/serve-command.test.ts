import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { runCli } from '../../../main/commands/run-cli.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { createProject } from '../../../main/data/open-project.ts';
import { openSql } from '../../../main/data/sql.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gyrus-serve-'));
  vi.stubEnv('GYRUS_USER_DATA', join(folder, 'user'));
});

function newProject(name: string): string {
  const path = join(folder, name);
  createProject(path, { logger: createLogger(() => {}) }).close();
  return path;
}

function makeNewer(path: string): void {
  const sql = openSql(path, {
    readOnly: false,
    busyTimeoutMs: 0,
    slowMs: 1000,
    logger: createLogger(() => {}),
  });
  sql.pragma('user_version = 9990');
  sql.close();
}

/** Runs `gyrus serve` until it has printed its address or ended. */
function serve(...args: string[]) {
  const stop = new AbortController();
  let err = '';
  let printed = (_url: string) => {};
  const url = new Promise<string>((resolve) => {
    printed = resolve;
  });
  const code = runCli(['serve', ...args, '--no-open'], {
    out: (text) => printed(text.trim()),
    err: (text) => {
      err += text;
    },
    signal: stop.signal,
  });
  return { stop, code, url, err: () => err };
}

async function enter(url: string): Promise<(path: string) => Promise<Response>> {
  const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? '';
  return (path) => fetch(new URL(path, url), { headers: { cookie } });
}

test('serves a project, and closes it when told to stop', async () => {
  const path = newProject('study.gyrus');
  const first = serve(path);
  const ask = await enter(await first.url);
  expect(await (await ask('/api/project.current')).json()).toMatchObject({
    result: { data: { json: { path } } },
  });

  const second = serve(path);
  expect(await second.code, 'a second window on the same project is refused').toBe(1);
  expect(second.err()).toMatch(/^[^\n]+\n$/);
  expect(second.err()).toContain(path);

  first.stop.abort();
  expect(await first.code).toBe(0);
  const third = serve(path);
  await third.url;
  third.stop.abort();
  expect(await third.code).toBe(0);
});

test.each([
  ['a project that is not there', 'missing.gyrus'],
  ['a file that is no project', 'text.gyrus'],
  ['a folder', 'folder.gyrus'],
  ['a project from a newer Gyrus', 'newer.gyrus'],
])('%s is refused with one sentence', async (_what, name) => {
  writeFileSync(join(folder, 'text.gyrus'), 'words');
  mkdirSync(join(folder, 'folder.gyrus'));
  makeNewer(newProject('newer.gyrus'));
  const { code, err } = serve(join(folder, name));
  expect(await code).toBe(1);
  expect(err()).toMatch(/^[^\n]+\n$/);
  expect(err()).toContain(name);
});

test('the page hears the same refusals, with codes that it translates', async () => {
  makeNewer(newProject('newer.gyrus'));
  const locked = newProject('locked.gyrus');
  const other = serve(locked);
  await other.url;
  vi.stubEnv('GYRUS_USER_DATA', join(folder, 'second'));
  mkdirSync(join(folder, 'second'));
  writeFileSync(join(folder, 'second', 'settings.json'), JSON.stringify({ allowedFolders: [folder] }));
  const shell = serve();
  const url = await shell.url;
  writeFileSync(join(folder, 'text.gyrus'), 'words');
  const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? '';
  const open = async (path: string) => {
    const response = await fetch(new URL('/api/project.open', url), {
      method: 'POST',
      headers: { cookie, origin: new URL(url).origin, 'content-type': 'application/json' },
      body: JSON.stringify({ json: { path } }),
    });
    const answer = await response.json();
    return [response.status, answer.error?.json.data.info.code];
  };
  for (const [name, code] of [
    ['missing.gyrus', 'project.missing'],
    ['text.gyrus', 'project.not-a-project'],
    ['newer.gyrus', 'project.too-new'],
    ['locked.gyrus', 'project.in-use'],
  ]) {
    expect(await open(join(folder, name)), name).toEqual([400, code]);
  }
  shell.stop.abort();
  other.stop.abort();
  expect([await shell.code, await other.code]).toEqual([0, 0]);
});

test('a port that is no port is a usage error', async () => {
  const { code, err } = serve('--port', 'many');
  expect(await code).toBe(2);
  expect(err()).toContain('A port is a number');
});

test('a recent project is remembered in the user’s own folder', async () => {
  const { stop, url, code } = serve(newProject('study.gyrus'));
  await url;
  stop.abort();
  await code;
  expect(existsSync(join(folder, 'user', 'settings.json'))).toBe(true);
});
