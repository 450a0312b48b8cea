import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLogger, type LogEntry, type Logger } from '../../../main/core/logger.ts';
import { createProject } from '../../../main/data/open-project.ts';
import type { Project } from '../../../main/data/project.ts';

/** A logger that says nothing. */
export const silent: Logger = createLogger(() => {});

/** A logger whose entries can be looked at. */
export function listening(): { logger: Logger; entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  return { logger: createLogger((entry) => entries.push(entry), 'debug'), entries };
}

/** An empty folder that goes away with the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gyrus-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A new project in a folder of its own, closed and removed with the test. */
export function scratchProject(options: Partial<Parameters<typeof createProject>[1]> = {}): Project {
  const folder = scratchFolder();
  const project = createProject(join(folder, 'scratch.gyrus'), { logger: silent, ...options });
  onTestFinished(() => project.close());
  return project;
}
