import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { blocksOf, fileSize, streamBytes } from '../source.ts';
import { readDelimited } from '../table/delimited.ts';
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
      return gazeFromTable(path, table, columns);
    }
  }
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
