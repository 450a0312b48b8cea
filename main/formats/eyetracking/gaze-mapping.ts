import type { DelimitedTable } from '../table/delimited.ts';
import { cellNumber } from '../table/delimited.ts';
import type { Eye, EyeFormat, GazeUnit } from './recording.ts';

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

/** Columns of one eye, by name. */
export interface EyeColumns {
  readonly eye: Eye;
  readonly x: string;
  readonly y: string;
  readonly pupil: string | null;
  /** Column that says whether the sample is valid, and the texts that mean so; null where there is none. */
  readonly validity: { readonly column: string; readonly valid: readonly string[] } | null;
}

/** Columns of fixations, where rows are fixations or repeat one. Times in the unit of the table. */
export interface FixationColumns {
  readonly start: string | null;
  readonly duration: string;
  readonly x: string;
  readonly y: string;
}

/** How the columns of a gaze table are to be read. */
export interface GazeMapping {
  readonly format: EyeFormat;
  readonly time: string | null;
  readonly timeUnit: TimeUnit;
  readonly eyes: readonly EyeColumns[];
  readonly unit: GazeUnit;
  readonly origin: 'top-left' | 'bottom-left' | 'centre';
  /** Only rows whose cell in this column is one of these hold samples. */
  readonly only: { readonly column: string; readonly values: readonly string[] } | null;
  /** Samples under this confidence are missing. */
  readonly confidence: { readonly column: string; readonly least: number } | null;
  readonly fixations: FixationColumns | null;
  /** Column of messages. */
  readonly message: string | null;
  /** What was guessed and should be confirmed. */
  readonly guessed: readonly ('time-unit' | 'unit')[];
}

const plain = {
  only: null,
  confidence: null,
  fixations: null,
  message: null,
  guessed: [],
  origin: 'top-left',
} as const;

/**
 * How a table's columns are to be read, by the names that eye trackers give them, else by what names commonly mean;
 * null where no column looks like gaze or fixations.
 */
