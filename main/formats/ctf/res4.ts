import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';

/** One channel of a .res4 file. */
export interface CtfChannel {
  readonly name: string;
  /** 0 reference magnetometer, 1 reference gradiometer, 5 MEG, 9 EEG, 11 stimulus, others. */
  readonly sensor: number;
  readonly properGain: number;
  readonly qGain: number;
  /** Order of the software gradiometer, 0 to 3. */
  readonly grade: number;
  /** Metres in CTF device coordinates for MEG, CTF head coordinates for EEG. */
  readonly position: readonly [number, number, number];
  readonly normal: readonly [number, number, number];
}

/** What a .res4 file says (CTF MEG File Formats, PN900-0088; mne/io/ctf/res4.py). */
export interface Res4 {
  readonly samplesPerTrial: number;
  readonly sfreq: number;
  readonly trials: number;
  readonly preTrigger: number;
  readonly date: string;
  readonly time: string;
  readonly operator: string;
  readonly highpass: number | null;
  readonly lowpass: number | null;
  readonly channels: readonly CtfChannel[];
  /** Kinds of compensation coefficients. */
  readonly compensations: number;
}

const RUN_DESCRIPTION = 1844;
const CHANNEL_BYTES = 1328;
const COMPENSATION_BYTES = 1992;

/** @returns the refusal of a file that contradicts itself; `what` names the place */
export function damagedCtf(path: string, what: string): UserError {
  const file = basename(path);
  return new UserError(
    'ctf.damaged',
    `${file} is a damaged CTF recording: ${what}. Copy the whole folder again.`,
    {
      file,
      what,
    },
  );
}

/** Parses a .res4 file. @throws UserError `ctf.damaged` */
export function parseRes4(bytes: Uint8Array, path: string): Res4 {
  const magic = Buffer.from(bytes.subarray(0, 7)).toString('latin1');
  if (!/^MEG4[0-9]RS$/.test(magic))
    throw damagedCtf(path, 'its .res4 file does not begin with MEG41RS or MEG42RS');
  if (bytes.length < RUN_DESCRIPTION + 2) throw damagedCtf(path, 'its .res4 file is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number, length: number): string => {
    const part = bytes.subarray(at, at + length);
    const end = part.indexOf(0);
    return Buffer.from(end < 0 ? part : part.subarray(0, end)).toString('utf8');
  };
  const times = [text(778, 255), text(1033, 255)];
  // Some systems have swapped date and time.
  const [time, date] = times[0].includes('/') && times[1].includes(':') ? [times[1], times[0]] : times;
  const channelCount = view.getInt16(1292);
  const filterStart = RUN_DESCRIPTION + Math.max(0, view.getInt32(1836));
  const filters = parseFilters(view, filterStart, path);
  const names = filters.end;
  const table = names + 32 * channelCount;
  const end = table + CHANNEL_BYTES * channelCount;
  if (channelCount < 1 || end + 2 > bytes.length) {
    throw damagedCtf(path, `its .res4 file announces ${channelCount} channels and ends before them`);
  }
  const header = {
    samplesPerTrial: view.getInt32(1288),
    sfreq: view.getFloat64(1296),
    trials: view.getInt16(1312),
    preTrigger: view.getInt32(1316),
  };
  if (!(header.samplesPerTrial > 0) || !(header.sfreq > 0))
    throw damagedCtf(path, 'it has no samples or no rate');
  return {
    ...header,
    date,
    time,
    operator: text(1744, 32),
    highpass: filters.highpass,
    lowpass: filters.lowpass,
    channels: Array.from({ length: channelCount }, (_, index) => ({
      name: text(names + 32 * index, 32).slice(0, 15),
      ...parseChannel(view, table + CHANNEL_BYTES * index),
    })),
    compensations: countCompensations(view, end),
  };
}

function parseFilters(
  view: DataView,
  start: number,
  path: string,
): { highpass: number | null; lowpass: number | null; end: number } {
  let [highpass, lowpass]: (number | null)[] = [null, null];
  if (start + 2 > view.byteLength) throw damagedCtf(path, 'its .res4 file is cut off');
  const count = view.getInt16(start);
  let at = start + 2;
  for (let index = 0; index < count; index++) {
    if (at + 18 > view.byteLength) throw damagedCtf(path, 'its .res4 file is cut off');
    const frequency = view.getFloat64(at);
    const type = view.getInt32(at + 12);
    if (type === 1) lowpass = frequency;
    if (type === 2) highpass = frequency;
    at += 18 + 8 * Math.max(0, view.getInt16(at + 16));
  }
  return { highpass, lowpass, end: at };
}

function parseChannel(view: DataView, at: number): Omit<CtfChannel, 'name'> {
  const triple = (from: number, scale: number): [number, number, number] => [
    view.getFloat64(from) * scale,
    view.getFloat64(from + 8) * scale,
    view.getFloat64(from + 16) * scale,
  ];
  return {
    sensor: view.getInt16(at),
    properGain: view.getFloat64(at + 8),
    qGain: view.getFloat64(at + 16),
    grade: view.getInt16(at + 42),
    // Centimetres.
    position: triple(at + 48, 0.01),
    normal: triple(at + 48 + 32, 1),
  };
}

function countCompensations(view: DataView, at: number): number {
  const count = Math.min(view.getInt16(at), Math.floor((view.byteLength - at - 2) / COMPENSATION_BYTES));
  const kinds = new Set<number>();
  for (let index = 0; index < count; index++)
    kinds.add(view.getInt32(at + 2 + index * COMPENSATION_BYTES + 32));
  return kinds.size;
}
