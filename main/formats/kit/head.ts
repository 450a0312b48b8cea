import { type DigitisedPoints, type Fiducial, identity, type Transform } from '../meeg/recording.ts';
import { fitRigid, headFrame, type Point, transformed } from '../meeg/rigid.ts';
import type { RandomAccess } from '../source.ts';
import { directory, type KitHeader, view } from './header.ts';

/** What a file says of the head: marker coils, digitised points, and how the head lay in the device. */
export interface KitHead {
  readonly markers: readonly Point[];
  readonly digitisedPoints: number;
  readonly deviceToHead: Transform;
  /** In head coordinates. */
  readonly fiducials: readonly Fiducial[];
  readonly digitised: DigitisedPoints;
}

const FIDUCIALS = ['fidnz', 'fidt9', 'fidt10'];
const COILS = ['hpi_1', 'hpi_2', 'hpi_3', 'hpi_4', 'hpi_5'];
const MATRICES_BYTES = 2 * 16 * 8;
const MARKER_BYTES = 16 + 48;

/** A place of the instrument, whose x runs to the nose, in MNE's device coordinates. */
export const kitToDevice = ([x, y, z]: Point): Point => [-y, x, z];

/** Reads digitised points and marker coils. @throws UserError `kit.damaged` */
export async function readKitHead(source: RandomAccess, header: KitHeader): Promise<KitHead> {
  const { coils, fitted } = await readMarkers(source, header);
  const markers = coils.flatMap(({ place, done }) => (done ? [place] : []));
  const points = await readDigitised(source, header);
  const named = new Map(points.flatMap(({ name, place }) => (name === '' ? [] : [[name, place] as const])));
  const fiducials = FIDUCIALS.map((name) => named.get(name));
  const [nasion, left, right] = fiducials;
  const heads = COILS.map((name) => named.get(name));
  const pairs = coils.flatMap(({ place, done }, index) => {
    const head = heads[index];
    return done && head?.every(Number.isFinite) ? [{ device: place, head }] : [];
  });
  if (!fitted || !nasion || !left || !right || pairs.length < 3) {
    return {
      markers,
      digitisedPoints: 0,
      deviceToHead: identity,
      fiducials: [],
      digitised: { coils: [], shape: [] },
    };
  }
  const toHead = headFrame(nasion, left, right);
  const rest = points.filter(({ name }) => !FIDUCIALS.includes(name) && !COILS.includes(name));
  const inHead = (place: Point) => transformed(toHead, place);
  return {
    markers,
    digitisedPoints: 3 + pairs.length + rest.length,
    fiducials: [
      { name: 'nasion', place: inHead(nasion) },
      { name: 'left', place: inHead(left) },
      { name: 'right', place: inHead(right) },
    ],
    digitised: {
      coils: pairs.map(({ head }) => inHead(head)),
      shape: rest.map(({ place }) => inHead(place)),
    },
    deviceToHead: fitRigid(
      pairs.map(({ device }) => kitToDevice(device)),
      pairs.map(({ head }) => inHead(head)),
    ),
  };
}

/** Places of the marker coils; `fitted` says whether they were brought together with the head in this file. */
async function readMarkers(
  source: RandomAccess,
  header: KitHeader,
): Promise<{ coils: { place: Point; done: boolean }[]; fitted: boolean }> {
  const { offset, count } = header.directories[directory.coregistration] ?? { offset: 0, count: 0 };
  if (offset === 0 || count < 1) return { coils: [], fitted: false };
  const start = await view(source, offset, 4 + MATRICES_BYTES + 4);
  const markers = start.getInt32(4 + MATRICES_BYTES, true);
  if (markers < 1 || markers > 100) return { coils: [], fitted: false };
  const table = await view(source, offset + 8 + MATRICES_BYTES, markers * MARKER_BYTES);
  const coils = Array.from({ length: markers }, (_, index) => {
    const at = index * MARKER_BYTES;
    const [x, y, z] = [40, 48, 56].map((place) => table.getFloat64(at + place, true));
    return { place: [x, y, z] as const, done: table.getInt32(at + 12, true) !== 0 };
  });
  return { coils, fitted: start.getInt32(0, true) !== 0 };
}

async function readDigitised(
  source: RandomAccess,
  header: KitHeader,
): Promise<{ name: string; place: Point }[]> {
  const { offset, count } = header.directories[directory.digitised] ?? { offset: 0, count: 0 };
  if (offset === 0 || count < 1 || count > 1e6) return [];
  const table = await view(source, offset, 32 * count);
  return Array.from({ length: count }, (_, index) => {
    const at = 32 * index;
    const bytes = Buffer.from(table.buffer, table.byteOffset + at, 8);
    const [x, y, z] = [8, 16, 24].map((place) => table.getFloat64(at + place, true));
    return { name: bytes.toString('latin1').split('\0')[0].trim().toLowerCase(), place: [x, y, z] as const };
  });
}
