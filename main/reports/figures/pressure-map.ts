import { pressureColour } from '../../contract/pressure-colour.ts';
import { encodePng } from '../../formats/png-writer.ts';
import { pngSource } from '../data-links.ts';
import { coordinate, escapeText } from './svg.ts';

type Place = readonly [number, number];

/** What is drawn; places are row and column in cells from cell centres. */
export interface PressureFigure {
  readonly title: string;
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly cols: number;
  /** Value of the last colour. */
  readonly full: number;
  /** Height of a cell over its width. */
  readonly aspect?: number;
  /** Greatest width and height in CSS pixels. */
  readonly box: readonly [number, number];
  readonly points?: readonly Place[];
  /** Points that are pointed out with a ring. */
  readonly marked?: readonly number[];
  readonly edges?: readonly Place[];
  readonly path?: readonly (Place | null)[];
  /** Crosses, as for true joints. */
  readonly crosses?: readonly Place[];
  /** Lines from one place to another, as from a point to where it went. */
  readonly moves?: readonly (readonly [Place, Place])[];
  /** A cross of another colour: centre of pressure, or the cell of greatest load. */
  readonly centre?: Place | null;
}

/** A pressure map as one SVG: cells as a PNG within, points, skeleton and path on top. */
export function pressureFigure(figure: PressureFigure): string {
  const { rows, cols, values, full, aspect = 1, box } = figure;
  const scale = Math.min(box[0] / cols, box[1] / (rows * aspect));
  const [width, height] = [cols * scale, rows * scale * aspect];
  const data = new Uint8Array(rows * cols * 4);
  for (let cell = 0; cell < rows * cols; cell++)
    data.set([...pressureColour(full > 0 ? values[cell] / full : 0), 255], cell * 4);
  const x = (col: number) => coordinate((col + 0.5) * scale);
  const y = (row: number) => coordinate((row + 0.5) * scale * aspect);
  const radius = coordinate(Math.max(2.2, scale * 0.45));
  const line = (a: Place, b: Place, ink: string, wide: number) =>
    `<line x1="${x(a[1])}" y1="${y(a[0])}" x2="${x(b[1])}" y2="${y(b[0])}" stroke="${ink}" stroke-width="${wide}"/>`;
  const points = figure.points ?? [];
  const parts = [
    `<image href="${pngSource(encodePng({ width: cols, height: rows, data }))}" width="${coordinate(width)}" height="${coordinate(height)}" preserveAspectRatio="none"/>`,
    ...(figure.edges ?? []).flatMap(([a, b]) =>
      points[a] === undefined || points[b] === undefined
        ? []
        : [line(points[a], points[b], 'rgba(255,255,255,0.6)', 1)],
    ),
    pathLine(figure.path ?? [], x, y),
    ...(figure.moves ?? []).map(([a, b]) => line(a, b, '#fff', 1)),
    ...points.map(
      ([row, col]) =>
        `<circle cx="${x(col)}" cy="${y(row)}" r="${radius}" fill="#ff5fd2" stroke="#111" stroke-width="0.7"/>`,
    ),
    ...(figure.marked ?? []).flatMap((at) =>
      points[at] === undefined
        ? []
        : [
            `<circle cx="${x(points[at][1])}" cy="${y(points[at][0])}" r="${coordinate(Number(radius) * 2.4)}" fill="none" stroke="#fff" stroke-width="1.6"/>`,
          ],
    ),
    ...(figure.crosses ?? []).map(([row, col]) => {
      const [cx, cy] = [Number(x(col)), Number(y(row))];
      return `<path d="M${cx - 3} ${cy - 3}l6 6m0-6l-6 6" stroke="#fff" stroke-width="1.2"/>`;
    }),
    figure.centre
      ? `<circle cx="${x(figure.centre[1])}" cy="${y(figure.centre[0])}" r="4" fill="#fff" stroke="#111"/>`
      : '',
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${coordinate(width)} ${coordinate(height)}" ` +
    `width="${coordinate(width)}" height="${coordinate(height)}" role="img"><title>${escapeText(figure.title)}</title>${parts.join('')}</svg>`
  );
}

function pathLine(
  path: readonly (Place | null)[],
  x: (col: number) => string,
  y: (row: number) => string,
): string {
  let open = false;
  const d = path
    .map((place) => {
      const piece = place === null ? '' : `${open ? 'L' : 'M'}${x(place[1])} ${y(place[0])}`;
      open = place !== null;
      return piece;
    })
    .join('');
  return d === '' ? '' : `<path d="${d}" fill="none" stroke="#fff" stroke-width="1.4"/>`;
}
