import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What was last saved at `path`, unchecked; null where there is nothing to read. */
export function recallBounds(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Keeps the window's place for next time; a full or read-only disk is no reason to complain about that. */
export function rememberBounds(path: string, bounds: object): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(bounds));
  } catch {
    // The window opens in its usual place then.
  }
}
