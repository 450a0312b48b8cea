import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { headerText, type LineFile, openLineFile } from '../text/line-file.ts';
import {
  kilopascalFactor,
  leadingNumber,
  millimetres,
  type PressureRecording,
  type PressureUnit,
  parsePressureUnit,
  wholePart,
} from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';
import { type FrameSpan, maskOf, spanReader } from './text-recording.ts';

/** A Tekscan export, with what it says beside the frames. */
export interface TekscanRecording extends PressureRecording {
  readonly format: 'tekscan';
  /** The export ends with its closing mark, so nothing was cut off. */
  readonly complete: boolean;
  /** The vendor's raw sum of each frame, where the frames' headings carry it (I-Scan). */
  readonly rawSums: readonly number[] | null;
}

interface Scan {
  readonly header: Record<string, string>;
  readonly spans: FrameSpan[];
  readonly rawSums: number[];
  readonly complete: boolean;
}

/**
 * Opens a Tekscan movie export: F-Scan .asf and I-Scan .csv (the same lines: `KEY value`, then `ASCII_DATA @@`, then
 * frames). Cells marked `B` are not part of the sensor. Format as written by Tekscan's Research software 6 and 7.
 * @throws UserError `file.*`, `pressure.damaged`
 */
export async function openTekscan(path: string): Promise<TekscanRecording> {
  const file = await openLineFile(path);
  try {
    return await build(file);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function build(file: LineFile): Promise<TekscanRecording> {
  const { path } = file;
  const { header, spans, rawSums, complete } = await scan(file);
  const rows = Number(header.ROWS);
  const cols = Number(header.COLS);
  checkFrameSize(path, rows, cols);
  if (spans.length === 0) throw damagedPressure(path, 'it has no frames');
  const start = await file.text(spans[0].start, Math.min(spans[0].end, spans[0].start + HEAD));
  const read = spanReader(file, spans, rows * cols, start.includes(';'));
  const width = millimetres(header.COL_SPACING ?? '');
  const height = millimetres(header.ROW_SPACING ?? '');
  const seconds = leadingNumber(header.SECONDS_PER_FRAME ?? '');
  const unit = parsePressureUnit(header.UNITS ?? '');
  const notices: Notice[] = [];
  const declared = Number(header.END_FRAME) - Number(header.START_FRAME) + 1;
  if (!complete || (declared > 0 && declared !== spans.length)) {
    notices.push(cutOff(path, spans.length, declared));
  }
  return {
    format: 'tekscan',
    path,
    rows,
    cols,
    frameCount: spans.length,
    placed: true,
    cellSize: width !== null && height !== null ? { width, height } : null,
    cellArea:
      squareMillimetres(header.SENSEL_AREA ?? '') ??
      (width !== null && height !== null ? width * height : null),
    unit,
    rate: seconds > 0 ? 1 / seconds : null,
    times: null,
    mask: maskOf(await read(0)),
    saturation: saturationIn(unit, header.SATURATION_PRESSURE ?? ''),
    parts: [wholePart(header.SENSOR_TYPE ?? 'sensor', rows, cols)],
    corruptFrames: [],
    header,
    notices,
    complete,
    rawSums: rawSums.length === spans.length ? rawSums : null,
    frame: read,
    close: () => file.close(),
  };
}

/** Characters of the first frame that tell how its cells are separated. */
const HEAD = 4096;

/** Square millimetres of "25.8064 mm2", "0.258064 cm2" or "0.04 in2"; null for other units. */
function squareMillimetres(text: string): number | null {
  const factor = /mm\W*2|mm²/i.test(text)
    ? 1
    : /cm\W*2|cm²/i.test(text)
      ? 100
      : /in\w*\W*2|in²/i.test(text)
        ? 645.16
        : 0;
  const area = leadingNumber(text) * factor;
  return area > 0 ? area : null;
}

/** The highest pressure of the sensor in the unit of the cells; null where they are counts, which it says nothing of. */
function saturationIn(unit: PressureUnit, text: string): number | null {
  const value = leadingNumber(text);
  const own = parsePressureUnit(text.replace(/^\s*[-+\d.,e]+/i, ''));
  if (!(value > 0)) return null;
  if (own === unit) return value;
  const [from, to] = [kilopascalFactor(own), kilopascalFactor(unit)];
  return from === null || to === null ? null : (value * from) / to;
}

function cutOff(path: string, found: number, declared: number): Notice {
  const file = basename(path);
  const expected = declared > 0 ? declared : found;
  return {
    level: 'warning',
    code: 'pressure.cut-off',
    message: `${file} may have been cut short: ${found} whole frames found where ${expected} are announced.`,
    params: { file, found, expected },
  };
}

/** One pass over the lines: header, and where every whole frame stands. */
async function scan(file: LineFile): Promise<Scan> {
  const header: Record<string, string> = {};
  const spans: FrameSpan[] = [];
  const rawSums: number[] = [];
  let state: 'header' | 'between' | 'frame' = 'header';
  let rows = 0;
  let start = 0;
  let complete = false;
  for await (const batch of file.batches()) {
    for (const { text, start: at, end } of batch) {
      const line = text.trim();
      if (state === 'header') {
        if (/^ASCII_DATA/.test(line)) state = 'between';
        else addHeader(header, line);
        continue;
      }
      if (line === '@@') complete = true;
      const heading = /^"?Frame\s+\d+/i.exec(line);
      if (heading !== null) {
        state = 'frame';
        rows = 0;
        const sum = /Raw Sum=,*\s*([\d.]+)/i.exec(line);
        if (sum !== null) rawSums.push(Number(sum[1]));
      } else if (state === 'frame' && line !== '' && line !== '@@') {
        if (rows === 0) start = at;
        rows += 1;
        if (rows === Number(header.ROWS)) {
          spans.push({ start, end });
          state = 'between';
        }
      }
    }
  }
  return { header, spans, rawSums, complete };
}

/** `KEY value`, or `KEY,value` in some .csv exports; trailing empty cells are a spreadsheet's and are dropped. */
function addHeader(header: Record<string, string>, line: string): void {
  const text = headerText(line).replaceAll('"', '').replace(/,+$/, '').trim();
  if (text === '') return;
  const match = /^([^\s,]+)[\s,]+(.*)$/.exec(text);
  if (match === null) header[text] = '';
  else header[match[1]] = match[2].trim();
}
