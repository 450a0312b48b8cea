import { decimals } from '../html-table.ts';
import { divergingColour } from './colour-map.ts';
import { coordinate, escapeText, svgDocument, textWidth } from './svg.ts';

export interface HeatMap {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row-major; NaN for cells that are not there. */
  readonly values: readonly number[];
  /** Value at the ends of the colours; the same for figures that are to be compared. */
  readonly limit: number;
}

const [LEFT, TOP, WIDTH, HEIGHT] = [190, 86, 68, 21];

/** A table of numbers as coloured cells with the numbers in them, red above zero, blue below. */
export function heatMapFigure({ title, rows, columns, values, limit }: HeatMap): string {
  const parts: string[] = [];
  columns.forEach((column, at) => {
    const x = coordinate(LEFT + (at + 0.5) * WIDTH);
    parts.push(`<text transform="translate(${x} ${TOP - 6}) rotate(-32)">${escapeText(column)}</text>`);
  });
  rows.forEach((row, at) => {
    const y = TOP + at * HEIGHT;
    parts.push(`<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${escapeText(row)}</text>`);
    columns.forEach((_, column) => {
      const value = values[at * columns.length + column];
      if (value === undefined || Number.isNaN(value)) return;
      const [r, g, b] = divergingColour(value, limit);
      const x = LEFT + column * WIDTH;
      const ink = Math.abs(value) > 0.65 * limit ? '#fff' : '#1c1f23';
      parts.push(
        `<rect x="${x}" y="${y}" width="${WIDTH - 1}" height="${HEIGHT - 1}" fill="rgb(${r},${g},${b})"/>`,
        `<text x="${x + WIDTH / 2}" y="${y + 14}" text-anchor="middle" fill="${ink}">${decimals(value)}</text>`,
      );
    });
  });
  // The last heading leans out over the table.
  const lean = textWidth(columns.at(-1) ?? '', 11) * Math.cos((32 * Math.PI) / 180) - WIDTH / 2;
  const size = {
    width: LEFT + columns.length * WIDTH + Math.max(8, lean),
    height: TOP + rows.length * HEIGHT + 8,
  };
  return svgDocument(size, title, parts.join(''));
}
