import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type PlannedPressure,
  type ProbedPressure,
  plannedPressureSchema,
} from '../../contract/modality-import.ts';
import { toErrorInfo, UserError } from '../../core/errors.ts';
import type { FrameLinesRecording } from '../../formats/pressure/frame-lines.ts';
import { openPressure, pressureFormat } from '../../formats/pressure/open-pressure.ts';
import type { PressureRecording } from '../../formats/pressure/recording.ts';
import { nameFromPath } from '../recording-name.ts';

/** Files looked into at most. */
const MOST_FILES = 2000;

/**
 * What pressure recordings lie under the paths (files, folders, SLP subjects), each with the plan to begin with.
 * Files that are no pressure recording are passed over in folders and said where they were named.
 */
export async function probePressure(paths: readonly string[]): Promise<ProbedPressure[]> {
  const found: ProbedPressure[] = [];
  for (const path of paths) {
    const folder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
    if (!folder || (await pressureFormat(path)) !== null) {
      found.push(await probeOne(path));
      continue;
    }
    const names = await readdir(path, { recursive: true, withFileTypes: true });
    for (const entry of names.slice(0, MOST_FILES)) {
      const inner = join(entry.parentPath, entry.name);
      if (entry.isFile() && (await pressureFormat(inner).catch(() => null)) !== null)
        found.push(await probeOne(inner));
    }
  }
  return found.sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

async function probeOne(path: string): Promise<ProbedPressure> {
  try {
    const recording = await openPressure(path);
    try {
      return described(recording);
    } finally {
      await recording.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return {
      path,
      format: null,
      rows: 0,
      cols: 0,
      frames: 0,
      unit: 'unknown',
      rate: null,
      cellSize: null,
      placed: false,
      absentCells: 0,
      corruptFrames: [],
      parts: [],
      layouts: [],
      plan: null,
      problem: toErrorInfo(thrown),
      notices: [],
    };
  }
}

function described(recording: PressureRecording): ProbedPressure {
  const { path, format, rows, cols, unit, rate, cellSize, placed } = recording;
  return {
    path,
    format,
    rows,
    cols,
    frames: recording.frameCount,
    unit,
    rate,
    cellSize,
    placed,
    absentCells: recording.mask.reduce((count, one) => count + (one === 0 ? 1 : 0), 0),
    corruptFrames: [...recording.corruptFrames],
    parts: recording.parts.map(({ name, side }) => ({ name, side })),
    layouts: hasLayouts(recording)
      ? recording.layouts.slice(0, 5).map(({ rows: down, cols: across }) => ({ rows: down, cols: across }))
      : [],
    plan: suggestPressurePlan(recording),
    problem: null,
    notices: [...recording.notices],
  };
}

/** The plan to begin with: everything as the file says, broken cells kept. */
function suggestPressurePlan(recording: PressureRecording): PlannedPressure {
  const layout =
    hasLayouts(recording) && recording.layouts.length > 1
      ? { rows: recording.rows, cols: recording.cols }
      : null;
  return plannedPressureSchema.parse({ ...nameFromPath(recording.path, 'pressure'), layout });
}

const hasLayouts = (one: PressureRecording): one is FrameLinesRecording => 'layouts' in one;
