import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { cellNumber, type DelimitedTable } from '../table/delimited.ts';
import type { GazeMapping, TimeUnit } from './gaze-mapping.ts';
import {
  type Eye,
  type EyeBlock,
  type EyeChannel,
  type EyeEvent,
  type EyeMessage,
  type EyeRecording,
  eyeEvent,
  noSamples,
  sampleClock,
} from './recording.ts';
import { unitOfName } from './vendor-mappings.ts';

/** Milliseconds of one unit. */
const milliseconds: Record<TimeUnit, number> = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/**
 * Makes a recording of a table of gaze samples or fixations under a mapping of its columns. Cells that are empty,
 * ".", or words are missing values; so are samples that the tracker calls invalid or unsure.
 * @throws UserError `eyetracking.no-column` where the mapping names a column that is not there
 */
export function gazeFromTable(path: string, table: DelimitedTable, mapping: GazeMapping): EyeRecording {
  const file = basename(path);
  const column = (name: string): number => {
    const at = table.columns.indexOf(name);
    if (at < 0)
      throw new UserError('eyetracking.no-column', `${file} has no column “${name}”.`, {
        file,
        column: name,
      });
    return at;
  };
  const { decimal } = table.dialect;
  const told = clock(table, mapping.time === null ? null : column(mapping.time), mapping.timeUnit);
  const times = mapping.format === 'gazepoint' ? steadyClock(table, told) : told;
  const rows = sampleRows(table, mapping, times, column);
  const channels = mapping.eyes.map((eye): EyeChannel => {
    const [x, y] = [column(eye.x), column(eye.y)];
    const pupil = eye.pupil === null ? null : column(eye.pupil);
    const valid =
      eye.validity === null ? null : { at: column(eye.validity.column), words: new Set(eye.validity.valid) };
    const sure =
      mapping.confidence === null
        ? null
        : { at: column(mapping.confidence.column), least: mapping.confidence.least };
    const usable = (row: readonly string[]): boolean =>
      (valid === null || row[valid.at] === '' || valid.words.has(row[valid.at])) &&
      (sure === null || cellNumber(row[sure.at], decimal) >= sure.least);
    const take = (at: number): Float64Array =>
      Float64Array.from(rows, (index) =>
        usable(table.rows[index]) ? cellNumber(table.rows[index][at], decimal) : Number.NaN,
      );
    return { eye: eye.eye, x: take(x), y: take(y), pupil: pupil === null ? null : take(pupil) };
  });
  const samples =
    mapping.eyes.length === 0 || rows.length === 0
      ? noSamples
      : {
          count: rows.length,
          time: Float64Array.from(rows, (index) => times[index]),
          eyes: channels,
          extra: {},
        };
  const parts = recordingsOf(table, times);
  const eyes = mapping.eyes.map(({ eye }) => eye);
  const blocks =
    samples.count === 0
      ? []
      : blocksOf(
          samples.time,
          rows.map((index) => parts[index]),
          eyes,
        );
  return {
    format: mapping.format,
    path,
    eyes,
    unit: mapping.unit,
    origin: mapping.origin,
    screen: null,
    rate: sampleClock(samples.time).rate,
    samples,
    events: fixations(table, mapping, { told, times }, column),
    messages: messages(table, mapping, times, column),
    blocks,
    header: {},
    notices: [...doubts(file, mapping), ...(blocks.length > 1 ? [several(file, blocks.length)] : [])],
  };
}

/** Columns that say which recording a row belongs to. */
const RECORDING = /^(Recording ?name|Participant ?name|recording id|RECORDING_SESSION_LABEL)$/i;
/** Milliseconds that clocks never go back within a recording. */
const BACK = 1000;

