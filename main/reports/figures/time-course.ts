import { axes, coordinate, type Frame, linearScale, svgDocument } from './svg.ts';

function path(
  values: Float32Array,
  x: (v: number) => number,
  y: (v: number) => number,
  step: number,
): string {
  return `M${Array.from(values, (value, i) => `${coordinate(x(i * step))},${coordinate(y(value))}`).join(' L')}`;
}

/** Measured against predicted signal of one voxel on held-out samples; vertical lines where another run begins. */
export function timeCourseFigure(
  measured: Float32Array,
  predicted: Float32Array,
  samplingInterval: number,
  boundaries: readonly number[],
  labels: {
    readonly title: string;
    readonly x: string;
    readonly y: string;
    readonly measured: string;
    readonly predicted: string;
  },
): string {
  const frame: Frame = { width: 900, height: 210, margin: { top: 24, right: 12, bottom: 40, left: 48 } };
  const limit = Math.max(1, ...measured, ...predicted, ...measured.map((v) => -v)) * 1.05;
  const x = linearScale([0, measured.length * samplingInterval], [48, 888]);
  const y = linearScale([-limit, limit], [170, 24]);
  const marks = boundaries
    .map((sample) => coordinate(x(sample * samplingInterval)))
    .map((at) => `<line x1="${at}" x2="${at}" y1="24" y2="170" stroke="#bbb" stroke-dasharray="2 3"/>`);
  const body = [
    axes(frame, { scale: x, title: labels.x }, { scale: y, title: labels.y }),
    ...marks,
    `<path d="${path(measured, x, y, samplingInterval)}" fill="none" stroke="#8a8a8a" stroke-width="1"/>`,
    `<path d="${path(predicted, x, y, samplingInterval)}" fill="none" stroke="#d55e00" stroke-width="1.4"/>`,
    `<text x="48" y="14" font-weight="600">${labels.title}</text>`,
    '<line x1="700" x2="716" y1="10" y2="10" stroke="#8a8a8a" stroke-width="2"/>',
    `<text x="721" y="14">${labels.measured}</text>`,
    '<line x1="790" x2="806" y1="10" y2="10" stroke="#d55e00" stroke-width="2"/>',
    `<text x="811" y="14">${labels.predicted}</text>`,
  ];
  return svgDocument(frame, labels.title, body.join(''));
}
