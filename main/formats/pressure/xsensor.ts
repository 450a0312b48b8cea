import { UserError } from '../../core/errors.ts';
import { headerText, type LineFile, openLineFile } from '../text/line-file.ts';
import { scanCellBytes } from './cells.ts';
import {
  fullMask,
  leadingNumber,
  type PressurePart,
  type PressureRecording,
  type PressureUnit,
  parsePressureUnit,
} from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';

interface SensorBlock {
  readonly name: string;
  readonly values: Record<string, string>;
  readonly spans: { start: number; end: number }[];
}

interface FrameBlock {
  readonly number: number;
  time: string;
  readonly sensors: SensorBlock[];
}

/**
 * Opens an XSENSOR .csv export. Frames hold one block per sensor (often two feet) with their own statistics, then
 * groups of cells, which repeat cells of the grids and are left out. Blank rows between all lines are a habit of
 * the exporter. Several sensors stand beside each other in a frame, as `parts` tells.
 * @throws UserError `file.*`, `pressure.damaged`
 */
export async function openXsensor(path: string): Promise<PressureRecording> {
  const file = await openLineFile(path);
  try {
    return build(file, await scan(file));
  } catch (thrown) {
    await file.close();
    throw thrown instanceof UserError || !(thrown instanceof TypeError)
      ? thrown
      : damagedPressure(path, thrown.message);
  }
}

function build(
  file: LineFile,
  found: { header: Record<string, string>; frames: FrameBlock[] },
): PressureRecording {
  const { path } = file;
  const { header, frames } = found;
  const first = frames[0];
  if (first === undefined || first.sensors.length === 0) throw damagedPressure(path, 'it has no frames');
  const parts: PressurePart[] = [];
  let cols = 0;
  let rows = 0;
  for (const sensor of first.sensors) {
    const size = { rows: Number(sensor.values.Rows), cols: Number(sensor.values.Columns) };
    checkFrameSize(path, size.rows, size.cols);
    parts.push({ name: sensor.name, side: sideOf(sensor.name), row: 0, col: cols, ...size });
    cols += size.cols;
    rows = Math.max(rows, size.rows);
  }
  checkFrameSize(path, rows, cols);
  const mask = new Uint8Array(rows * cols);
  for (const part of parts) {
    for (let row = 0; row < part.rows; row++)
      mask.fill(1, row * cols + part.col, row * cols + part.col + part.cols);
  }
  const whole = frames.filter(
    ({ sensors }) =>
      sensors.length === parts.length && sensors.every(({ spans }, at) => spans.length === parts[at].rows),
  );
  if (whole.length === 0) throw damagedPressure(path, 'no frame is whole');
  const size = {
    width: extent(first.sensors[0], 'Width'),
    height: extent(first.sensors[0], 'Height'),
  };
  const times = frameTimes(whole);
  return {
    format: 'xsensor',
    path,
    rows,
    cols,
    frameCount: whole.length,
    placed: true,
    cellSize: size.width > 0 && size.height > 0 ? size : null,
    cellArea: null,
    unit: unitOf(header, first.sensors[0]),
    rate: times === null || times.length < 2 ? null : medianRate(times),
    times,
    mask: mask.every((one) => one === 1) ? fullMask(rows * cols) : mask,
    saturation: null,
    parts,
    corruptFrames: [],
    header,
    notices:
      whole.length === frames.length
        ? []
        : [
            {
              level: 'warning',
              code: 'pressure.frames-left-out',
              message: `${frames.length - whole.length} frames are incomplete and were left out.`,
              params: { count: frames.length - whole.length },
            },
          ],
    frame: (index) => readFrame(file, whole[index], parts, rows, cols),
    close: () => file.close(),
  };
}

async function readFrame(
  file: LineFile,
  frame: FrameBlock,
  parts: readonly PressurePart[],
  rows: number,
  cols: number,
): Promise<Float32Array> {
  const values = new Float32Array(rows * cols).fill(Number.NaN);
  for (const [index, part] of parts.entries()) {
    const line = new Float32Array(part.cols);
    for (const [row, { start, end }] of frame.sensors[index].spans.entries()) {
      const { count, bad } = scanCellBytes(plainCells(await file.bytes(start, end)), line);
      if (count < part.cols || bad > 0)
        throw damagedPressure(file.path, `row ${row + 1} of frame ${frame.number} is incomplete`);
      values.set(line, row * cols + part.col);
    }
  }
  return values;
}

