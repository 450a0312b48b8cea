import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that the bundles and the bundled resources are made from. */
const sources = ['main', 'preload', 'renderer', 'resources', 'electron.vite.config.ts', 'package-lock.json'];

/**
 * One hash over the names and contents of all sources of a build. Contents rather than times, because a fresh clone
 * gives every file a new time. Takes some 30 ms.
 */
export function sourceHash(root: string): string {
  const hash = createHash('sha256');
  for (const source of sources) addTo(hash, root, source);
  return hash.digest('hex');
}

function addTo(hash: ReturnType<typeof createHash>, root: string, name: string): void {
  const entries = foldersEntries(join(root, name));
  if (entries === null) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(root, name)))
      .update('\0');
    return;
  }
  for (const entry of entries.sort()) addTo(hash, root, `${name}/${entry}`);
}

/** Names in a folder; null for a file. */
function foldersEntries(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}
