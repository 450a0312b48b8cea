import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { headerText, type LineFile, openLineFile } from '../text/line-file.ts';
import { countCells, scanCellBytes } from './cells.ts';
import {
  fullMask,
  leadingNumber,
  type PressurePart,
  type PressureRecording,
  parsePressureUnit,
} from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';

/** A pedar or pliance recording, with what its text says beside the values. */
export interface NovelRecording extends PressureRecording {
  readonly format: 'novel-pedar' | 'novel-pliance';
  /** The first five lines as they stand. */
  readonly head: readonly string[];
  /** Numbers over the columns, without the time's. */
  readonly sensors: readonly string[];
  /** Seconds of every row as written. */
  readonly rowTimes: Float64Array;
  /** Lines after the table that hold something (MVP and MPP rows, force and centre of pressure). */
  readonly linesAfter: readonly string[];
}

interface Scan {
  head: string[];
  header: Record<string, string>;
  sensors: string[];
  spans: { start: number; end: number }[];
  times: number[];
  linesAfter: string[];
  /** Numbers have decimal commas. */
  comma: boolean;
}

/**
 * Opens a novel .asc export: insoles (pedar; 99 sensors left, then 99 right) or a mat (pliance, under "electrical:").
 * The table ends at the first line that is no row of it. Where sensors lie is not in these files: pedar's stay
 * numbered; pliance's electrical numbers are folded into rows where they run in equal, equally spaced stretches.
 * @throws UserError `file.*`, `pressure.damaged`
 */
export async function openNovelAsc(path: string): Promise<NovelRecording> {
  const file = await openLineFile(path);
  try {
    return build(file, await scan(file));
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

function build(file: LineFile, found: Scan): NovelRecording {
  const { path } = file;
  const { header, sensors, spans } = found;
  if (sensors.length === 0 || spans.length === 0) throw damagedPressure(path, 'it has no table of values');
  const numbers = sensors.map(Number);
  const half = sensors.length / 2;
  const insoles = sensors.length % 2 === 0 && numbers[0] === numbers[half];
  const grid = insoles ? null : foldElectrical(numbers);
  const rows = insoles ? 2 : (grid?.rows ?? 1);
  const cols = insoles ? half : (grid?.cols ?? sensors.length);
  checkFrameSize(path, rows, cols);
  const times = Float64Array.from(found.times);
  const rate = leadingNumber(header['scanning rate [Hz]'] ?? '');
  const insole = (name: 'left' | 'right', row: number): PressurePart => ({
    name: `${name} insole`,
    side: name,
    row,
    col: 0,
    rows: 1,
    cols,
  });
  const unit = /pressure values in\s+(\S+)/i.exec(header.values ?? '');
  return {
    format: insoles || sensors.length === INSOLE ? 'novel-pedar' : 'novel-pliance',
    path,
    rows,
    cols,
    frameCount: spans.length,
    placed: grid !== null,
    cellSize: null,
    cellArea: null,
    unit: unit === null ? 'unknown' : parsePressureUnit(unit[1]),
    rate: rate > 0 ? rate : null,
    times: times.map((time) => time - times[0]),
    mask: fullMask(rows * cols),
    saturation: null,
    parts: insoles
      ? [insole('left', 0), insole('right', 1)]
      : [{ name: header['mat type'] ?? 'mat', side: null, row: 0, col: 0, rows, cols }],
    corruptFrames: [],
    header,
    notices: [placement(path, grid !== null, rows, cols)],
    head: found.head,
    sensors,
    rowTimes: times,
    linesAfter: found.linesAfter,
    frame: async (index) => {
      const values = new Float32Array(sensors.length + 1);
      const { count, bad } = scanCellBytes(
        await file.bytes(spans[index].start, spans[index].end),
        values,
        0,
        found.comma,
      );
      if (count !== values.length || bad > 0)
        throw damagedPressure(path, `row ${index + 1} of its table is incomplete`);
      return values.slice(1);
    },
    close: () => file.close(),
  };
}

/** Sensors of one pedar insole. */
const INSOLE = 99;

function placement(path: string, folded: boolean, rows: number, cols: number): Notice {
  const file = basename(path);
  return folded
    ? {
        level: 'info',
        code: 'pressure.folded',
        message: `The sensors of ${file} are laid out as ${rows} rows of ${cols} by their electrical numbers; the mat's own map is not in the file.`,
        params: { file, rows, cols },
      }
    : {
        level: 'warning',
        code: 'pressure.not-placed',
        message: `${file} numbers its sensors and does not say where they lie: areas and centre of pressure need the sensor's map.`,
        params: { file },
      };
}

/** Rows of a mat whose electrical numbers run in stretches of one length at one distance; null otherwise. */
function foldElectrical(numbers: readonly number[]): { rows: number; cols: number } | null {
  const starts = numbers.flatMap((number, at) => (at === 0 || number !== numbers[at - 1] + 1 ? [at] : []));
  const cols = starts.length > 1 ? starts[1] : 0;
  if (cols < 2 || numbers.length % cols !== 0) return null;
  const step = numbers[starts[1]] - numbers[0];
  const regular = starts.every((at, row) => at === row * cols && numbers[at] === numbers[0] + row * step);
  return regular && starts.length * cols === numbers.length ? { rows: starts.length, cols } : null;
}

async function scan(file: LineFile): Promise<Scan> {
  const found: Scan = {
    head: [],
    header: {},
    sensors: [],
    spans: [],
    times: [],
    linesAfter: [],
    comma: false,
  };
  let ended = false;
  for await (const batch of file.batches()) {
    for (const { text, start, end } of batch) {
      if (found.head.length < 5) found.head.push(headerText(text));
      if (found.sensors.length === 0) {
        if (/^\s*time\s*\[/i.test(text)) found.sensors = text.trim().split(/\s+/).slice(1);
        else addHeader(found.header, headerText(text));
        continue;
      }
      if (found.spans.length === 0) found.comma = /\d,\d/.test(text);
      const { count, bad } = ended ? { count: 0, bad: 1 } : countCells(text, found.comma);
      if (!ended && bad === 0 && count === found.sensors.length + 1) {
        found.spans.push({ start, end });
        found.times.push(leadingNumber(text));
      } else {
        if (found.spans.length > 0) ended = true;
        if (text.trim() !== '') found.linesAfter.push(headerText(text).trim());
      }
    }
  }
  return found;
}

/** Lines hold `name: value` pairs, several a line behind tabs or blanks; "pressure values in kPa" has no colon. */
function addHeader(header: Record<string, string>, line: string): void {
  if (/^pressure values/i.test(line.trim())) header.values = line.trim();
  const pair =
    /((?:file name|date\/time|sensor type|mat type|total times? \[secs\]|time per frame \[secs\]|scanning rate \[Hz\]|left insole|right insole)):?\s*(.*?)\s*(?=(?:date\/time|time per frame|scanning rate|$))/gi;
  for (const [, name, value] of line.matchAll(pair)) header[name] = value;
}
