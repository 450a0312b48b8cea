import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const downloadHost = 'github.com';
const lookupMilliseconds = 2_000;
const downloadMilliseconds = 180_000;

/** The Electron executable that npm's package brought or fetched; null where there is none for this machine. */
export function findElectron(root: string): string | null {
  const folder = join(root, 'node_modules', 'electron');
  try {
    const executable = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(executable) ? executable : null;
  } catch {
    return null;
  }
}

/**
 * Fetches the binary by the package's own installer: once, for at most three minutes, and not at all where the
 * network does not answer. Returns the executable, or null.
 */
export async function fetchElectron(root: string, say: (line: string) => void): Promise<string | null> {
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  if (!existsSync(installer) || !(await isOnline())) return null;
  say('Fetching the Electron binary, once (about 110 MB, at most three minutes) ...');
  await new Promise<void>((resolve) => {
    const child = spawn(process.execPath, [installer], { stdio: 'ignore', timeout: downloadMilliseconds });
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  return findElectron(root);
}

async function isOnline(): Promise<boolean> {
  const tooLate = new Promise<boolean>((resolve) => setTimeout(resolve, lookupMilliseconds, false).unref());
  const found = lookup(downloadHost).then(
    () => true,
    () => false,
  );
  return Promise.race([found, tooLate]);
}
