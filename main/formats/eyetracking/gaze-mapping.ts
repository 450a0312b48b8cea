import type { DelimitedTable } from '../table/delimited.ts';
import { cellNumber } from '../table/delimited.ts';
import type { Eye, EyeFormat, GazeUnit } from './recording.ts';
import { isNoGaze, medianStep, plain, unitOfName, vendorMapping } from './vendor-mappings.ts';

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

/**
 * How a table's columns are to be read, by the names that eye trackers give them, else by what names commonly mean;
 * null where no column looks like gaze or fixations.
 */
export function guessMapping(table: DelimitedTable): GazeMapping | null {
  return vendorMapping(table) ?? (isNoGaze(table) ? null : generic(table));
}

interface NamedColumn {
  readonly name: string;
  readonly axis: 'x' | 'y' | 'pupil';
  readonly eye: Eye;
  readonly unit: GazeUnit;
}

/** Chinese words for eyes, gaze and pupils in English, and those that PyGaze writes as one ("Lavgx", "psize"). */
function inEnglish(name: string): string {
  return name
    .replace(/^([LR]?)(raw|avg|smoothed)([xy])$/i, '$1 $2 $3')
    .replace(/^([LR]?)psize$/i, '$1 pupil')
    .replace(/左眼?/g, ' left ')
    .replace(/右眼?/g, ' right ')
    .replace(/瞳孔/g, ' pupil ')
    .replace(/像素/g, ' px ')
    .replace(/注视点?|坐标/g, ' ');
}

/** What a column's name means, word by word: "x_left_pix", "lx", "pixel_y", "xpos_right", "pupil_diameter". */
function meaning(name: string): NamedColumn | null {
  if (
    /(prev|next|previous|start|end|target|vel|acc|width|height|coordinate_system|origin|interpolated|saccade|sac_)/i.test(
      name,
    )
  )
    return null;
  const words = inEnglish(name)
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

const TIME = /^(n|t|ts|time|timestamp|.*time_?stamp.*|.*_time|time[ _([].*|recordingtime.*|时间.*)$/i;

/** Whether the cells of a column's first rows, as far as they hold something, are numbers for the most part. */
function isNumeric(table: DelimitedTable, at: number): boolean {
  const cells = table.rows.slice(0, 400).flatMap((row) => (/^[.-]?$/.test(row[at].trim()) ? [] : [row[at]]));
  const numbers = cells.filter((cell) => Number.isFinite(cellNumber(cell, table.dialect.decimal)));
  return numbers.length * 2 > cells.length;
}

/** Tobii's own program libraries call a valid sample 1. */
function validityOf(table: DelimitedTable, eye: Eye): EyeColumns['validity'] {
  const column = table.columns.find((name) => name === `${eye}_gaze_point_validity`);
  return column === undefined ? null : { column, valid: ['1', 'True', 'true'] };
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
    eyes.push({
      eye,
      x: xs[0].name,
      y: y.name,
      pupil: own.find(({ axis }) => axis === 'pupil')?.name ?? null,
      validity: validityOf(table, eye),
    });
  }
  const twoEyes = eyes.filter(({ eye }) => eye !== 'cyclopean');
  const chosen = twoEyes.length > 0 ? twoEyes : eyes;
  const fixations = fixationColumns(table);
  const time = table.columns.find((name, at) => TIME.test(name) && isNumeric(table, at)) ?? null;
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

/** The unit in which the median distance of samples gives a rate that trackers have (20 to 2500 Hz). */
function guessTimeUnit(
  table: DelimitedTable,
  time: string | null,
  guessed: ('time-unit' | 'unit')[],
): TimeUnit {
  if (time === null) return 'ms';
  guessed.push('time-unit');
  const step = medianStep(table, table.columns.indexOf(time));
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
