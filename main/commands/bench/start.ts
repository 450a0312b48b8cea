import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from '../../shells/start/build.ts';
import type { CommandDeps } from '../command.ts';

const goalSeconds = 2;

/**
 * Starts the built tree as `npm start -- --no-open` does, several times, and measures until its first page is there:
 * from the start of the process, through the one-time token, to the last byte of the document. Settings: `rounds`.
 */
export async function bench(
  deps: CommandDeps,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  await ensureBuilt(deps.paths.root, (line) => deps.err(`${line}\n`));
  const seconds: number[] = [];
  for (let round = 0; round < Number(settings.rounds ?? 5); round++) {
    deps.signal.throwIfAborted();
    seconds.push(await timeFirstPage(deps.paths.root));
  }
  const worst = Math.max(...seconds);
  return { seconds, worst_seconds: worst, goal_seconds: goalSeconds, met: worst < goalSeconds };
}

async function timeFirstPage(root: string): Promise<number> {
  const userData = await mkdtemp(join(tmpdir(), 'gyrus-bench-start-'));
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, 'main', 'start.ts'), '--no-open'], {
    env: { ...process.env, GYRUS_USER_DATA: userData },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  try {
    const first = once(createInterface(child.stdout), 'line');
    const [url] = await Promise.race([first, ended.then(([code]) => Promise.reject(endedEarly(code)))]);
    const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(new URL('/', url), { headers: { cookie } });
    if (!(await page.text()).includes('id="root"')) throw new Error('the first page is not the page');
    return (performance.now() - started) / 1000;
  } finally {
    child.kill('SIGINT');
    await ended;
    await rm(userData, { recursive: true, force: true });
  }
}

function endedEarly(code: unknown): Error {
  return new Error(`npm start ended with ${code} before it printed an address`);
}
