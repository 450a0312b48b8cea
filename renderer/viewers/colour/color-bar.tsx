import { memo, useEffect, useRef } from 'react';
import type { MapDisplay } from '../types.ts';
import { drawColorBar } from './draw-color-bar.ts';
import { formatValue } from './range.ts';

export interface ColorBarProps {
  readonly display: MapDisplay;
  readonly label: string;
  readonly ink: string;
  readonly under: readonly [number, number, number];
  readonly width: number;
  readonly height: number;
  /** Accessible name. */
  readonly name: string;
}

/** The colour bar as a canvas of its own, sharp on any display. */
export const ColorBar = memo(function ColorBar(props: ColorBarProps) {
  const { display, label, ink, under, width, height, name } = props;
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    drawColorBar(context, { x: 2, y: 0, width: width - 2, height }, display, label, {
      ink,
      under,
      fontSize: 12,
    });
  }, [display, label, ink, under, width, height]);
  const [low, high] = display.range;
  return (
    <canvas
      ref={ref}
      role="img"
      aria-label={`${name}: ${label}, ${formatValue(low)} – ${formatValue(high)}`}
      style={{ width, height, display: 'block' }}
    />
  );
});
