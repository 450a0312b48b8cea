import { swayPath } from '../../contract/sway-path.ts';
import { coordinate, svgDocument } from './svg.ts';

type Place = readonly [number, number];

/** Width and height, and the margin around path and ellipse. */
const [SIZE, MARGIN] = [190, 14];

/**
 * The path of the centre of pressure, enlarged, with its 95 % ellipse and a bar of known length.
 * @param path,outline row and column in cells; @param cell edges of a cell in cm; null draws in cells
 */
export function swayFigure(
  title: string,
  path: readonly (Place | null)[],
  outline: readonly Place[],
  cell: { readonly width: number; readonly height: number } | null,
): string {
  const drawn = swayPath(path, outline, cell, { size: SIZE, margin: MARGIN });
  if (drawn === null) return '';
  const { line, bar } = drawn;
  const parts = [
    drawn.outline === ''
      ? ''
      : `<path d="${drawn.outline}" fill="#0072b2" fill-opacity="0.12" stroke="#0072b2"/>`,
    `<path d="${line}" fill="none" stroke="#333" stroke-width="0.9"/>`,
    `<line x1="${MARGIN}" x2="${coordinate(MARGIN + bar.width)}" y1="${SIZE - 4}" y2="${SIZE - 4}" stroke="#111" stroke-width="2"/>`,
    `<text x="${MARGIN}" y="${SIZE - 8}">${bar.length}${cell === null ? '' : ' cm'}</text>`,
  ];
  return svgDocument({ width: SIZE, height: SIZE }, title, parts.join(''));
}
