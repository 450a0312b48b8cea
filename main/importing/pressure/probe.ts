import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import {
  type PlannedPressure,
  type ProbedPressure,
  plannedPressureSchema,
} from '../../contract/modality-import.ts';
import { UserError } from '../../core/errors.ts';
import type { FrameLinesRecording } from '../../formats/pressure/frame-lines.ts';
import { readFrameTableHead } from '../../formats/pressure/frame-table.ts';
import { openPressure, pressureFormat } from '../../formats/pressure/open-pressure.ts';
import type { PressureRecording } from '../../formats/pressure/recording.ts';
import { nameFromFolders } from './name-from-folders.ts';

/** Files looked into at most. */
const MOST_FILES = 2000;
/** Rows shown. */
const SHOWN_ROWS = 6;

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
      return {
        ...described(recording),
        table: recording.format === 'frame-table' ? await columnsOf(path) : null,
      };
    } finally {
      await recording.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    // A table that does not tell its cells for sure can still be read, once its columns are looked at.
    const table = thrown.code === 'pressure.not-pressure' ? await columnsOf(path) : null;
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
      table,
      plan:
        table === null
          ? null
          : plannedPressureSchema.parse({ ...nameFromFolders(path), mapping: table.guess }),
      problem: table === null ? thrown.toInfo() : null,
      notices: [],
    };
  }
}

function described(recording: PressureRecording): Omit<ProbedPressure, 'table'> {
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
    notices: [...recording.notices, ...sideDoubt(recording)],
  };
}

/** The side that a lone sensor's file is named by ("walk_left.asf", "trial3R.asf"), where nothing in it says one. */
function guessSide({ parts, path }: PressureRecording): 'left' | 'right' | null {
  if (parts.length !== 1 || parts[0].side !== null) return null;
  const stem = basename(path).replace(/\.[^.]*$/, '');
  const words = stem.split(/[^\p{L}\p{N}]+|(?<=[a-z0-9])(?=[LR]$)/u).map((word) => word.toLowerCase());
  if (words.some((word) => ['left', 'l', 'lt'].includes(word)) || stem.includes('左')) return 'left';
  return words.some((word) => ['right', 'r', 'rt'].includes(word)) || stem.includes('右') ? 'right' : null;
}

function sideDoubt(recording: PressureRecording): Notice[] {
  const side = guessSide(recording);
  if (side === null) return [];
  const file = basename(recording.path);
  return [
    {
      level: 'warning',
      code: `pressure.named-${side}`,
      message: `${file} does not say which side it is of; by its name it seems to be the ${side}, please confirm it.`,
      params: { file },
    },
  ];
}

/** The plan to begin with: everything as the file says, broken cells kept. */
function suggestPressurePlan(recording: PressureRecording): PlannedPressure {
  const guess = guessSide(recording);
  const layout =
    hasLayouts(recording) && recording.layouts.length > 1
      ? { rows: recording.rows, cols: recording.cols }
      : null;
  return plannedPressureSchema.parse({ ...nameFromFolders(recording.path), layout, side: guess });
}

const hasLayouts = (one: PressureRecording): one is FrameLinesRecording => 'layouts' in one;

/** A table's columns with its first rows; null where it is no table, or none with cells. */
async function columnsOf(path: string): Promise<ProbedPressure['table']> {
  const head = await readFrameTableHead(path).catch((thrown: unknown) => {
    if (thrown instanceof UserError) return null;
    throw thrown;
  });
  if (head === null || head.guess === null) return null;
  const { table, guess } = head;
  return {
    columns: [...table.columns],
    rows: table.rows.slice(0, SHOWN_ROWS).map((row) => [...row]),
    guess: { ...guess.mapping },
    confidence: Math.min(1, Math.max(0, guess.confidence)),
  };
}
