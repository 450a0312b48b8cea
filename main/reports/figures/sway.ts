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
  const { width, height } = cell ?? { width: 1, height: 1 };
  const known = [...path.filter((place) => place !== null), ...outline];
  if (known.length === 0) return '';
  const xs = known.map(([, col]) => col * width);
  const ys = known.map(([row]) => row * height);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const span = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 1e-6);
  const scale = (SIZE - 2 * MARGIN) / span;
  const at = ([row, col]: Place) =>
    `${coordinate(MARGIN + (col * width - left) * scale)} ${coordinate(MARGIN + (row * height - top) * scale)}`;
  let open = false;
  const line = path
    .map((place) => {
      const piece = place === null ? '' : `${open ? 'L' : 'M'}${at(place)}`;
      open = place !== null;
      return piece;
    })
    .join('');
  const power = 10 ** Math.floor(Math.log10(span));
  const bar = ([5, 2, 1].find((multiple) => multiple * power <= span * 0.6) ?? 0.5) * power;
  const parts = [
    outline.length === 0
      ? ''
      : `<path d="M${outline.map(at).join('L')}Z" fill="#0072b2" fill-opacity="0.12" stroke="#0072b2"/>`,
    `<path d="${line}" fill="none" stroke="#333" stroke-width="0.9"/>`,
    `<line x1="${MARGIN}" x2="${coordinate(MARGIN + bar * scale)}" y1="${SIZE - 4}" y2="${SIZE - 4}" stroke="#111" stroke-width="2"/>`,
    `<text x="${MARGIN}" y="${SIZE - 8}">${Number(bar.toPrecision(1))}${cell === null ? '' : ' cm'}</text>`,
  ];
  return svgDocument({ width: SIZE, height: SIZE }, title, parts.join(''));
}
