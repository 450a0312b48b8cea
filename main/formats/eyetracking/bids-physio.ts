import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { sidecarsAbove } from '../bids/inheritance.ts';
import { readText } from '../text/decode-text.ts';
import {
  type Eye,
  type EyeEvent,
  type EyeMessage,
  type EyeRecording,
  eyeEvent,
  type GazeUnit,
} from './recording.ts';

/** Whether a file is named as BIDS names eye-tracking: `…_recording-eye1_physio.tsv.gz`. */
export function isBidsEyetracking(path: string): boolean {
  return /_recording-eye\w*_physio\.tsv(\.gz)?$/i.test(path);
}

/**
 * Reads BIDS eye-tracking (BIDS 1.11, "Eye tracking"): one `_physio.tsv.gz` per eye without a header; its columns, start
 * and rate in JSON files beside it or above it by inheritance; events of the tracker in `_physioevents.tsv.gz` where
 * that is there. The first eye brings along the others that were sampled with it.
 * @throws UserError `file.*`, `json.unreadable`, `eyetracking.no-sidecar`, `eyetracking.no-column`
 */
export async function readBidsPhysio(path: string): Promise<EyeRecording> {
  const first = await readEye(path);
  const others: EyeRecording[] = [];
  for (const other of await laterEyes(path)) others.push(await readEye(other));
  const apart = others.filter(({ samples }) => !sameTimes(samples.time, first.samples.time));
  const joined = others.filter((one) => !apart.includes(one));
  const eyes = [first, ...joined];
  return {
    ...first,
    eyes: eyes.flatMap((one) => one.eyes),
    samples: { ...first.samples, eyes: eyes.flatMap(({ samples }) => samples.eyes) },
    events: eyes.flatMap(({ events }) => events).sort((a, b) => a.start - b.start),
    blocks: first.blocks.map((block) => ({ ...block, eyes: eyes.flatMap((one) => one.eyes) })),
    notices: apart.map(({ path: other }) => ({
      level: 'warning' as const,
      code: 'eyetracking.other-clock',
      message: `${basename(other)} was not sampled at the same times as ${basename(path)}: import it as a recording of its own.`,
      params: { file: basename(other), first: basename(path) },
    })),
  };
}

/** Files of the eyes after the first one, where the path is that of the first. */
async function laterEyes(path: string): Promise<string[]> {
  const parts = /^(.*_recording-eye)1(_physio\.tsv(?:\.gz)?)$/i.exec(path);
  if (parts === null) return [];
  const found: string[] = [];
  for (let eye = 2; await exists(`${parts[1]}${eye}${parts[2]}`); eye++)
    found.push(`${parts[1]}${eye}${parts[2]}`);
  return found;
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  return (
    a.length === b.length &&
    a.every((time, at) => Math.abs(time - b[at]) < 1e-6 * Math.max(1, Math.abs(time)))
  );
}

async function readEye(path: string): Promise<EyeRecording> {
  const file = basename(path);
  const sidecar = await sidecarsAbove(path);
  if (sidecar === null) {
    throw new UserError(
      'eyetracking.no-sidecar',
      `${file} needs its JSON file beside it, which names its columns.`,
      { file },
    );
  }
  const columns = Array.isArray(sidecar.Columns) ? sidecar.Columns.map(String) : [];
  const rows = await rowsOf(path);
  const take = (name: string): Float64Array | null => {
    const at = columns.indexOf(name);
    return at < 0 ? null : Float64Array.from(rows, (row) => number(row[at]));
  };
  const [x, y] = [take('x_coordinate'), take('y_coordinate')];
  if (x === null || y === null) {
    throw new UserError('eyetracking.no-column', `${file} has no column “x_coordinate”.`, {
      file,
      column: 'x_coordinate',
    });
  }
  const rate = typeof sidecar.SamplingFrequency === 'number' ? sidecar.SamplingFrequency : null;
  const start = typeof sidecar.StartTime === 'number' ? sidecar.StartTime : 0;
  const stamps = take('timestamp');
  const factor = millisecondsOf(sidecar.timestamp);
  const time =
    stamps === null
      ? Float64Array.from(rows, (_, index) => (start + index / (rate ?? 1)) * 1000)
      : stamps.map((stamp) => stamp * factor);
  const eye = eyeOf(sidecar.RecordedEye);
  const { events, messages } = await readEvents(path, eye, factor);
  return {
    format: 'bids-physio',
    path,
    eyes: [eye],
    unit: unitOf(sidecar.x_coordinate),
    origin: 'top-left',
    screen: screenOf(sidecar) ?? screenOf((await sidecarsAbove(eventsOf(path))) ?? {}),
    rate,
    samples: { count: rows.length, time, eyes: [{ eye, x, y, pupil: take('pupil_size') }], extra: {} },
    events,
    messages,
    blocks:
      rows.length === 0
        ? []
        : [
            {
              start: time[0],
              end: time[time.length - 1],
              eyes: [eye],
              rate,
              firstSample: 0,
              sampleCount: rows.length,
            },
          ],
    header: Object.fromEntries(
      Object.entries(sidecar).flatMap(([key, value]) =>
        ['string', 'number'].includes(typeof value) ? [[key, String(value)]] : [],
      ),
    ),
    notices: [],
  };
}

