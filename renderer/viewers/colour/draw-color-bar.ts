import type { MapDisplay } from '../types.ts';
import { colorTable, tableRow } from './color-map.ts';
import { formatValue, ticks } from './range.ts';
import { thresholdLimits, valueOpacity } from './threshold.ts';

export interface ColorBarStyle {
  /** Text and tick colour. */
  readonly ink: string;
  /** What shows through where the map is transparent: the surface's grey. */
  readonly under: readonly [number, number, number];
  /** Font size in pixels of the context's current unit. */
  readonly fontSize: number;
}

/** "r", or "R² (%)". */
export function quantityLabel(quantity: string, unit: string): string {
  return unit === '' || unit === quantity ? quantity : `${quantity} (${unit})`;
}

/**
 * Draws a vertical colour bar with ticks and its quantity above into the box. The bar is drawn as the map is: faded or
 * hidden parts of the range show the grey beneath; a threshold by value is a line across. Used on screen and in
 * exported pictures alike.
 */
export function drawColorBar(
  context: CanvasRenderingContext2D,
  box: { x: number; y: number; width: number; height: number },
  display: MapDisplay,
  label: string,
  style: ColorBarStyle,
): void {
  const { fontSize } = style;
  const top = box.y + fontSize * 1.9;
  const height = box.height - fontSize * 2.5;
  const width = Math.min(14, box.width * 0.3);
  const [low, high] = display.range;
  const table = colorTable(display.colorMap);
  const limits = thresholdLimits(display.threshold);
  const byValue = !limits.bySignificance;
  for (let y = 0; y < height; y++) {
    const position = 1 - (y + 0.5) / height;
    const value = low + position * (high - low);
    // A bar knows no p values; when the threshold is one it shows the colours in full.
    const alpha = byValue
      ? valueOpacity(limits, display.below, value, Number.NaN, display.opacity)
      : display.opacity;
    const row = tableRow(position) * 3;
    const mix = (channel: number) =>
      Math.round(alpha * table[row + channel] + (1 - alpha) * style.under[channel]);
    context.fillStyle = `rgb(${mix(0)} ${mix(1)} ${mix(2)})`;
    context.fillRect(box.x, top + y, width, Math.min(1.05, height - y));
  }
  context.strokeStyle = style.ink;
  context.lineWidth = 0.75;
  context.strokeRect(box.x, top, width, height);
  context.fillStyle = style.ink;
  context.font = `${fontSize}px system-ui, sans-serif`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillText(label, box.x, box.y + fontSize);
  context.textBaseline = 'middle';
  const yOf = (value: number) => top + height * (1 - (value - low) / (high - low || 1));
  for (const tick of ticks(display.range)) {
    line(context, box.x + width, yOf(tick), 4);
    context.fillText(formatValue(tick), box.x + width + 7, yOf(tick));
  }
  if (byValue) {
    const marks = [limits.positive, -limits.negative];
    context.lineWidth = 1.5;
    for (const mark of marks) {
      if (Number.isFinite(mark) && mark !== 0 && mark > low && mark < high)
        line(context, box.x - 2, yOf(mark), width + 4);
    }
  }
}

function line(context: CanvasRenderingContext2D, x: number, y: number, length: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + length, y);
  context.stroke();
}