/** The number of every row's recording, counted from 0: exports of several have them one behind the other. */
function recordingsOf(table: DelimitedTable, times: Float64Array): Uint32Array {
  const names = table.columns.flatMap((name, at) => (RECORDING.test(name) ? [at] : []));
  const parts = new Uint32Array(table.rows.length);
  const labels = names.map(() => '');
  let part = 0;
  let last = Number.NEGATIVE_INFINITY;
  table.rows.forEach((row, index) => {
    // Rows of events may leave some names out.
    const other = names.some((at, name) => row[at] !== '' && labels[name] !== '' && row[at] !== labels[name]);
    for (const [name, at] of names.entries()) if (row[at] !== '') labels[name] = row[at];
    const time = Number.isFinite(times[index]) ? times[index] : last;
    if (other || time < last - BACK) part += 1;
    last = time;
    parts[index] = part;
  });
  return parts;
}

function blocksOf(time: Float64Array, parts: readonly number[], eyes: readonly Eye[]): EyeBlock[] {
  const starts = parts.flatMap((part, at) => (at === 0 || part !== parts[at - 1] ? [at] : []));
  return starts.map((firstSample, at) => {
    const end = starts[at + 1] ?? parts.length;
    return {
      start: time[firstSample],
      end: time[end - 1],
      eyes,
      rate: null,
      firstSample,
      sampleCount: end - firstSample,
    };
  });
}

function several(file: string, count: number): Notice {
  return {
    level: 'warning',
    code: 'eyetracking.several-recordings',
    message: `${file} holds ${count} recordings one behind the other, whose clocks each begin anew: export them one by one.`,
    params: { file, count },
  };
}

function doubts(file: string, { guessed, timeUnit, unit }: GazeMapping): Notice[] {
  return guessed.map(
    (what): Notice =>
      what === 'unit'
        ? {
            level: 'warning',
            code: 'eyetracking.unit-guessed',
            message: `${file} does not say what positions are counted in; “${unit}” is a guess from their range.`,
            params: { file, unit },
          }
        : {
            level: 'warning',
            code: 'eyetracking.time-unit-guessed',
            message: `${file} does not say what its times are counted in; “${timeUnit}” is a guess from the distance of samples.`,
            params: { file, unit: timeUnit },
          },
  );
}

/** Milliseconds of every row. Numbers beyond what a double holds exactly (nanoseconds since 1970) count from the first. */
function clock(table: DelimitedTable, at: number | null, unit: TimeUnit): Float64Array {
  const factor = milliseconds[unit];
  if (at === null) return new Float64Array(table.rows.length).fill(Number.NaN);
  const first = table.rows.find((row) => row[at] !== '')?.[at] ?? '';
  if (/^\d{16,}$/.test(first)) {
    const origin = BigInt(first);
    return Float64Array.from(table.rows, (row) =>
      /^\d+$/.test(row[at]) ? Number(BigInt(row[at]) - origin) * factor : Number.NaN,
    );
  }
  return Float64Array.from(table.rows, (row) => cellNumber(row[at], table.dialect.decimal) * factor);
}

/**
 * Times of a Gazepoint export that run on: TIME begins anew with every stimulus, TIMETICK (whose frequency its name
 * tells) does not.
 */
function steadyClock(table: DelimitedTable, told: Float64Array): Float64Array {
  const at = table.columns.findIndex((name) => /^TIMETICK\(f=\d+\)/.test(name));
  const restarts = told.some((time, index) => index > 0 && time < told[index - 1] - BACK);
  if (at < 0 || !restarts) return told;
  const frequency = Number(/\d+/.exec(table.columns[at])?.[0]);
  const ticks = table.rows.map((row) => cellNumber(row[at], table.dialect.decimal));
  return Float64Array.from(ticks, (tick) => told[0] + ((tick - ticks[0]) / frequency) * 1000);
}

