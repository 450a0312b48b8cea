import { formatValue, ticks } from '../colour/range.ts';

/** One line to be drawn around a height. */
export interface Trace {
  readonly values: readonly number[];
  /** Height of value 0, in pixels from the top. */
  readonly zero: number;
  /** Pixels per unit of the values, upward. */
  readonly scale: number;
  /** Pixels that the line may leave its height by; it is cut off there. */
  readonly reach: number;
  readonly colour: string;
}

/** What stands behind the traces. */
export interface Backdrop {
  readonly start: number;
  readonly seconds: number;
  readonly events: readonly { readonly time: number; readonly duration: number; readonly name: string }[];
  readonly gaps: readonly { readonly start: number; readonly seconds: number }[];
  readonly gapColour: string;
  readonly eventColour: string;
}

/** A bar of a known size beside a trace, as MNE draws them: its middle and half length in pixels. */
export interface ScaleBar {
  readonly zero: number;
  readonly half: number;
  readonly text: string;
}

/** Height of the time axis under the traces, pixels. */
export const AXIS = 20;

/** Paints the axis of time in seconds, scale bars, and a line at the chosen moment; traces are `height` high. */
export function drawScales(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { start, seconds }: Pick<Backdrop, 'start' | 'seconds'>,
  bars: readonly ScaleBar[],
  moment: number | null,
  { ink, line, mark, paper }: { ink: string; line: string; mark: string; paper: string },
): void {
  const x = (time: number): number => ((time - start) / seconds) * width;
  context.font = '11px system-ui';
  context.lineWidth = 1;
  context.strokeStyle = line;
  context.fillStyle = ink;
  context.textAlign = 'center';
  context.beginPath();
  context.moveTo(0, height + 0.5);
  context.lineTo(width, height + 0.5);
  const marks = ticks([start, start + seconds], Math.max(4, Math.min(9, Math.floor(width / 55))));
  for (const time of marks) {
    context.moveTo(x(time), height);
    context.lineTo(x(time), height + 4);
    // Half a number at an edge says nothing.
    if (x(time) > 12 && x(time) < width - 34) context.fillText(formatValue(time, 6), x(time), height + 16);
  }
  context.stroke();
  context.textAlign = 'right';
  context.fillText('s', width - 4, height + 16);
  context.textAlign = 'left';
  for (const { zero, half, text } of bars) {
    context.strokeStyle = mark;
    context.lineWidth = 3;
    context.beginPath();
    context.moveTo(4, zero - half);
    context.lineTo(4, zero + half);
    context.stroke();
    // Text lies over traces: a strip of paper keeps it legible.
    context.fillStyle = paper;
    context.fillRect(8, zero - 7, context.measureText(text).width + 4, 14);
    context.fillStyle = ink;
    context.fillText(text, 10, zero + 4);
  }
  if (moment === null) return;
  context.strokeStyle = mark;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x(moment), 0);
  context.lineTo(x(moment), height + 6);
  context.stroke();
}

/** Paints gaps, events and traces over the whole canvas. */
export function drawTraces(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  backdrop: Backdrop,
  traces: readonly Trace[],
): void {
  context.clearRect(0, 0, width, height + AXIS);
  const x = (time: number): number => ((time - backdrop.start) / backdrop.seconds) * width;
  context.fillStyle = backdrop.gapColour;
  for (const { start, seconds } of backdrop.gaps)
    context.fillRect(x(start), 0, (seconds / backdrop.seconds) * width, height);
  context.strokeStyle = backdrop.eventColour;
  context.fillStyle = backdrop.eventColour;
  context.font = '11px system-ui';
  for (const { time, name } of backdrop.events) {
    context.beginPath();
    context.moveTo(x(time), 0);
    context.lineTo(x(time), height);
    context.stroke();
    context.fillText(name.slice(0, 16), x(time) + 3, 10);
  }
  context.lineWidth = 1;
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  for (const { values, zero, scale, reach, colour } of traces) {
    context.strokeStyle = colour;
    context.beginPath();
    values.forEach((value, at) => {
      const place = (at / Math.max(1, values.length - 1)) * width;
      const y = zero - Math.max(-reach, Math.min(reach, value * scale));
      if (at === 0) context.moveTo(place, y);
      else context.lineTo(place, y);
    });
    context.stroke();
  }
  context.restore();
}
