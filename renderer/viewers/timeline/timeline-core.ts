import { AxisStrip } from './axis-strip.ts';
import { drawPanels } from './draw-panels.ts';
import { paintPanel, valueRange } from './panel-painter.ts';
import { PlotLayers } from './plot-layers.ts';
import type { TimelineCallbacks, TimelineInput } from './props.ts';
import {
  GUTTER,
  nearestMark,
  nearestPoint,
  PANEL,
  type PanelState,
  panelsHeight,
  panelTop,
  plotWidth,
  type Scene,
  sized,
} from './scene.ts';
import { clampRange, fromUnits, type UnitRange, zoomRange } from './step-axis.ts';

/** Milliseconds of a frame that painting may take while the user moves the view, and while not. */
const SLICE_MOVING = 4;
const SLICE_RESTING = 60;
/** After this long without a movement the view rests. */
const REST_MS = 160;
const FRAMES_KEPT = 600;
/** Shortest range that can be brushed, in pixels. */
const BRUSH_PX = 4;

interface Painting {
  readonly state: PanelState;
  readonly steps: ReturnType<typeof paintPanel>;
}

/** The elements that a timeline is made of. */
export interface TimelineElements {
  /** As tall as all panels; takes the layers that move. */
  readonly stage: HTMLElement;
  /** Within the stage: frames and value axes. */
  readonly frames: HTMLCanvasElement;
  readonly axis: HTMLCanvasElement;
}

/**
 * The timeline without React. Panels are painted into pictures up to twice as wide as the view, a few curves a frame, so
 * that panning only moves pictures; what is missing at the edges is painted while it moves.
 */
export class TimelineCore {
  readonly #stage: HTMLElement;
  readonly #frames: HTMLCanvasElement;
  readonly #axis: AxisStrip;
  readonly #layers: PlotLayers;
  readonly #callbacks: () => TimelineCallbacks;
  readonly #frameMs: number[] = [];
  #input: TimelineInput | null = null;
  #colours = { suspect: '', faulty: '' };
  #states: PanelState[] = [];
  #whole: UnitRange = { from: 0, to: 1 };
  #view: UnitRange = { from: 0, to: 1 };
  #width = 1;
  #scale = 1;
  #frame = 0;
  /** Frames and value axes are drawn anew only when something about them changed. */
  #framesStale = true;
  #painting: Painting | null = null;
  #movedAt = Number.NEGATIVE_INFINITY;
  #restTimer = 0;
  #arrivedAt = 0;
  #paintMs = 0;
  #hover: { readonly x: number; readonly y: number | null } | null = null;
  #brush: { readonly from: number; readonly to: number } | null = null;

  constructor({ stage, frames, axis }: TimelineElements, callbacks: () => TimelineCallbacks) {
    this.#stage = stage;
    this.#frames = frames;
    this.#axis = new AxisStrip(axis);
    this.#layers = new PlotLayers(stage);
    this.#callbacks = callbacks;
  }

