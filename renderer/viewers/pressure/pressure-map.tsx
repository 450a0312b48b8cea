import { useEffect, useRef } from 'react';
import { cellAt, drawMap, mapShape, type PressurePicture } from './draw-map.ts';
import classes from './pressure-map.module.css';

export interface PressureMapProps {
  readonly picture: PressurePicture;
  /** Says in words what it shows. */
  readonly label: string;
  /** The cell under the pointer or the finger; null where it left. */
  readonly onCell?: ((cell: { row: number; col: number } | null) => void) | undefined;
}

/** A pressure map with its overlays, as large as its box allows. */
export function PressureMap({ picture, label, onCell }: PressureMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const scratch = useRef<HTMLCanvasElement | null>(null);
  useEffect(() => {
    const [target, frame] = [canvas.current, box.current];
    if (target === null || frame === null) return;
    scratch.current ??= document.createElement('canvas');
    const cells = scratch.current;
    const draw = () => {
      const { width, height } = frame.getBoundingClientRect();
      const shape = mapShape(picture);
      const across = Math.min(width, height * shape);
      const ratio = window.devicePixelRatio;
      const [w, h] = [Math.round(across * ratio), Math.round((across / shape) * ratio)];
      if (w < 1 || h < 1) return;
      if (target.width !== w || target.height !== h) {
        target.width = w;
        target.height = h;
        target.style.width = `${w / ratio}px`;
        target.style.height = `${h / ratio}px`;
      }
      drawMap(target, cells, picture);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(frame);
    return () => observer.disconnect();
  }, [picture]);
  return (
    <div ref={box} className={classes.box}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        data-testid="pressure-map"
        onPointerMove={(event) => {
          const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
          onCell?.(cellAt(picture, (event.clientX - left) / width, (event.clientY - top) / height));
        }}
        onPointerLeave={() => onCell?.(null)}
      />
    </div>
  );
}
