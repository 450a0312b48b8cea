import { drawColorBar } from '../colour/draw-color-bar.ts';
import type { MapDisplay } from '../types.ts';

export interface PictureLook {
  readonly background: string;
  readonly ink: string;
}

export const pictureLooks: Readonly<Record<'light' | 'dark', PictureLook>> = {
  light: { background: '#ffffff', ink: '#1a1d21' },
  dark: { background: '#131518', ink: '#e3e6e9' },
};

/** Grey of the bare surface, which shows through a translucent map; also under the colour bar. */
export const surfaceGrey = [176, 176, 176] as const;

export interface BrainPictureParts {
  readonly snapshot: { readonly canvas: HTMLCanvasElement; readonly scale: number };
  readonly width: number;
  readonly height: number;
  /** Width of the strip to the right that holds the colour bar. */
  readonly barWidth: number;
  readonly edges: { left: string; right: string; top: string; bottom: string };
  readonly display: MapDisplay;
  readonly label: string;
  readonly notes: readonly string[];
  readonly look: PictureLook;
}

/** The brain with its edge letters, colour bar and notes, as one canvas at the snapshot's own scale. */
export function composeBrainPicture(parts: BrainPictureParts): { canvas: HTMLCanvasElement; scale: number } {
  const { width, height, edges, look } = parts;
  const { canvas: snapshot, scale } = parts.snapshot;
  const canvas = document.createElement('canvas');
  canvas.width = snapshot.width + Math.round(parts.barWidth * scale);
  canvas.height = snapshot.height;
  const context = canvas.getContext('2d');
  if (!context) return { canvas, scale };
  context.fillStyle = look.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(snapshot, 0, 0);
  context.scale(scale, scale);
  context.fillStyle = look.ink;
  context.font = '600 14px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const write = (text: string, x: number, y: number, align: CanvasTextAlign) => {
    context.textAlign = align;
    context.fillText(text, x, y);
  };
  write(edges.left, 12, height / 2, 'left');
  write(edges.right, width - 12, height / 2, 'right');
  write(edges.top, width / 2, 16, 'center');
  write(edges.bottom, width / 2, height - 16, 'center');
  context.font = '12px system-ui, sans-serif';
  parts.notes.forEach((note, line) => {
    write(note, 12, height - 14 - 16 * (parts.notes.length - 1 - line), 'left');
  });
  drawColorBar(context, colorBarBox(width + 2, height), parts.display, parts.label, {
    ink: look.ink,
    under: surfaceGrey,
    fontSize: 12,
  });
  return { canvas, scale };
}

/** Width of the colour bar's strip on screen. */
export const barWidth = 78;

function colorBarBox(x: number, height: number): { x: number; y: number; width: number; height: number } {
  const tall = Math.min(230, height - 32);
  return { x, y: (height - tall) / 2, width: barWidth - 6, height: tall };
}
