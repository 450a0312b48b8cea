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

/** Paints gaps, events and traces over the whole canvas. */
export function drawTraces(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  backdrop: Backdrop,
  traces: readonly Trace[],
): void {
  context.clearRect(0, 0, width, height);
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
}
