import { useEffect, useRef } from 'react';
import { drawMap, type PressurePicture } from './draw-map.ts';
import classes from './pressure-map.module.css';

/** A pressure map with its overlays, as large as its box allows; `label` says in words what it shows. */
export function PressureMap({ picture, label }: { picture: PressurePicture; label: string }) {
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
      const size = Math.min(width / picture.cols, height / picture.rows);
      const ratio = window.devicePixelRatio;
      const [w, h] = [Math.round(picture.cols * size * ratio), Math.round(picture.rows * size * ratio)];
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
      <canvas ref={canvas} role="img" aria-label={label} data-testid="pressure-map" />
    </div>
  );
}
