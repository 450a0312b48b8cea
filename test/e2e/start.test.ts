import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { resolvePaths } from '../../main/core/paths.ts';
import { findElectron } from '../../main/shells/start/electron-binary.ts';

const { root } = resolvePaths();
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

/** Runs `npm start -- ...` without npm, and resolves with the first line that it prints. */
function start(...args: string[]) {
  const userData = mkdtempSync(join(tmpdir(), 'gyrus-start-'));
  const started = spawn(process.execPath, [join(root, 'main', 'start.ts'), ...args], {
    env: { ...process.env, GYRUS_USER_DATA: userData },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let errors = '';
  started.stderr.on('data', (piece: Buffer) => {
    errors += piece.toString();
  });
  const line = new Promise<string>((resolve) => createInterface(started.stdout).once('line', resolve));
  const code = new Promise<number | null>((resolve) => started.once('close', resolve));
  return { started, line, code, errors: () => errors };
}

test('npm start --no-open prints the address, serves the built page behind its token, and ends on Ctrl-C', async () => {
  const { started, line, code, errors } = start('--no-open');
  const url = await line;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open\?token=[\w-]{40,}$/);
  expect((await fetch(new URL('/', url))).status).toBe(401);
  const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(new URL('/', url), { headers: { cookie } });
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('<div id="root">');
  const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? '';
  const asset = await fetch(new URL(script, new URL('/', url)), { headers: { cookie } });
  expect(asset.headers.get('content-type')).toContain('text/javascript');
  if (findElectron(root) === null) {
    expect(errors()).toBe(
      'There is no Electron binary on this machine: Gyrus opens in the browser instead.\n',
    );
  }
  started.kill('SIGINT');
  expect(await code).toBe(0);
});

test('a project that is not there is refused with one sentence and exit code 1', async () => {
  const { code, errors } = start(join(tmpdir(), 'no-such-project.gyrus'), '--no-open');
  expect(await code).toBe(1);
  expect(errors().trim().split('\n').at(-1)).toContain('no-such-project.gyrus');
});
