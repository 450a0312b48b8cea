import type { Fiducial, Transform } from '../meeg/recording.ts';
import { chained, fitRigid, headFrame, inverseRigid, type Point, transformed } from '../meeg/rigid.ts';

/** A head coil as the .hc file lists it; metres. */
interface Coil {
  readonly kind: 'nasion' | 'left' | 'right' | 'spare' | 'other';
  readonly frame: 'device' | 'head' | 'other';
  readonly place: Point;
}

/** Coordinates by the coils; null transforms where they were not measured. */
export interface CtfHead {
  /** From CTF head to Neuromag head coordinates. */
  readonly ctfToHead: Transform | null;
  readonly deviceToHead: Transform | null;
  /** Coils in head coordinates. */
  readonly points: number;
  /** Cardinal points in Neuromag head coordinates. */
  readonly fiducials: readonly Fiducial[];
}

/** CTF's device coordinates to those of Neuromag: turned by 45 degrees, and 190 mm up. */
const half = Math.SQRT1_2;
export const ctfDeviceToDevice: Transform = [
  [half, -half, 0, 0],
  [half, half, 0, 0],
  [0, 0, 1, 0.19],
  [0, 0, 0, 1],
];

/** Reads the text of a .hc file (mne/io/ctf/hc.py and trans.py). */
export function parseHeadCoils(text: string): CtfHead {
  const coils = parseCoils(text);
  const find = (kind: Coil['kind'], frame: Coil['frame']): Point | undefined =>
    coils.find((coil) => coil.kind === kind && coil.frame === frame)?.place;
  const points = coils.filter(({ frame }) => frame === 'head').length;
  const [nasion, left, right] = [find('nasion', 'head'), find('left', 'head'), find('right', 'head')];
  if (!nasion || !left || !right) return { ctfToHead: null, deviceToHead: null, points, fiducials: [] };
  const ctfToHead = headFrame(nasion, left, right);
  const fiducials = (
    [
      ['nasion', nasion],
      ['left', left],
      ['right', right],
    ] as const
  ).map(([name, place]) => ({ name, place: transformed(ctfToHead, place) }));
  const pairs = (['left', 'right', 'nasion', 'spare'] as const).flatMap((kind) => {
    const [device, head] = [find(kind, 'device'), find(kind, 'head')];
    return device && head ? [{ device, head }] : [];
  });
  if (pairs.length < 3) return { ctfToHead, deviceToHead: null, points, fiducials };
  const deviceToCtf = fitRigid(
    pairs.map(({ device }) => device),
    pairs.map(({ head }) => head),
  );
  return {
    ctfToHead,
    deviceToHead: chained(inverseRigid(ctfDeviceToDevice), chained(deviceToCtf, ctfToHead)),
    points,
    fiducials,
  };
}

function parseCoils(text: string): Coil[] {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith('#'));
  const coils: Coil[] = [];
  lines.forEach((line, index) => {
    const name = line.toLowerCase();
    if (!name.includes('measured')) return;
    const [x, y, z] = ['x', 'y', 'z'].map((axis, offset) => {
      const match = new RegExp(`^\\s*${axis}\\s*=\\s*(\\S+)`).exec(lines[index + 1 + offset] ?? '');
      // Centimetres.
      return match === null ? Number.NaN : Number(match[1]) / 100;
    });
    if (Number.isNaN(x + y + z)) return;
    coils.push({ kind: kindOf(name), frame: frameOf(name), place: [x, y, z] });
  });
  return coils;
}

function kindOf(name: string): Coil['kind'] {
  if (name.includes('nasion')) return 'nasion';
  if (name.includes('left ear') || name.includes('lpa')) return 'left';
  if (name.includes('right ear') || name.includes('rpa')) return 'right';
  return name.includes('spare') ? 'spare' : 'other';
}

function frameOf(name: string): Coil['frame'] {
  if (name.includes('relative to dewar')) return 'device';
  return name.includes('relative to head') ? 'head' : 'other';
}
