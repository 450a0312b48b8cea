import { categoryColours } from './colour-map.ts';
import { axes, coordinate, escapeText, type Frame, linearScale, svgDocument, textWidth } from './svg.ts';

/** One score with its 95 % interval. */
export interface ProfilePoint {
  readonly name: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface ProfilePanel {
  readonly title: string;
  /** Models; the points of one model, its layers, are joined by a line. */
  readonly models: readonly (readonly ProfilePoint[])[];
  readonly controls: readonly ProfilePoint[];
  /** Null where there is none. */
  readonly ceiling: number | null;
}

/**
 * Score per layer with 95 % intervals in one panel, the controls beside the layers and the ceiling as a grey line: the
 * figure by which a layer claim is judged.
 */
export function layerProfileFigure(
  { title, models, controls, ceiling }: ProfilePanel,
  labels: { readonly x: string; readonly y: string; readonly ceiling: string },
  domain: readonly [number, number],
): string {
  const points = [
    ...models.flat().map((point) => ({ ...point, control: false })),
    ...controls.map((point) => ({ ...point, control: true })),
  ];
  // Two panels with many points still stand side by side on paper.
  const width = Math.max(230, 96 + points.length * Math.min(32, 240 / points.length));
  const longest = Math.max(...points.map(({ name }) => textWidth(name, 10)));
  const bottom = 16 + Math.ceil(longest * Math.sin((40 * Math.PI) / 180));
  const frame: Frame = {
    width,
    height: 164 + bottom,
    margin: { top: 26, right: 12, bottom, left: 84 },
  };
  const x = linearScale([-0.5, points.length - 0.5], [84, width - 12]);
  const y = linearScale(domain, [164, 26]);
  const body = [
    axes(frame, { scale: x, title: labels.x, labels: points.map(() => '') }, { scale: y, title: labels.y }),
    `<text x="84" y="15" font-weight="600" font-size="12">${escapeText(title)}</text>`,
  ];
  if (ceiling !== null) {
    const at = coordinate(y(ceiling));
    body.push(
      `<line x1="84" x2="${width - 12}" y1="${at}" y2="${at}" stroke="#888" stroke-width="1.5" stroke-dasharray="6 3"/>`,
      `<text x="${width - 14}" y="${Number(at) - 4}" text-anchor="end" fill="#666">${labels.ceiling}</text>`,
    );
  }
  let first = 0;
  for (const model of models) {
    const path = model.map(({ mean }, at) => `${coordinate(x(first + at))},${coordinate(y(mean))}`);
    body.push(
      `<path d="M${path.join(' L')}" fill="none" stroke="${categoryColours[0]}" stroke-width="1.5"/>`,
    );
    first += model.length;
  }
  points.forEach((point, index) => {
    const at = coordinate(x(index));
    const colour = point.control ? categoryColours[6] : categoryColours[0];
    body.push(
      `<line x1="${at}" x2="${at}" y1="${coordinate(y(point.low))}" y2="${coordinate(y(point.high))}" stroke="${colour}" stroke-width="1.5"/>`,
      point.control
        ? `<rect x="${x(index) - 4}" y="${coordinate(y(point.mean) - 4)}" width="8" height="8" fill="#fff" stroke="${colour}" stroke-width="1.6"/>`
        : `<circle cx="${at}" cy="${coordinate(y(point.mean))}" r="4" fill="${colour}"/>`,
      `<text transform="translate(${Number(at) + 3} 177) rotate(-40)" text-anchor="end" font-size="10">${escapeText(point.name)}</text>`,
    );
  });
  return svgDocument(frame, title, body.join(''));
}
