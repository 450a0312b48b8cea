import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readJsonObject } from '../bids/sidecar.ts';
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
 * Reads BIDS eye-tracking (BIDS 1.11, "Eye tracking"): one `_physio.tsv.gz` per eye without a header, its columns,
 * start and rate in the JSON beside it; events of the tracker in `_physioevents.tsv.gz` where that is there.
 * @throws UserError `file.*`, `json.unreadable`, `eyetracking.no-sidecar`, `eyetracking.no-column`
 */
export async function readBidsPhysio(path: string): Promise<EyeRecording> {
  const file = basename(path);
  const sidecarPath = path.replace(/\.tsv(\.gz)?$/i, '.json');
  if (!(await exists(sidecarPath))) {
    throw new UserError(
      'eyetracking.no-sidecar',
      `${file} needs its JSON file beside it, which names its columns.`,
      { file },
    );
  }
  const sidecar = await readJsonObject(sidecarPath);
  const columns = Array.isArray(sidecar.Columns) ? sidecar.Columns.map(String) : [];
  const rows = (await readText(path)).text
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
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
    screen: screenOf(sidecar),
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

async function readEvents(
  path: string,
  eye: Eye,
  factor: number,
): Promise<{ events: EyeEvent[]; messages: EyeMessage[] }> {
  const eventsPath = path.replace(/_physio\.tsv/i, '_physioevents.tsv');
  const events: EyeEvent[] = [];
  const messages: EyeMessage[] = [];
  if (!(await exists(eventsPath))) return { events, messages };
  const sidecarPath = eventsPath.replace(/\.tsv(\.gz)?$/i, '.json');
  const sidecar = (await exists(sidecarPath)) ? await readJsonObject(sidecarPath) : {};
  const columns = Array.isArray(sidecar.Columns)
    ? sidecar.Columns.map(String)
    : ['onset', 'duration', 'trial_type', 'blink', 'message'];
  const cell = (row: readonly string[], name: string): string => row[columns.indexOf(name)] ?? '';
  for (const line of (await readText(eventsPath)).text.split(/\r\n|\n|\r/)) {
    if (line.trim() === '') continue;
    const row = line.split('\t');
    const onset = number(cell(row, 'onset')) * factor;
    const type = cell(row, 'trial_type');
    const text = cell(row, 'message');
    const end = onset + (number(cell(row, 'duration')) || 0) * (factor === 1000 ? 1000 : 1);
    if (type === 'fixation' || type === 'saccade') {
      const kind = type === 'saccade' && cell(row, 'blink') === '1' ? 'blink' : type;
      events.push(eyeEvent({ kind, eye, start: onset, end }));
    } else if (text !== '' && text !== 'n/a') messages.push({ time: onset, kind: 'message', text });
  }
  return { events, messages };
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
