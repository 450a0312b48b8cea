import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type CellPainter, cellPainter } from './cell-painter.ts';
import { cellAt, drawOverlay, mapShape, type PressurePicture } from './draw-map.ts';
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
  const cells = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const painter = useRef<CellPainter>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const frame = box.current;
    if (frame === null) return;
    const observer = new ResizeObserver(([{ contentRect }]) =>
      setRoom({ width: contentRect.width, height: contentRect.height }),
    );
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  const shape = mapShape(picture);
  const width = Math.min(room.width, room.height * shape);
  const height = width / shape;
  useLayoutEffect(() => {
    painter.current ??= cellPainter();
    if (cells.current !== null) painter.current(cells.current, picture);
  }, [picture]);
  useLayoutEffect(() => {
    const canvas = over.current;
    if (canvas === null) return;
    const ratio = window.devicePixelRatio;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (w < 1 || h < 1) return;
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    } else {
      const context = canvas.getContext('2d');
      context?.resetTransform();
      context?.clearRect(0, 0, w, h);
    }
    drawOverlay(canvas, picture);
  }, [picture, width, height]);
  return (
    <div ref={box} className={classes.box}>
      <div className={classes.map} style={{ width, height }}>
        <canvas
          ref={cells}
          className={picture.style === 'cells' ? classes.single : undefined}
          role="img"
          aria-label={label}
          data-testid="pressure-map"
          onPointerMove={(event) => {
            const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
            onCell?.(cellAt(picture, (event.clientX - left) / width, (event.clientY - top) / height));
          }}
          onPointerLeave={() => onCell?.(null)}
        />
        <canvas ref={over} className={classes.over} aria-hidden />
      </div>
    </div>
  );
}
