import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProbedEyetracking, plannedEyetrackingSchema } from '../../contract/modality-import.ts';
import { UserError } from '../../core/errors.ts';
import {
  eyetrackingFormat,
  fixationsBeside,
  readEyetracking,
} from '../../formats/eyetracking/open-eyetracking.ts';
import { type EyeRecording, sampleClock } from '../../formats/eyetracking/recording.ts';
import { nameFromPath } from '../recording-name.ts';

/** Files looked into at most. */
const MOST_FILES = 2000;

/**
 * What eye-tracking recordings lie under the paths, each with the plan to begin with. In folders only files whose
 * content tells that they are some are taken; a plain table must be named itself.
 */
export async function probeEyetracking(paths: readonly string[]): Promise<ProbedEyetracking[]> {
  const found: ProbedEyetracking[] = [];
  for (const path of paths) {
    if (!((await stat(path).catch(() => null))?.isDirectory() ?? false)) {
      found.push(await probeOne(path));
      continue;
    }
    const names = await readdir(path, { recursive: true, withFileTypes: true });
    // Fixations that are read with their gaze are no recording of their own.
    const taken = new Set(names.map(({ parentPath, name }) => fixationsBeside(join(parentPath, name))));
    for (const entry of names.slice(0, MOST_FILES)) {
      const inner = join(entry.parentPath, entry.name);
      if (entry.isFile() && !taken.has(inner) && (await eyetrackingFormat(inner).catch(() => null)) !== null)
        found.push(await probeOne(inner));
    }
  }
  return found.sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

async function probeOne(path: string): Promise<ProbedEyetracking> {
  try {
    return described(await readEyetracking(path));
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    // A table whose columns tell nothing can still be imported once they are named.
    const unnamed = thrown.code === 'eyetracking.not-gaze';
    return {
      path,
      format: unnamed ? 'gaze-table' : null,
      eyes: [],
      unit: 'unknown',
      rate: null,
      samples: 0,
      events: 0,
      messages: 0,
      blocks: 0,
      jitter: 0,
      gaps: 0,
      plan: unnamed ? plannedEyetrackingSchema.parse(nameFromPath(path, 'reading')) : null,
      problem: unnamed ? null : thrown.toInfo(),
      notices: unnamed ? [{ ...thrown.toInfo(), level: 'warning' }] : [],
    };
  }
}

function described(recording: EyeRecording): ProbedEyetracking {
  const { path, format, eyes, unit, rate, samples, events, messages, blocks, notices } = recording;
  const { jitter, gaps } = sampleClock(samples.time);
  return {
    path,
    format,
    eyes: [...eyes],
    unit,
    rate,
    samples: samples.count,
    events: events.length,
    messages: messages.length,
    blocks: blocks.length,
    jitter,
    gaps,
    plan: plannedEyetrackingSchema.parse({
      ...nameFromPath(path, 'reading'),
      // In degrees events can be found at once; in pixels the screen must be known first.
      ...(events.length === 0 && unit === 'deg' ? { events: { method: 'velocity' } } : {}),
    }),
    problem: null,
    notices: [...notices],
  };
}
