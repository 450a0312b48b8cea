import type { DelimitedTable } from '../table/delimited.ts';
import { cellNumber } from '../table/delimited.ts';
import type { EyeColumns, GazeMapping, TimeUnit } from './gaze-mapping.ts';
import type { Eye } from './recording.ts';

export const plain = {
  only: null,
  confidence: null,
  fixations: null,
  message: null,
  guessed: [],
  origin: 'top-left',
} as const;

type Find = (pattern: RegExp) => string | undefined;

/** How a table's columns are to be read, by the names that the programs of eye trackers give them; null for others. */
export function vendorMapping(table: DelimitedTable): GazeMapping | null {
  const has = (name: string): boolean => table.columns.includes(name);
  const find: Find = (pattern) => table.columns.find((name) => pattern.test(name));
  const tobii = tobiiPro(table, find) ?? tobiiStudio3(find);
  if (tobii !== null) return tobii;
  if (has('GazePointXLeft') && has('Timestamp')) return tobiiStudio();
  const begaze = beGaze(find);
  if (begaze !== null) return begaze;
  const time = find(/^TIME(\(|$)/);
  if (time !== undefined && find(/^[FBLR]POG[XY]$/) !== undefined) return gazepoint(table, time, has);
  return pupilCore(has) ?? pupilNeon(has);
}

/** Whether a table of an eye tracker has columns x and y that are no gaze: motion sensors, cameras' views of the eyes. */
export function isNoGaze({ columns }: DelimitedTable): boolean {
  const has = (name: string): boolean => columns.includes(name);
  if (has('eye_id') && has('diameter')) return true;
  return has('timestamp [ns]') && (has('gyro x [deg/s]') || has('eyeball center left x [mm]'));
}

/** Gaze of both eyes together. */
function cyclopean(x: string, y: string): EyeColumns {
  return { eye: 'cyclopean', x, y, pupil: null, validity: null };
}

/**
 * Tobii Pro Lab: "Recording timestamp" (with its unit, or in the one that was chosen for the export, milliseconds or
 * microseconds), "Gaze point left X [DACS px]" and so on.
 */
function tobiiPro(table: DelimitedTable, find: Find): GazeMapping | null {
  const time = find(/^Recording timestamp\b/i);
  if (time === undefined) return null;
  const eyes = (['left', 'right'] as const).flatMap((eye): EyeColumns[] => {
    const x = find(new RegExp(`^Gaze point ${eye} X\\b`, 'i'));
    const y = find(new RegExp(`^Gaze point ${eye} Y\\b`, 'i'));
    if (x === undefined || y === undefined) return [];
    const pupil = find(new RegExp(`^Pupil diameter ${eye}\\b`, 'i')) ?? null;
    const validity = find(new RegExp(`^Validity ${eye}\\b`, 'i'));
    return [
      {
        eye,
        x,
        y,
        pupil,
        validity: validity === undefined ? null : { column: validity, valid: ['Valid', '0'] },
      },
    ];
  });
  const x = find(/^Gaze point X\b/i);
  const y = find(/^Gaze point Y\b/i);
  if (eyes.length === 0 && (x === undefined || y === undefined)) return null;
  const sensor = find(/^Sensor$/i);
  const [fixX, fixY, duration] = [
    find(/^Fixation point X\b/i),
    find(/^Fixation point Y\b/i),
    find(/^(Gaze|Eye movement) event duration\b/i),
  ];
  const only = sensor === undefined ? null : { column: sensor, values: ['Eye Tracker'] };
  const name = eyes[0]?.x ?? x ?? '';
  return {
    ...plain,
    format: 'tobii-pro',
    time,
    // Trackers of 10 to 1200 Hz: samples are 0.8 to 100 ms apart.
    timeUnit: unitOfName(time) ?? (medianStep(table, table.columns.indexOf(time), only) < 300 ? 'ms' : 'us'),
    eyes: eyes.length > 0 ? eyes : [cyclopean(x ?? '', y ?? '')],
    unit: /norm/i.test(name) ? 'norm' : /mm/i.test(name) ? 'mm' : 'px',
    only,
    fixations: fixX && fixY && duration ? { start: null, duration, x: fixX, y: fixY } : null,
    message: find(/^Event$/i) ?? null,
  };
}

/** Tobii Studio 3: milliseconds, "GazePointLeftX (ADCSpx)", validity 0 (sure) to 4 (not found). */
function tobiiStudio3(find: Find): GazeMapping | null {
  const time = find(/^RecordingTimestamp$/);
  if (time === undefined) return null;
  const eyes = (['Left', 'Right'] as const).flatMap((side): EyeColumns[] => {
    const x = find(new RegExp(`^GazePoint${side}X\\b`));
    const y = find(new RegExp(`^GazePoint${side}Y\\b`));
    const validity = find(new RegExp(`^Validity${side}$`));
    return x === undefined || y === undefined
      ? []
      : [
          {
            eye: side === 'Left' ? 'left' : 'right',
            x,
            y,
            pupil: find(new RegExp(`^Pupil${side}$`)) ?? null,
            validity: validity === undefined ? null : { column: validity, valid: ['0', '1'] },
          },
        ];
  });
  const [x, y] = [find(/^GazePointX\b/), find(/^GazePointY\b/)];
  const [fixX, fixY] = [find(/^FixationPointX\b/), find(/^FixationPointY\b/)];
  const duration = find(/^GazeEventDuration$/);
  const fixations = fixX && fixY && duration ? { start: null, duration, x: fixX, y: fixY } : null;
  const both = x !== undefined && y !== undefined ? [cyclopean(x, y)] : [];
  if (eyes.length + both.length === 0 && fixations === null) return null;
  return {
    ...plain,
    format: 'tobii-studio',
    time,
    timeUnit: 'ms',
    eyes: eyes.length > 0 ? eyes : both,
    unit: /mm\)/.test(eyes[0]?.x ?? x ?? '') ? 'mm' : 'px',
    fixations,
    message: find(/^StudioEvent$/) ?? null,
  };
}

