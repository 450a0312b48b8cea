import type { Vec3 } from '../types.ts';
import type { SliceConvention } from './props.ts';

export type SlicePlane = 'coronal' | 'sagittal' | 'axial';

/** One plane's rectangle on the canvas, in CSS pixels, y down. */
export interface SlicePanel {
  readonly plane: SlicePlane;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SliceLayout {
  readonly panels: readonly SlicePanel[];
  /** Where the colour bar goes. */
  readonly bar: { x: number; y: number; width: number; height: number };
  readonly mmPerPixel: number;
}

/** Axes of a plane: `across` runs to the right of the picture, `up` upward, `through` is held fixed. */
export const planeAxes: Readonly<
  Record<SlicePlane, { across: 0 | 1 | 2; up: 0 | 1 | 2; through: 0 | 1 | 2 }>
> = {
  sagittal: { across: 1, up: 2, through: 0 },
  coronal: { across: 0, up: 2, through: 1 },
  axial: { across: 0, up: 1, through: 2 },
};

/** −1 where the picture's right is the axis's low end: x in the radiological convention. */
export function acrossSign(plane: SlicePlane, convention: SliceConvention): 1 | -1 {
  return convention === 'radiological' && planeAxes[plane].across === 0 ? -1 : 1;
}

const gap = 4;
const barWidth = 78;

/**
 * Three panels of one scale with the colour bar beside them: in a row, or two over one, whichever draws larger.
 * @param extent size of the shown box in mm along x, y, z
 */
export function layoutSlices(width: number, height: number, extent: Vec3): SliceLayout {
  const [ex, ey, ez] = extent;
  const row = Math.max(
    (ey + 2 * ex) / Math.max(1, width - barWidth - 2 * gap),
    Math.max(ez, ey) / Math.max(1, height),
  );
  const square = Math.max((ex + ey) / Math.max(1, width - gap), (ez + ey) / Math.max(1, height - gap));
  if (row <= square) {
    const left = Math.max(0, (width - (ey + 2 * ex) / row - 2 * gap - barWidth) / 2);
    const sagittal = panel('sagittal', left, 0, ey, ez, row);
    const coronal = panel('coronal', left + sagittal.width + gap, 0, ex, ez, row);
    const axial = panel('axial', coronal.x + coronal.width + gap, 0, ex, ey, row);
    const panels = [sagittal, coronal, axial].map((one) => ({ ...one, y: (height - one.height) / 2 }));
    return { panels, bar: barBox(axial.x + axial.width + 12, 0, barWidth, height), mmPerPixel: row };
  }
  const left = Math.max(0, (width - (ex + ey) / square - gap) / 2);
  const sagittal = panel('sagittal', left, 0, ey, ez, square);
  const coronal = panel('coronal', left + sagittal.width + gap, 0, ex, ez, square);
  const axial = panel('axial', left + sagittal.width + gap, sagittal.height + gap, ex, ey, square);
  const bar = barBox(left + sagittal.width / 2, sagittal.height + gap, sagittal.width / 2, axial.height);
  return { panels: [sagittal, coronal, axial], bar, mmPerPixel: square };
}

function panel(
  plane: SlicePlane,
  x: number,
  y: number,
  across: number,
  up: number,
  mmPerPixel: number,
): SlicePanel {
  return { plane, x, y, width: across / mmPerPixel, height: up / mmPerPixel };
}

function barBox(x: number, y: number, width: number, height: number): SliceLayout['bar'] {
  const tall = Math.min(height - 16, 200);
  return { x, y: y + (height - tall) / 2, width, height: tall };
}

/** What part of space the panels show: zoom 1 shows the whole box around `centre`. */
export interface SliceView {
  readonly centre: Vec3;
  readonly zoom: number;
  readonly convention: SliceConvention;
}

/** A point of a panel (pixels from its upper left) to mm, at the cursor's depth. */
export function panelToMm(
  panelAt: SlicePanel,
  layout: SliceLayout,
  view: SliceView,
  cursor: Vec3,
  x: number,
  y: number,
): Vec3 {
  const { across, up, through } = planeAxes[panelAt.plane];
  const scale = layout.mmPerPixel / view.zoom;
  const mm: [number, number, number] = [0, 0, 0];
  mm[across] =
    view.centre[across] + (x - panelAt.width / 2) * scale * acrossSign(panelAt.plane, view.convention);
  mm[up] = view.centre[up] - (y - panelAt.height / 2) * scale;
  mm[through] = cursor[through];
  return mm;
}

/** The inverse of panelToMm within the plane. */
export function mmToPanel(
  panelAt: SlicePanel,
  layout: SliceLayout,
  view: SliceView,
  mm: Vec3,
): { x: number; y: number } {
  const { across, up } = planeAxes[panelAt.plane];
  const scale = view.zoom / layout.mmPerPixel;
  return {
    x:
      panelAt.width / 2 +
      (mm[across] - view.centre[across]) * scale * acrossSign(panelAt.plane, view.convention),
    y: panelAt.height / 2 - (mm[up] - view.centre[up]) * scale,
  };
}

/** Letters at the left and right edge of a panel. */
export function sideLetters(plane: SlicePlane, convention: SliceConvention): [string, string] {
  if (plane === 'sagittal') return ['P', 'A'];
  return convention === 'neurological' ? ['L', 'R'] : ['R', 'L'];
}
