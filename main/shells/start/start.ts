import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.ts';
import { fetchElectron, findElectron } from './electron-binary.ts';

/**
 * What `npm start` does: builds when the sources changed, opens the desktop window, or, where there is no Electron
 * binary and none can be had, says so in one line and serves the page to the browser. `--no-open` opens nothing and
 * prints the address of the web shell. `--station NAME` begins with that saved device over the whole screen.
 *
 * @param args after `npm start --`: `[PROJECT] [--port N] [--no-open] [--station NAME]`
 * @returns the exit code
 */
export async function runStart(
  root: string,
  args: readonly string[],
  say: (line: string) => void,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { 'no-open': { type: 'boolean' }, port: { type: 'string' }, station: { type: 'string' } },
    allowPositionals: true,
  });
  await ensureBuilt(root, say);
  const found = findElectron(root);
  const electron = found ?? (values['no-open'] ? null : await fetchElectron(root, say));
  if (electron !== null && !values['no-open']) return openWindow(electron, root, args);
  if (electron === null)
    say('There is no Electron binary on this machine: Gyrus opens in the browser instead.');
  return serveBundle(root, args);
}

function openWindow(electron: string, root: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(electron, [root, ...args], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Runs the built web shell in this process: it reads the arguments that are left in process.argv. */
async function serveBundle(root: string, args: readonly string[]): Promise<number> {
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  await import(pathToFileURL(join(root, 'out', 'main', 'web.js')).href);
  return Number(process.exitCode ?? 0);
}
