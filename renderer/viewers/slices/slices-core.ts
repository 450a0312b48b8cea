import { drawColorBar } from '../colour/draw-color-bar.ts';
import { formatValue } from '../colour/range.ts';
import { significanceOf } from '../colour/significance.ts';
import { flatten, gridBounds, transform, voxelSizes } from '../maths/affine.ts';
import { buildVoxelLookup, type VoxelLookup, voxelAt } from '../sampling/voxel-lookup.ts';
import type { AnatomicalVolume, Cursor, MapDisplay, StatLayer, Vec3, VolumeGrid } from '../types.ts';
import type { SliceConvention } from './props.ts';
import {
  acrossSign,
  layoutSlices,
  mmToPanel,
  panelToMm,
  planeAxes,
  type SliceLayout,
  type SlicePanel,
  type SlicePlane,
  type SliceView,
  sideLetters,
} from './slice-layout.ts';
import {
  mapValue,
  type PixelGrid,
  type PreparedAnatomy,
  paintAnatomy,
  paintMap,
  prepareAnatomy,
} from './slice-pixels.ts';

const ink = '#e8ebee';
const crosshairColor = '#ffe14a';

/** The slices viewer without React: three linked planes on one canvas. */
export class SlicesCore {
  readonly #canvas: HTMLCanvasElement;
  #anatomy: PreparedAnatomy | null = null;
  #lookup: VoxelLookup | null = null;
  #layer: StatLayer | null = null;
  #display: MapDisplay | null = null;
  #label = '';
  #box: { low: Vec3; high: Vec3 } = { low: [-90, -126, -72], high: [90, 90, 108] };
  #view: SliceView = { centre: [0, -18, 18], zoom: 1, convention: 'neurological' };
  #cursor: Vec3 = [0, 0, 0];
  #layout: SliceLayout = layoutSlices(1, 1, [1, 1, 1]);
  #frame = 0;
  readonly #overlays = new Map<SlicePlane, HTMLCanvasElement>();
  readonly #painted = new Map<SlicePlane, { key: string; canvas: HTMLCanvasElement }>();

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  get layout(): SliceLayout {
    return this.#layout;
  }

  /** Smallest voxel edge of the map in mm: what one key press moves. */
  get stepMm(): number {
    return this.#lookup ? Math.min(...voxelSizes(this.#lookup.toMm)) : 1;
  }

  get cursor(): Vec3 {
    return this.#cursor;
  }

  get convention(): SliceConvention {
    return this.#view.convention;
  }

