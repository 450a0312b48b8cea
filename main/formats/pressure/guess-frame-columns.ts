import { isMissing } from '../table/tsv.ts';
import type { GivenLayout } from './frame-lines.ts';
import { type PressureUnit, parsePressureUnit } from './recording.ts';

export const frameTimeUnits = ['s', 'ms', 'us', 'ns'] as const;
export const frameOrders = ['rows', 'columns'] as const;

/** Which columns of a table with one frame a row are time and cells. */
export interface FrameMapping {
  readonly time: string | null;
  readonly timeUnit: (typeof frameTimeUnits)[number];
  /** First and last column of the cells; all between belong to them. */
  readonly first: string;
  readonly last: string;
  /** "rows": cells stand row by row; "columns": column by column. */
  readonly order: (typeof frameOrders)[number];
}

/** A guess at a table's columns, and what the names of its cells say besides. */
export interface FrameGuess {
  readonly mapping: FrameMapping;
  /** How sure the guess is, 0 to 1. */
  readonly confidence: number;
  /** From names with two numbers ("r1c2"); null where they have one. */
  readonly layout: GivenLayout | null;
  readonly unit: PressureUnit;
}

/** From here on a table counts as a pressure recording without anybody saying so. */
export const SURE_FRAMES = 0.7;

const TIME = /^(time|t|timestamp|seconds?|secs?|elapsed|millis|zeit|时间|时间戳)(?=$|[ _.([-]|ms|us|s$)/i;
const COUNTER = /^(frame|index|id|nr|no|row|sample|unnamed)\b/i;
/** What cells of a mat are called; other numbered names may be channels of anything. */
const CELL = /^(s|sensor|sensel|cell|pressure|press|taxel|fsr|单元|压力)[ _.-]*$/i;
/** Fewer cells than this are no mat that can be told. */
const LEAST = 4;
const CERTAIN = 12;

/**
 * Guesses the columns of a table with one frame a row: the longest run of number columns with numbered names is the cells,
 * a rising column named as time is the time. Null where no run of number columns is long enough.
 * @param rows the first rows
 */
export function guessFrameColumns(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): FrameGuess | null {
  const values = columns.map((_, at) => rows.flatMap((row) => (isMissing(row[at]) ? [] : [Number(row[at])])));
  const numeric = values.map((own) => own.length > 0 && own.every(Number.isFinite));
  const time = columns.findIndex((name, at) => TIME.test(name.trim()) && numeric[at] && rising(values[at]));
  const cell = columns.map((_, at) => numeric[at] && at !== time && values[at].every((value) => value >= 0));
  const names = columns.map(nameOf);
  const follows = (at: number): boolean => {
    const [before, own] = [names[at - 1], names[at]];
    if (before === null || own === null || before.prefix !== own.prefix) return false;
    if (before.minor !== null || own.minor !== null) return before.minor !== null && own.minor !== null;
    return own.major === before.major + 1;
  };
  const numbered = longestRun(columns.length, (at) => cell[at] && names[at] !== null, follows);
  const plain = longestRun(
    columns.length,
    (at) => cell[at] && !COUNTER.test(columns[at].trim()),
    () => true,
  );
  const named = numbered.length >= LEAST;
  const { from, length } = named ? numbered : plain;
  if (length < LEAST) return null;
  const run = names.slice(from, from + length);
  const fold = named ? foldOf(run) : null;
  const known = named && CELL.test(run[0]?.prefix ?? '');
  const texts = values.some((_, at) => !numeric[at] && rows.some((row) => !isMissing(row[at])));
  const base = fold !== null ? 0.7 : known ? 0.6 : named ? 0.4 : 0.2;
  return {
    mapping: {
      time: columns[time] ?? null,
      timeUnit: time < 0 ? 's' : timeUnitOf(columns[time], values[time]),
      first: columns[from],
      last: columns[from + length - 1],
      order: fold?.order ?? 'rows',
    },
    // Words beside numbered columns are rather ratings of several raters.
    confidence: base + (time < 0 ? 0 : 0.2) + (length < CERTAIN ? 0 : 0.1) - (texts ? 0.3 : 0),
    layout: fold,
    unit: parsePressureUnit(run[0]?.unit ?? ''),
  };
}

interface CellName {
  readonly prefix: string;
  readonly major: number;
  readonly minor: number | null;
  readonly unit: string;
}

/** "S12 (kPa)" or "r3c4" taken apart; null for names without a number at their end. */
function nameOf(name: string): CellName | null {
  const [, bare = name, unit = ''] = /^(.*?)\s*[[(]([^\])]*)[\])]\s*$/.exec(name.trim()) ?? [];
  const two = /^(\D*)(\d+)\D+(\d+)$/.exec(bare);
  if (two !== null) return { prefix: two[1], major: Number(two[2]), minor: Number(two[3]), unit };
  const one = /^(\D*)(\d+)$/.exec(bare);
  return one === null ? null : { prefix: one[1], major: Number(one[2]), minor: null, unit };
}

function longestRun(
  count: number,
  belongs: (at: number) => boolean,
  follows: (at: number) => boolean,
): { from: number; length: number } {
  let best = { from: 0, length: 0 };
  let from = 0;
  for (let at = 0; at < count; at++) {
    if (!belongs(at)) {
      from = at + 1;
      continue;
    }
    if (at > from && !follows(at)) from = at;
    if (at - from + 1 > best.length) best = { from, length: at - from + 1 };
  }
  return best;
}

/** Rows, columns and order that names with two numbers tell. */
function foldOf(
  run: readonly (CellName | null)[],
): (GivenLayout & { readonly order: FrameMapping['order'] }) | null {
  const [first, second] = run;
  if (first?.minor == null || second == null) return null;
  const rows = new Set(run.map((name) => name?.major)).size;
  const cols = new Set(run.map((name) => name?.minor)).size;
  if (rows * cols !== run.length) return null;
  return { rows, cols, order: second.major === first.major ? 'rows' : 'columns' };
}

function rising(values: readonly number[]): boolean {
  return values.length > 1 && values.every((value, at) => at === 0 || value > values[at - 1]);
}

/** By the name; else steps of 2 and more are hardly seconds. */
function timeUnitOf(name: string, values: readonly number[]): FrameMapping['timeUnit'] {
  const said = /(?:^|[^a-z])(ns|us|µs|ms|s|sec|seconds?)[\])]?$/i.exec(name)?.[1]?.toLowerCase();
  if (said === 'ns' || said === 'us' || said === 'ms') return said;
  if (said === 'µs') return 'us';
  if (said !== undefined) return 's';
  const step = (values[values.length - 1] - values[0]) / (values.length - 1);
  return step >= 1e5 ? 'ns' : step >= 2 ? 'ms' : 's';
}
