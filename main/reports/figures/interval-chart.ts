import { coordinate, escapeText, linearScale, svgDocument, tickLabel, ticks } from './svg.ts';

export interface IntervalBar {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
  /** The method that is judged, not what it is held against. */
  readonly own: boolean;
}

const [LEFT, RIGHT, WIDTH, ROW] = [230, 480, 600, 22];

/** One value with its interval a row; the method in question in colour, what it is held against in grey. */
export function intervalFigure(title: string, axis: string, bars: readonly IntervalBar[]): string {
  const most = Math.max(...bars.map(({ high, value }) => Math.max(high, value)), 1e-9);
  const x = linearScale([0, most * 1.05], [LEFT, RIGHT]);
  const bottom = 8 + bars.length * ROW;
  const parts = ticks(x.domain, 5).map((value) => {
    const at = coordinate(x(value));
    return `<line x1="${at}" x2="${at}" y1="4" y2="${bottom}" stroke="#e6e6e6"/><text x="${at}" y="${bottom + 14}" text-anchor="middle">${tickLabel(value)}</text>`;
  });
  for (const [at, { name, value, low, high, text, own }] of bars.entries()) {
    const y = 8 + (at + 0.5) * ROW;
    const ink = own ? '#0072b2' : '#6b737b';
    parts.push(
      `<text x="${LEFT - 8}" y="${y}" dy="0.35em" text-anchor="end">${escapeText(name)}</text>`,
      `<line x1="${coordinate(x(low))}" x2="${coordinate(x(high))}" y1="${y}" y2="${y}" stroke="${ink}" stroke-width="2"/>`,
      `<circle cx="${coordinate(x(value))}" cy="${y}" r="4" fill="${ink}"/>`,
      `<text x="${WIDTH - 4}" y="${y}" dy="0.35em" text-anchor="end" font-weight="600">${escapeText(text)}</text>`,
    );
  }
  parts.push(
    `<text x="${(LEFT + RIGHT) / 2}" y="${bottom + 30}" text-anchor="middle">${escapeText(axis)}</text>`,
  );
  return svgDocument({ width: WIDTH, height: bottom + 36 }, title, parts.join(''));
}