  /** Shows other curves; the view stays where it is, or grows with the course where it shows all of it. */
  set(input: TimelineInput): void {
    const before = this.#input;
    const showsAll = before === null || before.axis !== input.axis || sameRange(this.#view, this.#whole);
    this.#input = input;
    const style = getComputedStyle(this.#stage);
    const colour = (name: string) => style.getPropertyValue(name);
    this.#colours = { suspect: colour('--gy-warn'), faulty: colour('--gy-bad') };
    this.#whole = input.whole;
    this.#view = showsAll ? this.#whole : clampRange(this.#view, this.#whole);
    const known = new Map(this.#states.map((state) => [state.metric, state]));
    this.#states = input.panels.map(({ metric }) => {
      const state = known.get(metric) ?? { metric, picture: null, values: null, stale: true };
      if (before?.axis !== input.axis) state.picture = null;
      state.stale = true;
      return state;
    });
    this.#fitValues();
    this.#painting = null;
    this.#framesStale = true;
    this.#arrivedAt = performance.now();
    this.#paintMs = 0;
    this.#request();
  }

  /** Takes the width of its canvas anew. */
  resize(): void {
    this.#width = Math.max(1, this.#stage.clientWidth);
    this.#scale = Math.min(2, window.devicePixelRatio || 1);
    for (const state of this.#states) state.stale = true;
    this.#framesStale = true;
    this.#request();
  }

  /** Other panels came into sight. */
  scrolled(): void {
    this.#request();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#restTimer);
    this.#layers.dispose();
  }

  /** Moves the view by a share of its width. */
  panBy(share: number): void {
    const by = share * (this.#view.to - this.#view.from);
    this.#move({ from: this.#view.from + by, to: this.#view.to + by });
  }

  /** Moves the view with the pointer. */
  panPixels(pixels: number): void {
    this.panBy(pixels / plotWidth(this.#width));
  }

  /** Zooms around a place of the canvas, or the middle; a factor below 1 goes nearer. */
  zoomBy(factor: number, x?: number): void {
    const across = x === undefined ? 0.5 : this.#acrossOf(x);
    this.#move(zoomRange(this.#view, factor, this.#view.from + across * (this.#view.to - this.#view.from)));
  }

  /** The whole course again. */
  reset(): void {
    this.#move(this.#whole);
  }

  /** Where the pointer is; `y` is null over the axis. */
  hover(place: { readonly x: number; readonly y: number | null } | null): void {
    this.#hover = place;
    this.#request();
  }

  /** Shows the range that is being brushed, in pixels of the canvas. */
  brush(from: number, to: number): void {
    this.#brush = { from, to };
    this.#request();
  }

  /** Zooms to the brushed range. */
  applyBrush(): void {
    const brush = this.#brush;
    this.#brush = null;
    if (brush === null || Math.abs(brush.to - brush.from) < BRUSH_PX) {
      this.#request();
      return;
    }
    const [from, to] = [brush.from, brush.to]
      .sort((a, b) => a - b)
      .map((x) => this.#view.from + this.#acrossOf(x) * (this.#view.to - this.#view.from));
    this.#move({ from, to });
  }

  /** A click on the panels brings the nearest curve's owner into focus. */
  clickPanels(x: number, y: number): void {
    const nearest = this.#input && nearestPoint(this.#scene(this.#input), x, y);
    if (nearest) this.#callbacks().onFocus(nearest.owner);
  }

  /** A click on the axis takes the nearest checkpoint. */
  clickAxis(x: number): void {
    const mark = this.#input && nearestMark(this.#scene(this.#input), x);
    if (mark) this.#callbacks().onPick(mark);
  }

  #acrossOf(x: number): number {
    return (x - GUTTER) / plotWidth(this.#width);
  }

  #scene(input: TimelineInput): Scene {
    return { input, states: this.#states, view: this.#view, width: this.#width };
  }

  #move(to: UnitRange): void {
    this.#view = clampRange(to, this.#whole);
    this.#hover = null;
    this.#movedAt = performance.now();
    clearTimeout(this.#restTimer);
    this.#restTimer = window.setTimeout(() => this.#rest(), REST_MS);
    this.#request();
  }

  #rest(): void {
    const input = this.#input;
    if (input === null) return;
    this.#fitValues();
    this.#request();
    const { axis } = input;
    const tokens = input.tokensPerStep.filter((count) => count !== null);
    const [least, most] = axis === 'tokens' ? [Math.min(...tokens), Math.max(...tokens)] : [1, 1];
    this.#callbacks().onRange(
      sameRange(this.#view, this.#whole)
        ? null
        : {
            from: Math.max(0, Math.floor(fromUnits(this.#view.from, axis) / most)),
            to: Math.ceil(fromUnits(this.#view.to, axis) / least),
          },
    );
  }

  /** Value axes follow what is in view. */
  #fitValues(): void {
    const input = this.#input;
    if (input === null) return;
    for (const state of this.#states) {
      const values = valueRange(input, state.metric, this.#view);
      if (values === null || (state.values !== null && sameRange(values, state.values))) continue;
      state.values = values;
      state.stale = true;
      this.#framesStale = true;
    }
  }

  #request(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#onFrame());
  }

  #onFrame(): void {
    this.#frame = 0;
    const input = this.#input;
    if (input === null) return;
    const began = performance.now();
    const moving = began - this.#movedAt < REST_MS;
    this.#paintSome(input, moving, began + (moving ? SLICE_MOVING : SLICE_RESTING));
    this.#draw(input);
    const wanting = this.#states.filter((state) => this.#wants(state) || this.#painting?.state === state);
    const inSight = wanting.some((state) => this.#inSight(state));
    if (!inSight && this.#paintMs === 0) this.#paintMs = performance.now() - this.#arrivedAt;
    this.#frameMs.push(performance.now() - began);
    if (this.#frameMs.length > FRAMES_KEPT) this.#frameMs.shift();
    window.gyrusTimeline = {
      curves: input.curves.owner.length,
      points: input.curves.step.length,
      paintMs: this.#paintMs,
      complete: !inSight,
      frameMs: this.#frameMs,
    };
    if (wanting.length > 0 || moving) this.#request();
  }

  #draw(input: TimelineInput): void {
    const scene = this.#scene(input);
    const hover = this.#hover;
    if (this.#framesStale) {
      const frames = sized(this.#frames, this.#width, panelsHeight(this.#states.length), this.#scale);
      if (frames !== null) drawPanels(frames, scene);
      this.#framesStale = false;
    }
    const point = hover === null || hover.y === null ? null : nearestPoint(scene, hover.x, hover.y);
    this.#layers.place(scene, this.#scale, this.#brush, point);
    const mark = hover === null || hover.y !== null ? null : nearestMark(scene, hover.x);
    this.#axis.place(scene, this.#whole, this.#scale, this.#colours, mark);
  }

  /** Whether any of a panel is scrolled into view. */
  #inSight(state: PanelState): boolean {
    const frame = this.#stage.parentElement;
    if (frame === null) return true;
    const top = panelTop(this.#states.indexOf(state));
    return top < frame.scrollTop + frame.clientHeight && top + PANEL > frame.scrollTop;
  }

  /** Whether a panel's picture no longer covers the view at its resolution, with some room at the edges. */
  #wants({ picture, values, stale }: PanelState): boolean {
    if (values === null) return false;
    if (stale || picture === null) return true;
    const width = this.#view.to - this.#view.from;
    const wanted = (plotWidth(this.#width) * this.#scale) / width;
    const zoomed =
      Math.abs(picture.canvas.width / (picture.range.to - picture.range.from) / wanted - 1) > 0.005;
    const room = 0.15 * width;
    const short = (edge: number, end: number) => edge < room && end > edge + 1e-9 * width;
    return (
      zoomed ||
      short(this.#view.from - picture.range.from, this.#view.from - this.#whole.from) ||
      short(picture.range.to - this.#view.to, this.#whole.to - this.#view.to)
    );
  }

  #paintSome(input: TimelineInput, moving: boolean, until: number): void {
    do {
      this.#painting ??= this.#nextPainting(input, moving);
      if (this.#painting === null) return;
      const next = this.#painting.steps.next();
      if (next.done !== true) continue;
      this.#painting.state.picture = next.value;
      this.#painting = null;
    } while (performance.now() < until);
  }

  /** Panels in sight come first; the others are painted while nothing moves. */
  #nextPainting(input: TimelineInput, moving: boolean): Painting | null {
    const wanting = this.#states.filter((candidate) => this.#wants(candidate));
    const state = wanting.find((candidate) => this.#inSight(candidate)) ?? (moving ? undefined : wanting[0]);
    if (state === undefined || state.values === null) return null;
    state.stale = false;
    const width = this.#view.to - this.#view.from;
    // Half a view more on either side, but nothing beyond the course.
    const range = {
      from: Math.max(this.#whole.from, this.#view.from - width / 2),
      to: Math.min(this.#whole.to, this.#view.to + width / 2),
    };
    const steps = paintPanel({
      input,
      metric: state.metric,
      range,
      values: state.values,
      width: Math.max(
        1,
        Math.round(((range.to - range.from) / width) * plotWidth(this.#width) * this.#scale),
      ),
      height: Math.round(PANEL * this.#scale),
      scale: this.#scale,
    });
    return { state, steps };
  }
}

function sameRange(a: UnitRange, b: UnitRange): boolean {
  return a.from === b.from && a.to === b.to;
}
