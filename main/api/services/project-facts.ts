import { statSync } from 'node:fs';
import type { ProjectFacts, VerifyOutcome } from '../../contract/project.ts';
import type { Project } from '../../data/project.ts';
import type { Verification } from '../../data/verify.ts';

/** Counts and sizes of the open project, for its page and for `gyrus info`. */
export function describeProject(project: Project): ProjectFacts {
  const recordings = project.recordings.list();
  return {
    id: project.meta.projectId,
    name: project.meta.name(),
    path: project.path,
    bytes: sizeOf(project.path) + sizeOf(`${project.path}-wal`),
    createdAt: project.meta.createdAt(),
    recordings: recordings.length,
    subjects: new Set(recordings.map((recording) => recording.subject)).size,
    stimuli: project.stimuli.list().length,
    runs: project.runs.list().length,
    arrays: project.arrays.list().length,
    simulated: recordings.some((recording) => recording.simulated),
  };
}

/** A verification as the page shows it. */
export function verifyOutcome(found: Verification): VerifyOutcome {
  return {
    ok: found.clean,
    counts: { arrays: found.arrays, chunks: found.chunks, bytes: found.bytes },
    findings: found.findings.map(({ level, code, message }) => ({
      level: level === 'error' ? 'error' : 'info',
      code: `verify.${code}`,
      message,
      params: {},
    })),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
