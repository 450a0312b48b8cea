import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { blocksOf, fileSize, streamBytes } from '../source.ts';
import { type DelimitedTable, readDelimited } from '../table/delimited.ts';
import { decodeText } from '../text/decode-text.ts';
import { isBidsEyetracking, readBidsPhysio } from './bids-physio.ts';
import { readEyelinkAsc } from './eyelink-asc.ts';
import { type GazeMapping, guessMapping } from './gaze-mapping.ts';
import { gazeFromTable } from './gaze-table.ts';
import type { EyeFormat, EyeRecording } from './recording.ts';
import { readSmi } from './smi.ts';
import { eyetrackingKind } from './sniff-eyetracking.ts';
import { readTobiiStudio } from './tobii-studio.ts';

/**
 * Reads an eye-tracking recording of any supported format, told by content.
 * @param mapping how to read the columns of a table; guessed where not given
 * @throws UserError `file.*`, `eyetracking.not-gaze`, `eyelink.edf`, and as the format's own reader
 */
export async function readEyetracking(path: string, mapping?: GazeMapping): Promise<EyeRecording> {
  switch (await eyetrackingFormat(path)) {
    case 'eyelink-asc':
      return readEyelinkAsc(path);
    case 'smi-events':
    case 'smi-samples':
      return readSmi(path);
    case 'tobii-studio':
      return readTobiiStudio(path);
    case 'bids-physio':
      return readBidsPhysio(path);
    default: {
      const table = await readDelimited(path);
      const columns = mapping ?? guessMapping(table);
      if (columns === null) {
        const file = basename(path);
        throw new UserError(
          'eyetracking.not-gaze',
          `${file} has no columns that look like gaze positions and time: name them under column mapping.`,
          { file },
        );
      }
      return withFixations(gazeFromTable(path, table, columns), table, columns);
    }
  }
}

/** Files of gaze whose fixations Pupil Labs writes beside them, into fixations.csv. */
const GAZE = /^gaze(_positions)?\.csv$/i;

/** The file of fixations that belongs to a file of gaze of Pupil Labs; null for others. Whether it is there is open. */
export function fixationsBeside(path: string): string | null {
  return GAZE.test(basename(path)) ? join(dirname(path), 'fixations.csv') : null;
}

/** A recording of Pupil Labs with the fixations of the file beside it, on the clock of its own samples. */
async function withFixations(
  recording: EyeRecording,
  table: DelimitedTable,
  mapping: GazeMapping,
): Promise<EyeRecording> {
  const path = /^pupil-/.test(recording.format) ? fixationsBeside(recording.path) : null;
  const there = path !== null && (await stat(path).catch(() => null))?.isFile();
  if (path === null || there !== true || recording.samples.count === 0) return recording;
  const list = await readDelimited(path);
  const columns = guessMapping(list);
  if (columns?.fixations == null || columns.format !== recording.format) return recording;
  // Nanoseconds count from the first row of either file.
  const shift =
    columns.timeUnit === 'ns' ? Number(firstStamp(list, columns) - firstStamp(table, mapping)) * 1e-6 : 0;
  const events = gazeFromTable(path, list, columns).events.map((event) => ({
    ...event,
    start: event.start + shift,
    end: event.end + shift,
  }));
  return { ...recording, events };
}

function firstStamp({ columns, rows }: DelimitedTable, { time }: GazeMapping): bigint {
  const at = columns.indexOf(time ?? '');
  const cell = rows.find((row) => row[at] !== '')?.[at] ?? '';
  return /^\d+$/.test(cell) ? BigInt(cell) : 0n;
}

/**
 * The eye-tracking format of a file, by content (BIDS files by their name); null where it may only be a plain table.
 * @throws UserError `file.*`, `eyelink.edf` for SR Research's binary files
 */
export async function eyetrackingFormat(path: string): Promise<EyeFormat | null> {
  await fileSize(path);
  if (isBidsEyetracking(path)) return 'bids-physio';
  const head = await firstBytes(path);
  if (Buffer.from(head.subarray(0, 8)).toString('latin1') === 'SR_RESEA') {
    const file = basename(path);
    throw new UserError(
      'eyelink.edf',
      `${file} is an EyeLink .edf file, which only SR Research's own library reads: convert it with edf2asc to .asc first.`,
      { file },
    );
  }
  return eyetrackingKind(decodeText(head, true).text);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  for await (const block of blocksOf(streamBytes(path, { most: 4096 }), 4096)) return block;
  return new Uint8Array(0);
}
