import { IN_MEMORY } from './in-memory.ts';
import type { PanelPicture } from './panel-painter.ts';
import type { TimelineInput, TimelineMark } from './props.ts';
import { toUnits, type UnitRange } from './step-axis.ts';

/** Layout in CSS pixels. */
export const GUTTER = 64;
export const TITLE = 18;
export const PANEL = 116;
/** Room at the right of the plots. */
export const RIGHT = 14;
const GAP = 10;
/** How near the pointer has to be to a checkpoint or curve. */
const REACH = 9;

/** One metric's panel and its picture. */
export interface PanelState {
  readonly metric: string;
  picture: PanelPicture | null;
  values: UnitRange | null;
  stale: boolean;
}

/** What is drawn, and where: all that drawing and picking need. */
export interface Scene {
  readonly input: TimelineInput;
  readonly states: readonly PanelState[];
  readonly view: UnitRange;
  /** Width of the canvas in CSS pixels. */
  readonly width: number;
}

export interface NearestPoint {
  readonly owner: string;
  readonly step: number;
  readonly value: number;
  readonly x: number;
  readonly y: number;
}

/** Height of the panels for a number of metrics, in CSS pixels. */
export function panelsHeight(metrics: number): number {
  return metrics * (TITLE + PANEL + GAP);
}

/** Top of a panel's plot. */
export function panelTop(at: number): number {
  return at * (TITLE + PANEL + GAP) + TITLE;
}

/** Width of the plots. */
export function plotWidth(width: number): number {
  return Math.max(1, width - GUTTER - RIGHT);
}

/** Place of axis units on the canvas. */
export function xOfUnits({ view, width }: Scene, units: number): number {
  return GUTTER + ((units - view.from) / (view.to - view.from)) * plotWidth(width);
}

/** Tokens a step on this axis: 1 where it counts steps. */
function tokensOf({ input }: Scene, ownerAt: number): number {
  if (input.axis !== 'tokens') return 1;
  return input.tokensPerStep[ownerAt] ?? input.tokensPerStep.find((count) => count !== null) ?? 1;
}

/** Place of a checkpoint on the canvas. */
export function xOfMark(scene: Scene, { step, owner }: TimelineMark): number {
  const { input } = scene;
  const at = owner === null || input.axis !== 'tokens' ? -1 : input.curves.owners.indexOf(owner);
  return xOfUnits(scene, toUnits(step, input.axis, tokensOf(scene, at)));
}

/** The checkpoint nearest to a place on the axis, within reach. */
export function nearestMark(scene: Scene, x: number): TimelineMark | null {
  let best: TimelineMark | null = null;
  let distance = REACH;
  for (const mark of scene.input.marks) {
    const off = mark.id === null ? distance : Math.abs(xOfMark(scene, mark) - x);
    if (off < distance) [best, distance] = [mark, off];
  }
  return best;
}

/** The point nearest to the pointer among those of its panel, within reach. */
export function nearestPoint(scene: Scene, x: number, y: number): NearestPoint | null {
  const { curves, axis } = scene.input;
  const at = Math.floor(y / (panelTop(1) - panelTop(0)));
  const state = scene.states[at];
  if (state === undefined || state.values === null) return null;
  const { from, to } = state.values;
  const top = panelTop(at);
  const metric = curves.metrics.indexOf(state.metric);
  let best: NearestPoint | null = null;
  let distance = 3 * REACH;
  for (let curve = 0; curve < curves.metric.length; curve++) {
    if (curves.metric[curve] !== metric) continue;
    const tokens = tokensOf(scene, curves.owner[curve]);
    for (let point = curves.start[curve]; point < curves.start[curve + 1]; point++) {
      const px = xOfUnits(scene, toUnits(curves.step[point], axis, tokens));
      if (Math.abs(px - x) >= distance) continue;
      const py = top + ((to - curves.value[point]) / (to - from)) * PANEL;
      const off = Math.hypot(px - x, py - y);
      if (!(off < distance)) continue;
      distance = off;
      const owner = curves.owners[curves.owner[curve]];
      best = { owner, step: curves.step[point], value: curves.value[point], x: px, y: py };
    }
  }
  return best;
}

/** From step 0 to the last step of any curve, in units of the axis. */
export function wholeRange(
  curves: Pick<TimelineInput['curves'], 'owner' | 'start' | 'step'>,
  axis: TimelineInput['axis'],
  tokensPerStep: TimelineInput['tokensPerStep'],
): UnitRange {
  let to = 0;
  for (let curve = 0; curve < curves.owner.length; curve++) {
    const tokens = axis === 'tokens' ? tokensPerStep[curves.owner[curve]] : 1;
    const end = curves.start[curve + 1];
    if (tokens === null || tokens === undefined || end === curves.start[curve]) continue;
    to = Math.max(to, toUnits(curves.step[end - 1], axis, tokens));
  }
  return { from: 0, to: to > 0 ? to : 1 };
}

/** A canvas of that size in CSS pixels, cleared, whose context draws in CSS pixels. */
export function sized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  scale: number,
): CanvasRenderingContext2D | null {
  const [wide, tall] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d', IN_MEMORY);
  context?.setTransform(scale, 0, 0, scale, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}