/** Tobii Studio 2: milliseconds, validity 0 (sure) to 4 (not found). */
function tobiiStudio(): GazeMapping {
  const eye = (side: 'Left' | 'Right'): EyeColumns => ({
    eye: side === 'Left' ? 'left' : 'right',
    x: `GazePointX${side}`,
    y: `GazePointY${side}`,
    pupil: `Pupil${side}`,
    validity: { column: `Validity${side}`, valid: ['0', '1'] },
  });
  return {
    ...plain,
    format: 'tobii-studio',
    time: 'Timestamp',
    timeUnit: 'ms',
    eyes: [eye('Left'), eye('Right')],
    unit: 'px',
    message: 'Event',
  };
}

/** Raw data of SMI BeGaze: "RecordingTime [ms]", "Point of Regard Left X [px]"; "-" is missing. */
function beGaze(find: Find): GazeMapping | null {
  const time = find(/^RecordingTime \[ms\]/);
  if (time === undefined) return null;
  const eyes = (['Left', 'Right', 'Binocular'] as const).flatMap((side): EyeColumns[] => {
    const x = find(new RegExp(`^Point of Regard ${side} X`));
    const y = find(new RegExp(`^Point of Regard ${side} Y`));
    if (x === undefined || y === undefined) return [];
    const eye = side === 'Left' ? 'left' : side === 'Right' ? 'right' : 'cyclopean';
    const pupil =
      find(new RegExp(`^Pupil Diameter ${side}`)) ?? find(new RegExp(`^Pupil Size ${side} X`)) ?? null;
    return [{ eye, x, y, pupil, validity: null }];
  });
  const own = eyes.filter(({ eye }) => eye !== 'cyclopean');
  if (eyes.length === 0) return null;
  return {
    ...plain,
    format: 'gaze-table',
    time,
    timeUnit: 'ms',
    eyes: own.length > 0 ? own : eyes,
    unit: 'px',
  };
}

/** Gazepoint: fractions of the screen, 0,0 top left; times in seconds. A file of fixations has one row for each. */
function gazepoint(table: DelimitedTable, time: string, has: (name: string) => boolean): GazeMapping {
  const ids = table.columns.indexOf('FPOGID');
  const listed = ids >= 0 && new Set(table.rows.map((row) => row[ids])).size === table.rows.length;
  const pogs: readonly [Eye, string, string][] = [
    ['left', 'L', 'LPMM'],
    ['right', 'R', 'RPMM'],
  ];
  const eyes = pogs.flatMap(([eye, letter, pupil]): EyeColumns[] =>
    has(`${letter}POGX`)
      ? [
          {
            eye,
            x: `${letter}POGX`,
            y: `${letter}POGY`,
            pupil: has(pupil) ? pupil : null,
            validity: has(`${letter}POGV`) ? { column: `${letter}POGV`, valid: ['1'] } : null,
          },
        ]
      : [],
  );
  const best = has('BPOGX') ? 'BPOG' : 'FPOG';
  return {
    ...plain,
    format: 'gazepoint',
    time,
    timeUnit: 's',
    eyes: listed
      ? []
      : eyes.length > 0
        ? eyes
        : [
            {
              eye: 'cyclopean',
              x: `${best}X`,
              y: `${best}Y`,
              pupil: null,
              validity: has(`${best}V`) ? { column: `${best}V`, valid: ['1'] } : null,
            },
          ],
    unit: 'norm',
    fixations:
      has('FPOGID') && has('FPOGD') ? { start: 'FPOGS', duration: 'FPOGD', x: 'FPOGX', y: 'FPOGY' } : null,
    message: has('USER') ? 'USER' : null,
  };
}

