import type { Point } from '../meeg/rigid.ts';

/** Radius of the model head in metres. */
const RADIUS = 0.095;
/** Degrees between neighbours of the midline: 10 % of the way from nasion to inion. */
const STEP = 23;
const rad = (degrees: number) => (degrees * Math.PI) / 180;

/** A point of the sphere: degrees down from the top, degrees round from the right ear towards the nose. */
function at(down: number, round: number): Point {
  const flat = RADIUS * Math.sin(rad(down));
  return [flat * Math.cos(rad(round)), flat * Math.sin(rad(round)), RADIUS * Math.cos(rad(down))];
}

/** Rows of the extended 10–20 system from the front: name, midline in steps from the top, side's place on the rim. */
const rows = [
  ['AF', 3, 54],
  ['F', 2, 36],
  ['FC', 1, 18],
  ['C', 0, 0],
  ['CP', -1, -18],
  ['P', -2, -36],
  ['PO', -3, -54],
] as const;
/** What the outermost electrode of a row is called where its letters differ. */
const rimNames: Readonly<Record<string, string>> = { FC: 'FT', C: 'T', CP: 'TP' };
/** Older names of the same places. */
const aliases: Readonly<Record<string, string>> = { T3: 'T7', T4: 'T8', T5: 'P7', T6: 'P8' };

/**
 * Places of the extended 10–20 system on a sphere of 95 mm, head coordinates in metres (x right, y to the nose):
 * midline and rim in steps of 10 %, rows along the circle through the rim on both sides and the midline in equal
 * parts (Oostenveld & Praamstra 2001; angles of the spherical EASYCAP M1 layout). By names in capitals.
 */
export function standardPositions(): ReadonlyMap<string, Point> {
  const found = new Map<string, Point>();
  const put = (name: string, place: Point) => void found.set(name.toUpperCase(), place);
  const midline = ['Iz', 'Oz', 'POz', 'Pz', 'CPz', 'Cz', 'FCz', 'Fz', 'AFz', 'Fpz', 'Nz'];
  midline.forEach((name, index) => {
    const steps = index - 5;
    put(name, at(Math.abs(steps) * STEP, steps >= 0 ? 90 : -90));
  });
  const rim = 4 * STEP;
  for (const [name, round] of [
    ['Fp', 72],
    ['O', -72],
  ] as const) {
    put(`${name}2`, at(rim, round));
    put(`${name}1`, at(rim, 180 - round));
  }
  for (const [letters, steps, round] of rows) {
    const edge = rimNames[letters] ?? letters;
    const middle = at(Math.abs(steps) * STEP, steps >= 0 ? 90 : -90);
    const sides = [at(rim, 180 - round), at(rim, round)] as const;
    sides.forEach((side, right) => {
      put(`${edge}${7 + right}`, side);
      for (let quarter = 1; quarter <= 3; quarter++) {
        // 7, 5, 3, 1 on the left from the rim to the middle; 8, 6, 4, 2 on the right.
        put(
          `${letters}${7 + right - 2 * quarter}`,
          onCircle([sides[0], middle, sides[1]], right, quarter / 4),
        );
      }
      // One step below the rim: F9, FT9, T9, TP9, P9 and so on.
      put(`${edge}${9 + right}`, at(5 * STEP, right === 0 ? 180 - round : round));
    });
  }
  for (const [old, name] of Object.entries(aliases)) put(old, found.get(name) ?? [0, 0, 0]);
  return found;
}

/** The place that share of the way from a side of a row to its middle, along the circle through all three. */
function onCircle([a, b, c]: readonly [Point, Point, Point], right: number, share: number): Point {
  // In the plane of the row: its axis from side to side, and up to the middle.
  const centreLine: Point = [0, (a[1] + c[1]) / 2, (a[2] + c[2]) / 2];
  const up: Point = [0, b[1] - centreLine[1], b[2] - centreLine[2]];
  const height = Math.hypot(...up);
  const half = (c[0] - a[0]) / 2;
  // Circle through (−half, 0), (0, height), (half, 0).
  const radius = (half * half + height * height) / (2 * height);
  const centre = height - radius;
  const whole = Math.atan2(half, -centre);
  const angle = whole * (1 - share) * (right === 0 ? -1 : 1);
  const [x, rise] = [radius * Math.sin(angle), centre + radius * Math.cos(angle)];
  return [x, centreLine[1] + (up[1] / height) * rise, centreLine[2] + (up[2] / height) * rise];
}
