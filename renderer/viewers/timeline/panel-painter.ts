import { addBand, addCurve, curveOpacity, densityGrid, paintDensity } from './density.ts';
import { IN_MEMORY } from './in-memory.ts';
import type { TimelineInput } from './props.ts';
import { toUnits, type UnitRange } from './step-axis.ts';

/** A panel's picture, wider than what is in view, so that panning only moves it. */
export interface PanelPicture {
  readonly canvas: HTMLCanvasElement;
  readonly range: UnitRange;
  readonly values: UnitRange;
}

export interface PaintRequest {
  readonly input: TimelineInput;
  readonly metric: string;
  readonly range: UnitRange;
  readonly values: UnitRange;
  /** Size in canvas pixels. */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/** Curves between two looks at the clock. */
const CHUNK = 20;
/** Share of a line's ink that the area of a band gets. */
const BAND_WEIGHT = 0.25;

/** Indices of the curves of one metric. */
export function curvesOf({ curves }: TimelineInput, metric: string): number[] {
  const wanted = curves.metrics.indexOf(metric);
  const found: number[] = [];
  for (let curve = 0; curve < curves.metric.length; curve++)
    if (curves.metric[curve] === wanted) found.push(curve);
  return found;
}

/** Smallest and largest value of a metric's curves within a range of the axis; null where there is none. */
export function valueRange(input: TimelineInput, metric: string, range: UnitRange): UnitRange | null {
  const { curves, axis } = input;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  const banded = curves.low.length > 0;
  const lows = banded ? curves.low : curves.value;
  const highs = banded ? curves.high : curves.value;
  for (const curve of curvesOf(input, metric)) {
    const tokens = tokensOf(input, curve);
    if (tokens === null) continue;
    for (let point = curves.start[curve]; point < curves.start[curve + 1]; point++) {
      const at = toUnits(curves.step[point], axis, tokens);
      if (at < range.from || at > range.to) continue;
      if (lows[point] < from && Number.isFinite(lows[point])) from = lows[point];
      if (highs[point] > to && Number.isFinite(highs[point])) to = highs[point];
    }
  }
  if (!(from <= to)) return null;
  const room = from === to ? Math.abs(from) * 0.1 || 1 : (to - from) * 0.06;
  return { from: from - room, to: to + room };
}

/** Tokens a step of a curve's owner: 1 where the axis needs none, null where it does and nobody knows. */
function tokensOf({ curves, axis, tokensPerStep }: TimelineInput, curve: number): number | null {
  return axis === 'tokens' ? (tokensPerStep[curves.owner[curve]] ?? null) : 1;
}

interface Places {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/**
 * Paints one panel: all curves in grey by their density, those in focus in colour above. Yields now and then, so that it
 * can be spread over frames.
 */
export function* paintPanel(request: PaintRequest): Generator<void, PanelPicture> {
  const { input, metric, range, values, width, height, scale } = request;
  const { curves, look } = input;
  const found = curvesOf(input, metric).filter((curve) => tokensOf(input, curve) !== null);
  const inFocus = (curve: number) => input.focus.includes(curves.owners[curves.owner[curve]]);
  const focused = found.filter(inFocus);
  const rest = found.filter((curve) => !inFocus(curve));
  const longest = found.reduce(
    (most, curve) => Math.max(most, curves.start[curve + 1] - curves.start[curve]),
    0,
  );
  const places: Places = {
    x: new Float32Array(longest),
    y: new Float32Array(longest),
    low: new Float32Array(longest),
    high: new Float32Array(longest),
  };
  const grid = densityGrid(width, height);
  for (const [done, curve] of rest.entries()) {
    const count = place(request, curve, places);
    if (curves.low.length > 0) addBand(grid, places.x, places.high, places.low, count, BAND_WEIGHT);
    addCurve(grid, places.x, places.y, count);
    if (done % CHUNK === CHUNK - 1) yield;
  }
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${width / scale}px`;
  canvas.style.height = `${height / scale}px`;
  const context = canvas.getContext('2d', IN_MEMORY);
  if (context !== null) {
    const pixels = new ImageData(width, height);
    paintDensity(grid, rgbOf(look.muted), curveOpacity(rest.length), pixels.data);
    context.putImageData(pixels, 0, 0);
    yield;
    for (const curve of focused) {
      const owner = curves.owners[curves.owner[curve]];
      context.strokeStyle = look.series[input.focus.indexOf(owner) % look.series.length];
      context.fillStyle = context.strokeStyle;
      context.lineWidth = 1.5 * scale;
      context.lineJoin = 'round';
      strokeCurve(context, places, place(request, curve, places), curves.low.length > 0, scale);
    }
  }
  return { canvas, range, values };
}

/** Puts a curve's points into pixel places; returns how many there are. */
function place({ input, range, values, width, height }: PaintRequest, curve: number, into: Places): number {
  const { curves, axis } = input;
  const tokens = tokensOf(input, curve) ?? 1;
  const first = curves.start[curve];
  const count = curves.start[curve + 1] - first;
  const across = width / (range.to - range.from);
  const up = height / (values.to - values.from);
  const banded = curves.low.length > 0;
  for (let point = 0; point < count; point++) {
    into.x[point] = (toUnits(curves.step[first + point], axis, tokens) - range.from) * across;
    into.y[point] = (values.to - curves.value[first + point]) * up;
    if (!banded) continue;
    into.low[point] = (values.to - curves.low[first + point]) * up;
    into.high[point] = (values.to - curves.high[first + point]) * up;
  }
  return count;
}

function strokeCurve(
  context: CanvasRenderingContext2D,
  { x, y, low, high }: Places,
  count: number,
  banded: boolean,
  scale: number,
): void {
  if (banded && count > 1) {
    context.globalAlpha = 0.2;
    context.beginPath();
    for (let point = 0; point < count; point++) context.lineTo(x[point], high[point]);
    for (let point = count - 1; point >= 0; point--) context.lineTo(x[point], low[point]);
    context.fill();
    context.globalAlpha = 1;
  }
  context.beginPath();
  let drawing = false;
  for (let point = 0; point < count; point++) {
    if (!Number.isFinite(y[point])) drawing = false;
    else if (drawing) context.lineTo(x[point], y[point]);
    else {
      context.moveTo(x[point], y[point]);
      // A lone point between gaps shows as a dot of the line's width.
      if (!Number.isFinite(y[point + 1] ?? Number.NaN) || point + 1 >= count)
        context.lineTo(x[point] + scale, y[point]);
      drawing = true;
    }
  }
  context.stroke();
}

/** "#rrggbb" as three numbers. */
function rgbOf(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