  setVolumes(anatomy: AnatomicalVolume | null, volume: VolumeGrid): void {
    this.#painted.clear();
    this.#anatomy = anatomy ? prepareAnatomy(anatomy) : null;
    this.#lookup = buildVoxelLookup(volume);
    this.#box = gridBounds(
      anatomy ? flatten(anatomy.affine) : this.#lookup.toMm,
      anatomy ? anatomy.shape : volume.shape,
    );
    const { low, high } = this.#box;
    const middle = (axis: number) => (low[axis] + high[axis]) / 2;
    this.#view = { ...this.#view, centre: [middle(0), middle(1), middle(2)], zoom: 1 };
    this.#relayout();
  }

  setMap(layer: StatLayer, display: MapDisplay, label: string): void {
    this.#layer = layer;
    this.#display = display;
    this.#label = label;
    this.draw();
  }

  setConvention(convention: SliceConvention): void {
    this.#view = { ...this.#view, convention };
    this.draw();
  }

  /** Moves the crosshair; a zoomed view follows only when the crosshair would leave it. */
  setCursor(mm: Vec3): void {
    this.#cursor = mm;
    if (
      this.#view.zoom > 1 &&
      this.#layout.panels.some((panel) => !within(panel, mmToPanel(panel, this.#layout, this.#view, mm)))
    ) {
      this.#view = { ...this.#view, centre: mm };
    }
    this.draw();
  }

  zoom(factor: number): void {
    const zoom = Math.max(1, Math.min(12, this.#view.zoom * factor));
    const { low, high } = this.#box;
    const toward = 1 - 1 / zoom;
    const centre = [0, 1, 2].map((axis) => {
      const middle = (low[axis] + high[axis]) / 2;
      return middle + (this.#cursor[axis] - middle) * toward;
    });
    this.#view = { ...this.#view, zoom, centre: [centre[0], centre[1], centre[2]] };
    this.draw();
  }

  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.max(1, Math.round(width * ratio));
    this.#canvas.height = Math.max(1, Math.round(height * ratio));
    this.#relayout();
  }

  /** The panel under a canvas point (CSS pixels), if any. */
  panelAt(x: number, y: number): SlicePanel | null {
    return this.#layout.panels.find((panel) => within(panel, { x: x - panel.x, y: y - panel.y })) ?? null;
  }

  /** Place, voxel and value under a point of a panel; the point may lie outside the panel while dragging. */
  read(panel: SlicePanel, x: number, y: number): { cursor: Cursor; value: number } {
    return this.at(panelToMm(panel, this.#layout, this.#view, this.#cursor, x - panel.x, y - panel.y));
  }

  /** Voxel and drawn value at a place; the place is held within the box. */
  at(place: Vec3): { cursor: Cursor; value: number } {
    const mm = [0, 1, 2].map((axis) =>
      Math.max(this.#box.low[axis], Math.min(this.#box.high[axis], place[axis])),
    );
    const held: Vec3 = [mm[0], mm[1], mm[2]];
    if (!this.#lookup || !this.#layer || !this.#display)
      return { cursor: { mm: held, voxel: null }, value: Number.NaN };
    const [i, j, k] = transform(this.#lookup.toVoxel, ...held);
    const value = mapValue(this.#lookup, this.#layer.values, this.#display.sampling, i, j, k);
    return { cursor: { mm: held, voxel: voxelAt(this.#lookup, held) }, value };
  }

  /** The whole figure at `scale` pixels per CSS pixel. */
  picture(scale: number, notes: readonly string[]): { canvas: HTMLCanvasElement; scale: number } {
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(this.#canvas.clientWidth * scale);
    canvas.height = Math.round(this.#canvas.clientHeight * scale);
    this.#paint(canvas, scale);
    const context = canvas.getContext('2d');
    if (context) {
      context.fillStyle = ink;
      context.font = '12px system-ui, sans-serif';
      context.textBaseline = 'alphabetic';
      context.textAlign = 'left';
      notes.forEach((note, line) => {
        context.fillText(note, 8, this.#canvas.clientHeight - 8 - 16 * (notes.length - 1 - line));
      });
    }
    return { canvas, scale };
  }

  draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint(this.#canvas, window.devicePixelRatio);
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }

  #relayout(): void {
    const { low, high } = this.#box;
    const extent: Vec3 = [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
    this.#layout = layoutSlices(this.#canvas.clientWidth, this.#canvas.clientHeight, extent);
    this.draw();
  }

  #paint(canvas: HTMLCanvasElement, scale: number): void {
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#000000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    const onScreen = canvas === this.#canvas;
    for (const panel of this.#layout.panels) {
      const x = Math.round(panel.x * scale);
      const y = Math.round(panel.y * scale);
      const width = Math.max(1, Math.round(panel.width * scale));
      const height = Math.max(1, Math.round(panel.height * scale));
      if (this.#anatomy) context.drawImage(this.#anatomyOf(panel, width, height, onScreen), x, y);
      // On screen 1 mm is fine enough for a map of 2 to 4 mm voxels, and keeps a change of layer within a frame.
      const mmPerPixel = this.#layout.mmPerPixel / this.#view.zoom / scale;
      const share = onScreen ? Math.min(1, mmPerPixel / Math.min(1, this.stepMm / 3)) : 1;
      const overlay = this.#overlayOf(panel, Math.ceil(width * share), Math.ceil(height * share));
      if (overlay) context.drawImage(overlay, x, y, width, height);
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    for (const panel of this.#layout.panels) this.#annotate(context, panel);
    if (this.#display) {
      drawColorBar(context, this.#layout.bar, this.#display, this.#label, {
        ink,
        under: [90, 90, 90],
        fontSize: 12,
      });
    }
  }

  /** The grey slice of a panel; kept until the place or the size changes, since layers come and go over it. */
  #anatomyOf(panel: SlicePanel, width: number, height: number, keep: boolean): HTMLCanvasElement {
    const grid = this.#pixelGrid(panel, width, height);
    const key = [width, height, ...grid.origin, ...grid.right, ...grid.down].join();
    const kept = this.#painted.get(panel.plane);
    if (kept?.key === key) return kept.canvas;
    const canvas = painted(null, width, height, (pixels) => {
      if (this.#anatomy) paintAnatomy(pixels, grid, this.#anatomy);
    });
    if (keep) this.#painted.set(panel.plane, { key, canvas });
    return canvas;
  }

  #overlayOf(panel: SlicePanel, width: number, height: number): HTMLCanvasElement | null {
    if (!this.#lookup || !this.#layer || !this.#display) return null;
    const map = {
      lookup: this.#lookup,
      values: this.#layer.values,
      significance: significanceOf(this.#layer, this.#display.threshold.kind),
      display: this.#display,
    };
    const before = this.#overlays.get(panel.plane);
    const same = before?.width === width && before.height === height ? before : null;
    const canvas = painted(same, width, height, (pixels) =>
      paintMap(pixels, this.#pixelGrid(panel, width, height), map),
    );
    this.#overlays.set(panel.plane, canvas);
    return canvas;
  }

  #pixelGrid(panel: SlicePanel, width: number, height: number): PixelGrid {
    const corner = (x: number, y: number) => panelToMm(panel, this.#layout, this.#view, this.#cursor, x, y);
    const stepX = panel.width / width;
    const stepY = panel.height / height;
    const origin = corner(stepX / 2, stepY / 2);
    const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    return {
      width,
      height,
      origin,
      right: minus(corner(stepX * 1.5, stepY / 2), origin),
      down: minus(corner(stepX / 2, stepY * 1.5), origin),
    };
  }

  #annotate(context: CanvasRenderingContext2D, panel: SlicePanel): void {
    const { x, y } = mmToPanel(panel, this.#layout, this.#view, this.#cursor);
    context.save();
    context.beginPath();
    context.rect(panel.x, panel.y, panel.width, panel.height);
    context.clip();
    context.strokeStyle = crosshairColor;
    context.lineWidth = 1;
    context.globalAlpha = 0.8;
    const hole = 5;
    context.beginPath();
    for (const [from, to] of [
      [0, x - hole],
      [x + hole, panel.width],
    ]) {
      context.moveTo(panel.x + from, panel.y + y);
      context.lineTo(panel.x + to, panel.y + y);
    }
    for (const [from, to] of [
      [0, y - hole],
      [y + hole, panel.height],
    ]) {
      context.moveTo(panel.x + x, panel.y + from);
      context.lineTo(panel.x + x, panel.y + to);
    }
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.font = '600 13px system-ui, sans-serif';
    context.textBaseline = 'middle';
    const [left, right] = sideLetters(panel.plane, this.#view.convention);
    context.textAlign = 'left';
    context.fillText(left, panel.x + 6, panel.y + panel.height / 2 - 12);
    context.textAlign = 'right';
    context.fillText(right, panel.x + panel.width - 6, panel.y + panel.height / 2 - 12);
    const { through } = planeAxes[panel.plane];
    context.font = '12px system-ui, sans-serif';
    context.textAlign = 'left';
    context.fillText(
      `${'xyz'[through]} = ${formatValue(Number(this.#cursor[through].toFixed(1)), 4)}`,
      panel.x + 6,
      panel.y + 12,
    );
    context.restore();
  }
}

/** Pixels of one size, used again and again: a fresh buffer per drawing would keep the garbage collector busy. */
const images = new Map<string, ImageData>();

/** A canvas (that one, or a new one) filled by a painter of RGBA bytes. */
function painted(
  again: HTMLCanvasElement | null,
  width: number,
  height: number,
  paint: (pixels: Uint8ClampedArray) => void,
): HTMLCanvasElement {
  const canvas = again ?? document.createElement('canvas');
  if (!again) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (context) {
    const key = `${width}x${height}`;
    const image = images.get(key) ?? context.createImageData(width, height);
    if (images.size > 12) images.clear();
    images.set(key, image);
    paint(image.data);
    context.putImageData(image, 0, 0);
  }
  return canvas;
}

function within(panel: SlicePanel, point: { x: number; y: number }): boolean {
  return point.x >= 0 && point.y >= 0 && point.x <= panel.width && point.y <= panel.height;
}

/** The place one key press away in a panel: right/up in the picture, or through the stack. */
export function stepped(
  cursor: Vec3,
  panel: SlicePanel,
  convention: SliceConvention,
  by: { right?: number; up?: number; through?: number },
): Vec3 {
  const axes = planeAxes[panel.plane];
  const next: [number, number, number] = [cursor[0], cursor[1], cursor[2]];
  next[axes.across] += (by.right ?? 0) * acrossSign(panel.plane, convention);
  next[axes.up] += by.up ?? 0;
  next[axes.through] += by.through ?? 0;
  return next;
}
