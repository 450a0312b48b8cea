import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPreview, PreviewSlice } from '../../../../main/contract/importing.ts';
import classes from './import.module.css';

/** All slices at one scale, so that they can be compared. */
const pixelsPerMillimetre = 0.92;
/** About how many pixels of the screen a slice takes along its longer side. */
const screenPixels = 180;
/** Colour of the mask's edge: red, green, blue. */
const edgeColour = [74, 200, 215] as const;

/** Three slices through the middle of the mean image, the mask's outline over them. */
export function PreviewSlices({ preview }: { preview: ImportPreview }) {
  const { t } = useTranslation();
  return (
    <div className={classes.slices}>
      {preview.slices.map((slice) => (
        <figure key={slice.plane} className={classes.slice}>
          <SliceCanvas slice={slice} />
          <figcaption>
            {t(`data:import.preview.planes.${slice.plane}`)} · {slice.edges[0]}–{slice.edges[1]}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

function SliceCanvas({ slice }: { slice: PreviewSlice }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = Math.max(1, Math.round((screenPixels * 2) / Math.max(slice.width, slice.height)));
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.putImageData(new ImageData(paint(slice, scale), slice.width * scale, slice.height * scale), 0, 0);
  }, [slice, scale]);
  return (
    <canvas
      ref={canvas}
      width={slice.width * scale}
      height={slice.height * scale}
      role="img"
      aria-label={t(`data:import.preview.planes.${slice.plane}`)}
      style={{
        width: slice.width * slice.pixelSize[0] * pixelsPerMillimetre,
        height: slice.height * slice.pixelSize[1] * pixelsPerMillimetre,
      }}
    />
  );
}

/** RGBA pixels, each of the slice's pixels `scale` wide and high; a thin line runs along the mask's border. */
export function paint(slice: PreviewSlice, scale: number): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, pixels, mask } = slice;
  const out = new Uint8ClampedArray(new ArrayBuffer(width * height * scale * scale * 4));
  const line = Math.max(1, Math.round(scale / 6));
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  for (let row = 0; row < height * scale; row += 1) {
    const y = Math.floor(row / scale);
    const down = row - y * scale;
    for (let column = 0; column < width * scale; column += 1) {
      const x = Math.floor(column / scale);
      const across = column - x * scale;
      const edge =
        inside(x, y) &&
        ((across < line && !inside(x - 1, y)) ||
          (across >= scale - line && !inside(x + 1, y)) ||
          (down < line && !inside(x, y - 1)) ||
          (down >= scale - line && !inside(x, y + 1)));
      const grey = pixels[y * width + x] ?? 0;
      const at = (row * width * scale + column) * 4;
      out[at] = edge ? edgeColour[0] : grey;
      out[at + 1] = edge ? edgeColour[1] : grey;
      out[at + 2] = edge ? edgeColour[2] : grey;
      out[at + 3] = 255;
    }
  }
  return out;
}