/** Pupil Core exports: fractions counted from the bottom left, seconds of the pupil clock, durations in milliseconds. */
function pupilCore(has: (name: string) => boolean): GazeMapping | null {
  const common = {
    ...plain,
    format: 'pupil-core',
    timeUnit: 's',
    unit: 'norm',
    origin: 'bottom-left',
    confidence: has('confidence') ? { column: 'confidence', least: 0.6 } : null,
  } as const;
  const [x, y] = has('x_norm') ? ['x_norm', 'y_norm'] : ['norm_pos_x', 'norm_pos_y'];
  if (!has(x) || !has(y)) return null;
  if (has('start_timestamp') && has('duration')) {
    return {
      ...common,
      time: 'start_timestamp',
      eyes: [],
      confidence: null,
      fixations: { start: 'start_timestamp', duration: 'duration', x, y },
    };
  }
  // Versions before 1.8 wrote "timestamp" and "index".
  const time = has('gaze_timestamp')
    ? 'gaze_timestamp'
    : has('timestamp') && has('index')
      ? 'timestamp'
      : null;
  return time === null ? null : { ...common, time, eyes: [cyclopean(x, y)] };
}

/** Exports of Pupil Cloud for Neon and Invisible: nanoseconds since 1970, pixels of the scene camera. */
function pupilNeon(has: (name: string) => boolean): GazeMapping | null {
  const common = { ...plain, format: 'pupil-neon', timeUnit: 'ns', unit: 'px' } as const;
  if (has('start timestamp [ns]') && has('fixation x [px]') && has('duration [ms]')) {
    return {
      ...common,
      time: 'start timestamp [ns]',
      eyes: [],
      fixations: {
        start: 'start timestamp [ns]',
        duration: 'duration [ms]',
        x: 'fixation x [px]',
        y: 'fixation y [px]',
      },
    };
  }
  if (!has('timestamp [ns]')) return null;
  const time = 'timestamp [ns]';
  if (has('gaze x [px]')) return { ...common, time, eyes: [cyclopean('gaze x [px]', 'gaze y [px]')] };
  const surface = ['x', 'y'].map((axis) => `gaze position on surface ${axis} [normalized]`);
  return has(surface[0])
    ? { ...common, time, unit: 'norm', eyes: [cyclopean(surface[0], surface[1])] }
    : null;
}

const STEPS_FROM = 400;

/** The median distance of values that rise from row to row, in the first rows, or those that `only` names. */
export function medianStep(table: DelimitedTable, at: number, only: GazeMapping['only'] = null): number {
  const chosen = only === null ? -1 : table.columns.indexOf(only.column);
  const rows = table.rows
    .slice(0, 4 * STEPS_FROM)
    .filter((row) => chosen < 0 || only?.values.includes(row[chosen]));
  const values = rows.slice(0, STEPS_FROM).map((row) => cellNumber(row[at], table.dialect.decimal));
  const steps = values
    .slice(1)
    .flatMap((value, index) => (value > values[index] ? [value - values[index]] : []))
    .sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 1;
}

const timeUnits: Readonly<Record<string, TimeUnit | undefined>> = {
  s: 's',
  sec: 's',
  ms: 'ms',
  us: 'us',
  µs: 'us',
  μs: 'us',
  ns: 'ns',
};

/** The unit that stands behind a name, in brackets or after a low line. */
export function unitOfName(name: string): TimeUnit | null {
  const unit = /[([](s|sec|ms|us|µs|μs|ns)[)\]]|_(s|ms|us|ns)$/i.exec(name);
  return timeUnits[(unit?.[1] ?? unit?.[2] ?? '').toLowerCase()] ?? null;
}
