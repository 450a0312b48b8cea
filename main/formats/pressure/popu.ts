import { type JsonObject, parseJsonObject } from '../bids/sidecar.ts';
import { release } from '../release.ts';
import { readWhole } from '../source.ts';
import { scanCellBytes } from './cells.ts';
import { fullMask, type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';

/** A recording of the PoPu dataset, with who lay how. */
export interface PopuRecording extends PressureRecording {
  readonly format: 'popu';
  /** "tactilus" (over the mattress) or "sensomatt" (under it). */
  readonly sheet: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/**
 * Opens a PoPu JSON file: `<sheet>_rows`, `<sheet>_columns` and snapshots, each with a flat row-major list.
 * @throws UserError `file.*`, `json.unreadable`, `pressure.damaged`
 */
export async function openPopu(path: string): Promise<PopuRecording> {
  const { content, lists } = await readWithLists(path);
  const sheet = Object.keys(content).flatMap((key) => /^(\w+)_rows$/.exec(key)?.[1] ?? [])[0] ?? '';
  const rows = Number(content[`${sheet}_rows`]);
  const cols = Number(content[`${sheet}_columns`]);
  checkFrameSize(path, rows, cols);
  const snapshots = content.snapshots;
  if (typeof snapshots !== 'object' || snapshots === null) throw damagedPressure(path, 'it has no snapshots');
  const frames = Object.entries(snapshots)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([name, snapshot]: [string, unknown]) => {
      const readings = isRecord(snapshot) ? snapshot[`${sheet}_readings`] : undefined;
      const frame = lists[isRecord(readings) ? Number(readings.list) : -1] ?? valuesOf(readings);
      if (frame?.length !== rows * cols) {
        throw damagedPressure(path, `snapshot ${name} does not have ${rows * cols} readings`);
      }
      return frame;
    });
  if (frames.length === 0) throw damagedPressure(path, 'it has no snapshots');
  const details = Object.fromEntries(
    Object.entries(content).filter((entry): entry is [string, string | number] =>
      ['string', 'number'].includes(typeof entry[1]),
    ),
  );
  return {
    format: 'popu',
    path,
    rows,
    cols,
    frameCount: frames.length,
    placed: true,
    cellSize: null,
    cellArea: null,
    unit: 'raw',
    rate: null,
    times: null,
    mask: fullMask(rows * cols),
    saturation: null,
    parts: [wholePart(sheet, rows, cols)],
    corruptFrames: [],
    header: Object.fromEntries(Object.entries(details).map(([key, value]) => [key, String(value)])),
    notices: [],
    sheet,
    details,
    frame: async (index) => frames[index].slice(),
    close: async () => {},
  };
}

const READINGS = Buffer.from('_readings"');

/**
 * The file's content with each list of readings taken out and `{"list": number}` in its place: as lists of JavaScript
 * they take ten times the memory of their values. A list that holds anything but plain numbers stays.
 */
async function readWithLists(path: string): Promise<{ content: JsonObject; lists: Float32Array[] }> {
  const { buffer, byteOffset, byteLength } = await readWhole(path);
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const lists: Float32Array[] = [];
  const texts: string[] = [];
  let done = 0;
  for (let at = bytes.indexOf(READINGS); at >= 0; at = bytes.indexOf(READINGS, at + 1)) {
    const start = bytes.indexOf('[', at);
    const end = bytes.indexOf(']', start);
    if (start < 0 || end < 0) break;
    if (!/^"\s*:\s*$/.test(bytes.toString('latin1', at + READINGS.length - 1, Math.min(start, at + 64))))
      continue;
    const list = plainNumbers(bytes.subarray(start + 1, end));
    if (list === null) continue;
    texts.push(bytes.toString('utf8', done, start), `{"list":${lists.length}}`);
    lists.push(list);
    done = end + 1;
  }
  texts.push(bytes.toString('utf8', done));
  release(bytes);
  return { content: parseJsonObject(texts.join(''), path), lists };
}

const COMMA = 44;

/** Whole numbers between commas; null where there is anything else. */
function plainNumbers(bytes: Uint8Array): Float32Array | null {
  let commas = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at];
    if (code === COMMA) commas += 1;
    else if (code > 32 && (code < 48 || code > 57)) return null;
  }
  const values = new Float32Array(commas + 1);
  const { count } = scanCellBytes(bytes, values);
  return count === commas + 1 ? values : null;
}

function valuesOf(readings: unknown): Float32Array | null {
  if (!Array.isArray(readings)) return null;
  return Float32Array.from(readings, (value) => (typeof value === 'number' ? value : Number.NaN));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