export function guessMapping(table: DelimitedTable): GazeMapping | null {
  const has = (name: string): boolean => table.columns.includes(name);
  const find = (pattern: RegExp): string | undefined => table.columns.find((name) => pattern.test(name));
  const tobii = tobiiPro(find);
  if (tobii !== null) return tobii;
  if (has('GazePointXLeft') && has('Timestamp')) return tobiiStudio();
  const time = find(/^TIME\(/);
  if (time !== undefined && find(/^[FBLR]POG[XY]$/) !== undefined) return gazepoint(time, has);
  if (has('gaze_timestamp') && has('norm_pos_x')) {
    return {
      ...plain,
      format: 'pupil-core',
      time: 'gaze_timestamp',
      timeUnit: 's',
      eyes: [one('cyclopean', 'norm_pos_x', 'norm_pos_y')],
      unit: 'norm',
      origin: 'bottom-left',
      confidence: has('confidence') ? { column: 'confidence', least: 0.6 } : null,
    };
  }
  if (has('timestamp [ns]') && has('gaze x [px]')) {
    return {
      ...plain,
      format: 'pupil-neon',
      time: 'timestamp [ns]',
      timeUnit: 'ns',
      eyes: [one('cyclopean', 'gaze x [px]', 'gaze y [px]')],
      unit: 'px',
    };
  }
  return generic(table);
}

function one(eye: Eye, x: string, y: string, pupil: string | null = null): EyeColumns {
  return { eye, x, y, pupil, validity: null };
}

/** Tobii Pro Lab: "Recording timestamp" (µs, or with its unit), "Gaze point left X [DACS px]" and so on. */
function tobiiPro(find: (pattern: RegExp) => string | undefined): GazeMapping | null {
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
    find(/^Gaze event duration\b/i),
  ];
  const name = eyes[0]?.x ?? x ?? '';
  return {
    ...plain,
    format: 'tobii-pro',
    time,
    timeUnit: /\[ms\]/i.test(time) ? 'ms' : /\[s\]/i.test(time) ? 's' : 'us',
    eyes: eyes.length > 0 ? eyes : [one('cyclopean', x ?? '', y ?? '')],
    unit: /norm/i.test(name) ? 'norm' : /mm/i.test(name) ? 'mm' : 'px',
    only: sensor === undefined ? null : { column: sensor, values: ['Eye Tracker'] },
    fixations: fixX && fixY && duration ? { start: null, duration, x: fixX, y: fixY } : null,
    message: find(/^Event$/i) ?? null,
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

/** Gazepoint: fractions of the screen, 0,0 top left; times in seconds. */
function gazepoint(time: string, has: (name: string) => boolean): GazeMapping {
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
    eyes:
      eyes.length > 0
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

interface NamedColumn {
  readonly name: string;
  readonly axis: 'x' | 'y' | 'pupil';
  readonly eye: Eye;
  readonly unit: GazeUnit;
}

/** What a column's name means, word by word: "x_left_pix", "lx", "pixel_y", "xpos_right", "pupil_diameter". */
function meaning(name: string): NamedColumn | null {
  if (
    /(prev|next|previous|start|end|target|vel|acc|width|height|coordinate_system|origin|interpolated|saccade|sac_)/i.test(
      name,
    )
  )
    return null;
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const has = (...options: string[]): boolean => words.some((word) => options.includes(word));
  const eye: Eye = has('left', 'l', 'lx', 'ly', 'lpupil')
    ? 'left'
    : has('right', 'r', 'rx', 'ry', 'rpupil')
      ? 'right'
      : 'cyclopean';
  const unit: GazeUnit = has('pix', 'px', 'pixel', 'pixels')
    ? 'px'
    : has('deg', 'dva', 'degrees', 'pos', 'position')
      ? 'deg'
      : has('norm', 'normalized')
        ? 'norm'
        : 'unknown';
  if (has('pupil', 'dp', 'lpupil', 'rpupil') && !has('confidence', 'validity'))
    return { name, axis: 'pupil', eye, unit };
  if (has('x', 'lx', 'rx', 'xpos', 'porx', 'gazex')) return { name, axis: 'x', eye, unit };
  return has('y', 'ly', 'ry', 'ypos', 'pory', 'gazey') ? { name, axis: 'y', eye, unit } : null;
}

function generic(table: DelimitedTable): GazeMapping | null {
  const meanings = table.columns.flatMap((name) => meaning(name) ?? []);
  const eyes: EyeColumns[] = [];
  let unit: GazeUnit = 'unknown';
  for (const eye of ['left', 'right', 'cyclopean'] as const) {
    const own = meanings.filter((column) => column.eye === eye);
    const order = (column: NamedColumn): number =>
      ['px', 'norm', 'unknown', 'deg', 'mm'].indexOf(column.unit);
    const xs = own.filter(({ axis }) => axis === 'x').sort((a, b) => order(a) - order(b));
    const y = own.filter((column) => column.axis === 'y').find((column) => column.unit === xs[0]?.unit);
    if (xs.length === 0 || y === undefined) continue;
    unit = xs[0].unit;
    eyes.push(one(eye, xs[0].name, y.name, own.find(({ axis }) => axis === 'pupil')?.name ?? null));
  }
  const twoEyes = eyes.filter(({ eye }) => eye !== 'cyclopean');
  const chosen = twoEyes.length > 0 ? twoEyes : eyes;
  const fixations = fixationColumns(table);
  const time =
    table.columns.find((name) => /^(n|t|ts|time|timestamp|.*time_?stamp.*|time[ _([].*)$/i.test(name)) ??
    null;
  if (chosen.length === 0 && fixations === null) return null;
  if (time === null && fixations === null) return null;
  const guessed: ('time-unit' | 'unit')[] = [];
  const timeUnit = unitOfName(time ?? '') ?? guessTimeUnit(table, time, guessed);
  if (unit === 'unknown' && chosen.length > 0) {
    guessed.push('unit');
    unit = guessUnit(table, chosen[0].x);
  }
  return { ...plain, format: 'gaze-table', time, timeUnit, eyes: chosen, unit, fixations, guessed };
}

function fixationColumns(table: DelimitedTable): FixationColumns | null {
  const find = (pattern: RegExp): string | undefined => table.columns.find((name) => pattern.test(name));
  const duration = find(/^(CURRENT_)?FIX\w*DURATION$/i) ?? find(/^(duration|fixation_duration|dur)$/i);
  const x = find(/^(CURRENT_FIX_X|fix\w*_?x|x|MappedFixationPointX)$/i);
  const y = find(/^(CURRENT_FIX_Y|fix\w*_?y|y|MappedFixationPointY)$/i);
  if (duration === undefined || x === undefined || y === undefined) return null;
  return { start: find(/^(CURRENT_FIX_START|start|onset|timestamp)$/i) ?? null, duration, x, y };
}

function unitOfName(name: string): TimeUnit | null {
  const unit = /[([](s|sec|ms|us|µs|μs|ns)[)\]]|_(s|ms|us|ns)$/i.exec(name);
  const word = (unit?.[1] ?? unit?.[2])?.toLowerCase();
  if (word === undefined) return null;
  return word === 'sec' ? 's' : word === 'µs' || word === 'μs' ? 'us' : (word as TimeUnit);
}

/** The unit in which the median distance of samples gives a rate that trackers have (20 to 2500 Hz). */
function guessTimeUnit(
  table: DelimitedTable,
  time: string | null,
  guessed: ('time-unit' | 'unit')[],
): TimeUnit {
  if (time === null) return 'ms';
  guessed.push('time-unit');
  const at = table.columns.indexOf(time);
  const values = table.rows.slice(0, 400).map((row) => cellNumber(row[at], table.dialect.decimal));
  const steps = values
    .slice(1)
    .flatMap((value, index) => (value > values[index] ? [value - values[index]] : []))
    .sort((a, b) => a - b);
  const step = steps[steps.length >> 1] ?? 1;
  if (step < 0.06) return 's';
  if (step < 100) return 'ms';
  return step < 100_000 ? 'us' : 'ns';
}

function guessUnit(table: DelimitedTable, column: string): GazeUnit {
  const at = table.columns.indexOf(column);
  const values = table.rows
    .slice(0, 2000)
    .map((row) => cellNumber(row[at], table.dialect.decimal))
    .filter(Number.isFinite);
  if (values.length === 0) return 'unknown';
  const sorted = values.sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(sorted.length * 0.02)], sorted[Math.floor(sorted.length * 0.98)]];
  if (low >= -0.5 && high <= 1.5) return 'norm';
  return low >= -60 && high <= 60 ? 'deg' : 'px';
}