async function rowsOf(path: string): Promise<string[][]> {
  return (await readText(path)).text
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

async function readEvents(
  path: string,
  eye: Eye,
  factor: number,
): Promise<{ events: EyeEvent[]; messages: EyeMessage[] }> {
  const eventsPath = path.replace(/_physio\.tsv/i, '_physioevents.tsv');
  const events: EyeEvent[] = [];
  const messages: EyeMessage[] = [];
  if (!(await exists(eventsPath))) return { events, messages };
  const sidecar = (await sidecarsAbove(eventsPath)) ?? {};
  const columns = Array.isArray(sidecar.Columns)
    ? sidecar.Columns.map(String)
    : ['onset', 'duration', 'trial_type', 'blink', 'message'];
  const cell = (row: readonly string[], name: string): string => row[columns.indexOf(name)] ?? '';
  const rows = await rowsOf(eventsPath);
  const kindOf = (row: readonly string[]): EyeEvent['kind'] | null => {
    const type = cell(row, 'trial_type');
    if (type === 'blink' || (type === 'saccade' && cell(row, 'blink') === '1')) return 'blink';
    return type === 'fixation' || type === 'saccade' ? type : null;
  };
  const lengths = rows.flatMap((row) => (kindOf(row) === 'fixation' ? number(cell(row, 'duration')) : []));
  const unit = durationUnit(sidecar.duration, lengths);
  for (const row of rows) {
    const start = number(cell(row, 'onset')) * factor;
    const kind = kindOf(row);
    const text = cell(row, 'message');
    if (kind !== null) {
      events.push(
        eyeEvent({
          kind,
          eye,
          start,
          end: start + (number(cell(row, 'duration')) || 0) * unit,
          x: number(cell(row, 'x_coordinate')),
          y: number(cell(row, 'y_coordinate')),
          endX: number(cell(row, 'end_x_coordinate')),
          endY: number(cell(row, 'end_y_coordinate')),
          amplitude: number(cell(row, 'amplitude')),
          peakVelocity: number(cell(row, 'peak_velocity')),
          pupil: number(cell(row, 'pupil_size')),
        }),
      );
    } else if (text !== '' && text !== 'n/a') messages.push({ time: start, kind: 'message', text });
  }
  return { events, messages };
}

/**
 * Milliseconds of one unit of duration. BIDS counts seconds, yet converters write the tracker's milliseconds: where the
 * sidecar does not say, fixations tell, which never last 10 s nor 10 ms in the middle of them.
 */
function durationUnit(description: unknown, lengths: readonly number[]): number {
  if (typeof description === 'object' && description !== null && 'Units' in description)
    return millisecondsOf(description);
  const sorted = lengths.filter(Number.isFinite).sort((a, b) => a - b);
  return (sorted[sorted.length >> 1] ?? 0) > 10 ? 1 : 1000;
}

function number(cell: string | undefined): number {
  return cell === undefined || cell === '' || cell === 'n/a' ? Number.NaN : Number(cell);
}

/** Timestamps are the device's own: milliseconds unless the description says seconds or less. */
function millisecondsOf(description: unknown): number {
  const units =
    typeof description === 'object' && description !== null && 'Units' in description
      ? String(description.Units)
      : 'ms';
  return /^(s|second)/i.test(units)
    ? 1000
    : /^(us|µs|micro)/i.test(units)
      ? 1e-3
      : /^(ns|nano)/i.test(units)
        ? 1e-6
        : 1;
}

function unitOf(description: unknown): GazeUnit {
  const units =
    typeof description === 'object' && description !== null && 'Units' in description
      ? String(description.Units)
      : 'pixel';
  if (/^(px|pix)/i.test(units)) return 'px';
  return /^(deg|dva)/i.test(units)
    ? 'deg'
    : /^mm/i.test(units)
      ? 'mm'
      : /norm|^1$/i.test(units)
        ? 'norm'
        : 'unknown';
}

function eyeOf(word: unknown): Eye {
  return word === 'left' || word === 'right' ? word : 'cyclopean';
}

/** The events of the task beside a recording: their JSON files describe the screen. */
function eventsOf(path: string): string {
  return path.replace(/_recording-[^_]+_physio\.tsv(\.gz)?$/i, '_events.tsv');
}

function screenOf(sidecar: Readonly<Record<string, unknown>>): { width: number; height: number } | null {
  const presentation = sidecar.StimulusPresentation;
  const size =
    typeof presentation === 'object' && presentation !== null && 'ScreenResolution' in presentation
      ? presentation.ScreenResolution
      : null;
  return Array.isArray(size) && size.length === 2
    ? { width: Number(size[0]), height: Number(size[1]) }
    : null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