/** "Units:" of the head, else what stands behind a sensor's peak, "Peak Pressure (mmHg)". */
function unitOf(header: Readonly<Record<string, string>>, { values }: SensorBlock): PressureUnit {
  const peak = Object.keys(values).find((key) => key.startsWith('Peak Pressure')) ?? '';
  return parsePressureUnit(header.Units ?? values.Units ?? /\(([^)]*)\)/.exec(peak)?.[1] ?? '');
}

const QUOTE = 34;

/** Cells that stand in quotes for their decimal commas, without both. */
function plainCells(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(QUOTE)) return bytes;
  const text = Buffer.from(bytes).toString('latin1');
  return Buffer.from(
    text.replace(/"([^"]*)"/g, (_, cell: string) => cell.replace(',', '.')),
    'latin1',
  );
}

/** Millimetres of "Sensel Width (cm)" or "(in)"; NaN where there is none. */
function extent({ values }: SensorBlock, side: 'Width' | 'Height'): number {
  const [name, text] = Object.entries(values).find(([key]) => key.startsWith(`Sensel ${side}`)) ?? ['', ''];
  return leadingNumber(text) * (/\(in/i.test(name) ? 25.4 : /\(mm/i.test(name) ? 1 : 10);
}

function sideOf(name: string): 'left' | 'right' | null {
  if (/\bLF\b|-LF\b|left/i.test(name)) return 'left';
  return /\bRF\b|-RF\b|right/i.test(name) ? 'right' : null;
}

/** Seconds of day of "08:21:17.982", made to run on over midnight; null where a frame has no time. */
function frameTimes(frames: readonly FrameBlock[]): Float64Array | null {
  const seconds = frames.map(({ time }) => {
    const match = /(\d+):(\d+):([\d.]+)/.exec(time);
    return match === null ? Number.NaN : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  });
  if (seconds.some(Number.isNaN)) return null;
  let days = 0;
  return Float64Array.from(seconds, (second, at) => {
    if (at > 0 && second < seconds[at - 1] - 43_200) days += 86_400;
    return second + days - seconds[0];
  });
}

/** Frames a second by the median interval. */
function medianRate(times: Float64Array): number | null {
  const steps = Array.from(times.subarray(1), (time, at) => time - times[at]).sort((a, b) => a - b);
  const median = steps[steps.length >> 1];
  return median > 0 ? 1 / median : null;
}

async function scan(file: LineFile): Promise<{ header: Record<string, string>; frames: FrameBlock[] }> {
  const header: Record<string, string> = {};
  const frames: FrameBlock[] = [];
  let frame: FrameBlock | null = null;
  let sensor: SensorBlock | null = null;
  let rowsLeft = 0;
  let inGroup = false;
  for await (const batch of file.batches()) {
    for (const { text, start, end } of batch) {
      if (/^[\s,;"]*$/.test(text)) continue;
      if (rowsLeft > 0 && sensor !== null && /^"?[\d.\s-]/.test(text)) {
        sensor.spans.push({ start, end });
        rowsLeft -= 1;
        continue;
      }
      const [name, value = ''] = splitPair(headerText(text));
      const key = name.replace(/:$/, '');
      const mark = key.toUpperCase();
      if (mark === 'FRAME') {
        frame = { number: Number(value), time: '', sensors: [] };
        frames.push(frame);
        sensor = null;
        inGroup = false;
      } else if (frame === null) header[key] = value;
      else if (mark === 'SENSOR' || (mark === 'ROWS' && sensor === null && !inGroup)) {
        // A mat that is the only one may have no name.
        sensor = {
          name: mark === 'ROWS' ? 'mat' : value,
          values: mark === 'ROWS' ? { Rows: value } : {},
          spans: [],
        };
        frame.sensors.push(sensor);
      } else if (mark === 'GROUP') {
        sensor = null;
        inGroup = true;
      } else if (mark === 'SENSELS') rowsLeft = sensor === null ? 0 : Number(sensor.values.Rows);
      else if (mark === 'TIME' && sensor === null) frame.time = value;
      else if (sensor !== null) sensor.values[key] = value;
    }
  }
  return { header, frames };
}

function splitPair(line: string): [string, string] {
  const at = line.indexOf(',');
  if (at < 0) return [line.trim(), ''];
  return [
    line.slice(0, at).trim(),
    line
      .slice(at + 1)
      .replace(/,+\s*$/, '')
      .replaceAll('"', '')
      .trim(),
  ];
}
