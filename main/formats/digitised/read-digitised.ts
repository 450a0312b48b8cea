import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Point } from '../meeg/rigid.ts';

/** Points of a head as a digitiser left them, in metres and its own frame. */
export interface DigitisedHead {
  readonly fiducials: { readonly nasion: Point; readonly left: Point; readonly right: Point } | null;
  /** Electrodes by name. */
  readonly electrodes: ReadonlyMap<string, Point>;
  /** Marker coils in their order. */
  readonly coils: readonly Point[];
  /** Points of the scalp without names. */
  readonly shape: readonly Point[];
}

type Entry = readonly [name: string, place: Point];

const nothing: DigitisedHead = { fiducials: null, electrodes: new Map(), coils: [], shape: [] };
const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;
const FASTSCAN_LANDMARKS = 8;
const landmarks: Readonly<Record<string, 'nasion' | 'left' | 'right'>> = {
  nasion: 'nasion',
  nz: 'nasion',
  nas: 'nasion',
  fidnz: 'nasion',
  lpa: 'left',
  left: 'left',
  fidt9: 'left',
  rpa: 'right',
  right: 'right',
  fidt10: 'right',
};

/**
 * Reads digitised points: Polhemus Isotrak .elp and .hsp (metres), FastSCAN text of a stylus (nasion, left and right
 * ear, five coils) or of a surface (millimetres), MNE's .hpts, EGI's .sfp, ASA's .elc, and tables with name, x, y and z.
 * Units of the last four are told by the size of a head: metres under 0.5, centimetres under 30, else millimetres. Sources:
 * mne/io/kit/coreg.py, mne/channels/_dig_montage_utils.py, BIDS 1.11 electrodes.tsv.
 * @throws UserError `digitised.unknown`, `file.not-found`
 */
export async function readDigitised(path: string): Promise<DigitisedHead> {
  const file = basename(path);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new UserError('file.not-found', `${file} is not there.`, { file });
  });
  const read = /^\/\/(Probe|Shape) file/m.test(text)
    ? isotrak(text)
    : /FastSCAN/.test(text.slice(0, 500))
      ? fastscan(text)
      : /^# ASA \w+ file/.test(text)
        ? asa(text)
        : named(text);
  if (read === null) {
    throw new UserError(
      'digitised.unknown',
      `${file} holds no digitised points that can be told: give .elp, .hsp, FastSCAN .txt, .hpts, .sfp, .elc, or a table with name, x, y and z.`,
      { file },
    );
  }
  return read;
}

function triple(line: string): Point | null {
  const values = line
    .trim()
    .split(/[\s,;]+/)
    .map(Number);
  return values.length === 3 && values.every(Number.isFinite) ? [values[0], values[1], values[2]] : null;
}

/** Isotrak: `%F` x y z are X+ (nasion), Y+ (left ear), Y− (right ear); bare triples are sensors or the shape. */
function isotrak(text: string): DigitisedHead {
  const lines = text.split(/\r?\n/);
  const marks = lines.flatMap((line) => {
    const place = line.startsWith('%F') ? triple(line.slice(2)) : null;
    return place === null ? [] : [place];
  });
  const points = lines.flatMap((line) => {
    const place = triple(line);
    return place === null ? [] : [place];
  });
  const [nasion, left, right] = marks;
  const fiducials = marks.length === 3 ? { nasion, left, right } : null;
  return /^\/\/Probe file/m.test(text)
    ? { ...nothing, fiducials, coils: points }
    : { ...nothing, fiducials, shape: points };
}

function fastscan(text: string): DigitisedHead | null {
  const points = text.split(/\r?\n/).flatMap((line) => {
    const place = line.startsWith('%') ? null : triple(line);
    return place === null ? [] : [scaled(place, 1e-3)];
  });
  if (points.length === 0) return null;
  if (points.length !== FASTSCAN_LANDMARKS) return { ...nothing, shape: points };
  const [nasion, left, right, ...coils] = points;
  return { ...nothing, fiducials: { nasion, left, right }, coils };
}

/** Places in a row behind "Positions" (some with "name :" in front), then their names in a row behind "Labels". */
function asa(text: string): DigitisedHead | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const [from, to] = [lines.indexOf('Positions'), lines.indexOf('Labels')];
  if (from < 0 || to < from) return null;
  const places = lines.slice(from + 1, to).filter((line) => line !== '');
  const names = lines.slice(to + 1).flatMap((line) => (line === '' ? [] : line.split(/\s+/)));
  return headOf(
    places.flatMap((line, index) => {
      const place = triple(line.slice(line.indexOf(':') + 1));
      return place === null || names[index] === undefined ? [] : [[names[index], place] as const];
    }),
  );
}

/** Lines with a name and three numbers, in any order of columns that a header names; a category may stand in front. */
function named(text: string): DigitisedHead | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const columns =
    lines[0]
      ?.toLowerCase()
      .split(/[\t,;]/)
      .map((name) => name.trim()) ?? [];
  const [name, x, y, z] = ['name', 'x', 'y', 'z'].map((column) => columns.indexOf(column));
  const entries: Entry[] =
    Math.min(name, x, y, z) >= 0
      ? lines.slice(1).flatMap((line) => entryOf(line.split(/[\t,;]/), [name, x, y, z]))
      : lines.flatMap((line) => {
          const parts = line.trim().split(/[\s,;]+/);
          const at = parts.length - 4;
          return at < 0 ? [] : entryOf(parts, [at, at + 1, at + 2, at + 3]);
        });
  return headOf(entries);
}

/** Electrodes and landmarks among named places, in the unit that makes a head of them; null where they are too few. */
function headOf(entries: readonly Entry[]): DigitisedHead | null {
  if (entries.length < 3) return null;
  const reach = entries.reduce((most, [, place]) => Math.max(most, Math.hypot(...place)), 0);
  const factor = reach < 0.5 ? 1 : reach < 30 ? 1e-2 : 1e-3;
  const found: Partial<Record<'nasion' | 'left' | 'right', Point>> = {};
  const electrodes = new Map<string, Point>();
  for (const [label, place] of entries) {
    const landmark = landmarks[label.toLowerCase()];
    if (landmark === undefined) electrodes.set(label, scaled(place, factor));
    else found[landmark] = scaled(place, factor);
  }
  const { nasion, left, right } = found;
  return { ...nothing, electrodes, fiducials: nasion && left && right ? { nasion, left, right } : null };
}

function entryOf(parts: readonly string[], [name, x, y, z]: readonly number[]): Entry[] {
  const values = [x, y, z].map((at) => parts[at]?.trim() ?? '');
  if (!values.every((value) => number.exec(value)?.[0] === value)) return [];
  const [a, b, c] = values.map(Number);
  return [[(parts[name] ?? '').trim(), [a, b, c]]];
}

function scaled([x, y, z]: Point, factor: number): Point {
  return [x * factor, y * factor, z * factor];
}