/** Rows that hold a sample: those with a time, of the right sensor, with something in a position column. */
function sampleRows(
  table: DelimitedTable,
  mapping: GazeMapping,
  times: Float64Array,
  column: (name: string) => number,
): number[] {
  if (mapping.time === null) return [];
  const only =
    mapping.only === null ? null : { at: column(mapping.only.column), values: new Set(mapping.only.values) };
  const positions = mapping.eyes.flatMap((eye) => [
    column(eye.x),
    ...(eye.validity === null ? [] : [column(eye.validity.column)]),
  ]);
  const hasGaze =
    mapping.message === null
      ? () => true
      : (row: readonly string[]) => positions.some((at) => row[at] !== '');
  return table.rows.flatMap((row, index) =>
    Number.isFinite(times[index]) && (only === null ? hasGaze(row) : only.values.has(row[only.at]))
      ? [index]
      : [],
  );
}

/** Fixations of the table: each row one, or runs of rows that repeat one (the last row of a run is the whole one). */
function fixations(
  table: DelimitedTable,
  mapping: GazeMapping,
  { told, times }: { told: Float64Array; times: Float64Array },
  column: (name: string) => number,
): EyeEvent[] {
  if (mapping.fixations === null) return [];
  const { decimal } = table.dialect;
  const at = {
    start: mapping.fixations.start === null ? null : table.columns.indexOf(mapping.fixations.start),
    duration: column(mapping.fixations.duration),
    x: column(mapping.fixations.x),
    y: column(mapping.fixations.y),
  };
  const id = ['FPOGID', 'Eye movement type index', 'FixationIndex']
    .map((name) => table.columns.indexOf(name))
    .find((index) => index >= 0);
  const type = ['Eye movement type', 'GazeEventType', 'label']
    .map((name) => table.columns.indexOf(name))
    .find((index) => index >= 0);
  const eye = mapping.eyes[0]?.eye ?? 'cyclopean';
  const valid = table.columns.indexOf('FPOGV');
  const factor = milliseconds[durationUnit(mapping)];
  const starts = at.start === null || at.start < 0 ? null : clock(table, at.start, mapping.timeUnit);
  const parts = recordingsOf(table, told);
  const found = new Map<string, EyeEvent>();
  let clockSoFar = 0;
  let last = { index: -2, key: '', text: '' };
  table.rows.forEach((row, index) => {
    if (type !== undefined && !/^fix/i.test(row[type])) return;
    if (valid >= 0 && row[valid] === '0') return;
    const duration = cellNumber(row[at.duration], decimal) * factor;
    const [x, y] = [cellNumber(row[at.x], decimal), cellNumber(row[at.y], decimal)];
    if (!(duration > 0) || !Number.isFinite(x)) return;
    const shift = starts === null || times === told ? 0 : times[index] - told[index];
    const own = (starts?.[index] ?? Number.NaN) + shift;
    // Without a number, the rows of one fixation are those that follow each other with the same figures.
    const text = `${row[at.duration]} ${row[at.x]} ${row[at.y]}`;
    const same = type !== undefined && last.index === index - 1 && last.text === text;
    const key = id !== undefined ? `${parts[index]} ${row[id]}` : same ? last.key : String(index);
    last = { index, key, text };
    const start = Number.isFinite(own)
      ? own
      : (found.get(key)?.start ?? (Number.isFinite(times[index]) ? times[index] : clockSoFar));
    clockSoFar = start + duration;
    found.set(key, eyeEvent({ kind: 'fixation', eye, start, end: start + duration, x, y }));
  });
  return [...found.values()];
}

/** Durations are in the unit that their name tells, else in milliseconds, as most programs have them beside any clock. */
function durationUnit({ format, timeUnit, fixations }: GazeMapping): TimeUnit {
  const said = unitOfName(fixations?.duration ?? '');
  if (said !== null) return said;
  return format === 'gazepoint' || (format === 'gaze-table' && timeUnit === 's') ? 's' : 'ms';
}

function messages(
  table: DelimitedTable,
  mapping: GazeMapping,
  times: Float64Array,
  column: (name: string) => number,
): EyeMessage[] {
  if (mapping.message === null) return [];
  const at = column(mapping.message);
  return table.rows.flatMap((row, index) =>
    row[at] === '' ? [] : [{ time: times[index], kind: 'message' as const, text: row[at] }],
  );
}
