import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { blocksOf, fileSize, streamBytes } from '../source.ts';
import { decodeText } from '../text/decode-text.ts';
import { openArrayFrames } from './array-frames.ts';
import { openEmed } from './emed.ts';
import { openFrameBlocks } from './frame-blocks.ts';
import { type GivenLayout, openFrameLines } from './frame-lines.ts';
import { openFrameTable, readFrameTableHead } from './frame-table.ts';
import { type FrameMapping, SURE_FRAMES } from './guess-frame-columns.ts';
import { openNovelAsc } from './novel-asc.ts';
import { openPopu } from './popu.ts';
import type { PressureFormat, PressureRecording } from './recording.ts';
import { isSlpFolder, openSlpFolder } from './slp.ts';
import { pressureKind } from './sniff-pressure.ts';
import { openTekscan } from './tekscan.ts';
import { openXsensor } from './xsensor.ts';

/** What the caller knows of a file that does not tell it itself. */
export interface PressureOptions {
  /** Rows and columns of files with one frame a line. */
  readonly layout?: GivenLayout;
  /** Columns of a table with one frame a row, whatever the table looks like. */
  readonly mapping?: FrameMapping;
  /** Array of a .npz file. */
  readonly array?: string;
}

/**
 * Opens a pressure recording of any supported format, told by content; the caller closes it.
 * @throws UserError `file.*`, `pressure.not-pressure`, and as the format's own reader
 */
export async function openPressure(path: string, options: PressureOptions = {}): Promise<PressureRecording> {
  if (options.mapping !== undefined) return openFrameTable(path, options.mapping, options.layout);
  switch (await pressureFormat(path)) {
    case 'tekscan':
      return openTekscan(path);
    case 'novel-emed':
      return openEmed(path);
    case 'novel-pedar':
    case 'novel-pliance':
      return openNovelAsc(path);
    case 'xsensor':
      return openXsensor(path);
    case 'footscan':
      // The library of workbooks is large.
      return (await import('./footscan.ts')).openFootscan(path);
    case 'popu':
      return openPopu(path);
    case 'slp':
      return openSlpFolder(path);
    case 'array':
      return openArrayFrames(path, options.array);
    case 'frame-blocks':
      return openFrameBlocks(path);
    case 'pmd':
    case 'frame-lines':
      return openFrameLines(path, options.layout);
    case 'frame-table':
      return openFrameTable(path, undefined, options.layout);
    case null: {
      const file = basename(path);
      throw new UserError('pressure.not-pressure', `${file} is no pressure recording that Gyrus knows.`, {
        file,
      });
    }
  }
}

/** The pressure format of a file or folder, by content; null where it is none. @throws UserError `file.*` */
export async function pressureFormat(path: string): Promise<PressureFormat | null> {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory()) return (await isSlpFolder(path)) ? 'slp' : null;
  await fileSize(path);
  const head = await firstBytes(path);
  const latin = Buffer.from(head.subarray(0, 8)).toString('latin1');
  if (latin.startsWith('\x93NUMPY')) return 'array';
  if (latin.startsWith('PK\x03\x04'))
    return /\.npy/.test(Buffer.from(head).toString('latin1')) ? 'array' : null;
  if (latin.startsWith('\xd0\xcf\x11\xe0')) return 'footscan';
  return pressureKind(decodeText(head, true).text) ?? ((await looksFrameTable(path)) ? 'frame-table' : null);
}

/** Whether a table's columns tell by themselves that its rows are frames. */
async function looksFrameTable(path: string): Promise<boolean> {
  if (!/\.(csv|tsv|txt)(\.gz)?$/i.test(path)) return false;
  const head = await readFrameTableHead(path).catch((thrown: unknown) => {
    if (thrown instanceof UserError) return null;
    throw thrown;
  });
  return (head?.guess?.confidence ?? 0) >= SURE_FRAMES;
}

async function firstBytes(path: string): Promise<Uint8Array> {
  for await (const block of blocksOf(streamBytes(path, { most: 4096 }), 4096)) return block;
  return new Uint8Array(0);
}
