import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceHash } from './source-hash.ts';

/**
 * Builds unless that was done from these very sources. Needs the development packages; a packaged app is built
 * already and never comes here.
 *
 * @param say gets one line before a build begins
 * @throws Error with the tool's own output when a build fails
 */
export async function ensureBuilt(root: string, say: (line: string) => void): Promise<void> {
  if (readStamp(root) === sourceHash(root)) return;
  say('Building Gyrus, once for this version of the source ...');
  await buildAll(root);
}

/** Builds resources, bundles and page into out/, and notes from which sources. @throws Error as `ensureBuilt` does */
export async function buildAll(root: string): Promise<void> {
  // Taken before the build: what is edited meanwhile makes the result stale, as it should.
  const hash = sourceHash(root);
  await runNode(root, ['resources/build/index.ts']);
  await runNode(root, ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn']);
  writeFileSync(stampPath(root), hash);
}

const stampPath = (root: string) => join(root, 'out', 'source-hash');

function readStamp(root: string): string | null {
  try {
    return readFileSync(stampPath(root), 'utf8');
  } catch {
    return null;
  }
}

/** Runs a script with this very Node.js; its output is kept and shown only when it fails. */
function runNode(root: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (piece: Buffer) => {
      output += piece.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${args[0]} ended with ${code}:\n${output.trimEnd()}`));
    });
  });
}
