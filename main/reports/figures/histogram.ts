import type { Histogram } from '../../contract/encoding.ts';
import { axes, coordinate, type Frame, linearScale, svgDocument } from './svg.ts';

/** A histogram as a step outline, in drawing units. */
function outline(histogram: Histogram, x: (value: number) => number, y: (value: number) => number): string {
  const points = histogram.counts.flatMap((count, bin) => [
    `${coordinate(x(histogram.edges[bin]))},${coordinate(y(count))}`,
    `${coordinate(x(histogram.edges[bin + 1]))},${coordinate(y(count))}`,
  ]);
  const base = coordinate(y(0));
  const first = coordinate(x(histogram.edges[0]));
  const last = coordinate(x(histogram.edges[histogram.edges.length - 1]));
  return `M${first},${base} L${points.join(' L')} L${last},${base}`;
}

/**
 * Held-out r of all voxels (filled) against the permutation null (outline); both scaled to shares, so that the two
 * may hold different counts. A dashed line marks the smallest significant r.
 */
export function histogramFigure(
  observed: Histogram,
  nullHistogram: Histogram,
  labels: {
    readonly title: string;
    readonly x: string;
    readonly y: string;
    readonly observed: string;
    readonly null: string;
    readonly threshold: string;
  },
  threshold: number | null,
): string {
  const frame: Frame = { width: 440, height: 240, margin: { top: 14, right: 12, bottom: 40, left: 52 } };
  const share = (h: Histogram): Histogram => {
    const total = h.counts.reduce((a, b) => a + b, 0) || 1;
    return { edges: h.edges, counts: h.counts.map((count) => (100 * count) / total) };
  };
  const [data, chance] = [share(observed), share(nullHistogram)];
  const x = linearScale([data.edges[0], data.edges[data.edges.length - 1]], [52, 428]);
  const y = linearScale([0, Math.max(...data.counts, ...chance.counts, 1) * 1.08], [200, 14]);
  const body = [
    axes(frame, { scale: x, title: labels.x }, { scale: y, title: labels.y }),
    `<path d="${outline(data, x, y)}" fill="#0072b2" fill-opacity="0.45" stroke="#0072b2"/>`,
    `<path d="${outline(chance, x, y)}" fill="none" stroke="#444" stroke-width="1.4" stroke-dasharray="4 2"/>`,
  ];
  if (threshold !== null) {
    const at = coordinate(x(threshold));
    body.push(
      `<line x1="${at}" x2="${at}" y1="14" y2="200" stroke="#d55e00" stroke-width="1.2"/>`,
      `<text x="${Number(at) + 4}" y="24" fill="#b34700">${labels.threshold}</text>`,
    );
  }
  body.push(
    '<rect x="318" y="44" width="12" height="10" fill="#0072b2" fill-opacity="0.45" stroke="#0072b2"/>',
    `<text x="336" y="53">${labels.observed}</text>`,
    '<line x1="318" x2="330" y1="68" y2="68" stroke="#444" stroke-width="1.4" stroke-dasharray="4 2"/>',
    `<text x="336" y="72">${labels.null}</text>`,
  );
  return svgDocument(frame, labels.title, body.join(''));
}
