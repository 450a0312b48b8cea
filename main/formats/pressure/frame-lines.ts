import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { type LineFile, openLineFile } from '../text/line-file.ts';
import { countCells } from './cells.ts';
import { findCorruptFrames } from './corrupt-frames.ts';
import { guessLayout, type LayoutGuess } from './layout-guess.ts';
import { type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';
import { type FrameSpan, maskOf, spanReader } from './text-recording.ts';

/** A list of frames without a header: one frame a line. */
export interface FrameLinesRecording extends PressureRecording {
  readonly format: 'pmd' | 'frame-lines' | 'frame-table';
  /** Cells of every line. */
  readonly lineValues: number;
  /** Ways to fold a line into rows and columns, best first; one only where the file says it. */
  readonly layouts: readonly LayoutGuess[];
}

/** Rows and columns that the user, or a sidecar, knows. */
export interface GivenLayout {
  readonly rows: number;
  readonly cols: number;
}

/** Frames used for guessing: more tell no more. */
const GUESSED_FROM = 12;

/**
 * Opens numbers with one frame a line, such as the PhysioNet pressure map dataset (experiment I: 2048 tab-separated
 * values, 64 rows × 32 columns, 1 frame a second, 12-bit counts) or a table with a heading `R0C0, R0C1, …`. Where the
 * layout is not told, it is guessed from the smoothness of the pressure.
 * @throws UserError `file.*`, `pressure.damaged`, `pressure.no-layout`
 */
export async function openFrameLines(path: string, given?: GivenLayout): Promise<FrameLinesRecording> {
  const file = await openLineFile(path);
  try {
    return await build(file, given);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function build(file: LineFile, given: GivenLayout | undefined): Promise<FrameLinesRecording> {
  const { path } = file;
  const { spans, cells, named } = await scan(file);
  const notices = await leaveOutCutLine(file, spans, cells);
  if (spans.length === 0) throw damagedPressure(path, 'it has no lines of numbers');
  const read = spanReader(file, spans, cells);
  const told = given ?? named;
  const layouts =
    told === null ? guessLayout(await sampleFrames(read, spans.length)) : [{ ...told, roughness: 0 }];
  const [layout] = layouts;
  if (layout === undefined || layout.rows * layout.cols !== cells) throw noLayout(path, cells);
  const { rows, cols } = layout;
  checkFrameSize(path, rows, cols);
  const pmd = named === null && cells === 2048 && rows === 64 && cols === 32;
  return {
    format: pmd ? 'pmd' : 'frame-lines',
    path,
    rows,
    cols,
    frameCount: spans.length,
    placed: true,
    cellSize: null,
    cellArea: null,
    unit: pmd ? 'raw' : 'unknown',
    rate: pmd ? 1 : null,
    times: null,
    mask: maskOf(await read(0)),
    saturation: pmd ? 4095 : null,
    parts: [wholePart('mat', rows, cols)],
    corruptFrames: await findCorruptFrames(spans.length, read),
    header: {},
    notices: [...(told === null ? [guessed(path, rows, cols)] : []), ...notices],
    lineValues: cells,
    layouts,
    frame: read,
    close: () => file.close(),
  };
}

/** The notice that rows and columns are a guess. */
export function guessed(path: string, rows: number, cols: number): Notice {
  const file = basename(path);
  return {
    level: 'warning',
    code: 'pressure.layout-guessed',
    message: `${file} does not say how its cells lie: ${rows} rows × ${cols} columns is a guess from smoothness, please confirm it.`,
    params: { file, rows, cols },
  };
}

/** The refusal of cells that no rows and columns hold. */
export function noLayout(path: string, cells: number): Error {
  return damagedPressure(path, `${cells} cells a frame do not fold into the rows and columns of a mat`);
}

/** A last line that stops early is a copy that was cut short: it is left out, and said. */
async function leaveOutCutLine(file: LineFile, spans: FrameSpan[], cells: number): Promise<Notice[]> {
  const last = spans[spans.length - 1];
  if (spans.length < 2 || countCells(await file.text(last.start, last.end)).count >= cells) return [];
  spans.pop();
  const name = basename(file.path);
  const [found, expected] = [spans.length, spans.length + 1];
  return [
    {
      level: 'warning',
      code: 'pressure.cut-off',
      message: `${name} may have been cut short: ${found} whole frames found where ${expected} are announced.`,
      params: { file: name, found, expected },
    },
  ];
}

/** Some frames from all over the recording, the ends left out. */
export async function sampleFrames(
  read: (index: number) => Promise<Float32Array>,
  count: number,
): Promise<Float32Array[]> {
  const step = Math.max(1, Math.floor(count / GUESSED_FROM));
  const frames: Float32Array[] = [];
  for (let index = Math.min(step >> 1, count - 1); index < count; index += step)
    frames.push(await read(index));
  return frames;
}

async function scan(
  file: LineFile,
): Promise<{ spans: FrameSpan[]; cells: number; named: GivenLayout | null }> {
  const spans: FrameSpan[] = [];
  let named: GivenLayout | null = null;
  let first = true;
  for await (const batch of file.spans()) {
    for (const span of batch) {
      if (first) {
        const text = await file.text(span.start, Math.min(span.end, span.start + HEADING));
        first = false;
        if (/R0C0/i.test(text)) {
          named = namedLayout(await file.text(span.start, span.end));
          continue;
        }
      }
      spans.push(span);
    }
  }
  if (spans.length === 0) return { spans, cells: 0, named };
  const { count, bad } = countCells(await file.text(spans[0].start, spans[0].end));
  if (bad > 0) throw damagedPressure(file.path, `line ${named === null ? 1 : 2} holds words`);
  return { spans, cells: count, named };
}

/** A heading names its first cell within so many characters. */
const HEADING = 4096;

/** The layout that headings R0C0 … R63C31 tell. */
function namedLayout(heading: string): GivenLayout | null {
  const names = [...heading.matchAll(/R(\d+)C(\d+)/gi)];
  const last = names[names.length - 1];
  const [rows, cols] = last === undefined ? [0, 0] : [Number(last[1]) + 1, Number(last[2]) + 1];
  return rows * cols === names.length && rows > 0 ? { rows, cols } : null;
}
