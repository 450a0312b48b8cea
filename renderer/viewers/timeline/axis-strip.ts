import { AXIS_HEIGHT, type AxisColours, drawAxis } from './draw-axis.ts';
import type { TimelineMark } from './props.ts';
import { GUTTER, plotWidth, RIGHT, type Scene, sized } from './scene.ts';
import type { UnitRange } from './step-axis.ts';

/** The axis as a strip longer than the view: panning moves it, and it is drawn anew only near its end. */
export class AxisStrip {
  readonly #canvas: HTMLCanvasElement;
  #range: UnitRange = { from: 0, to: 0 };
  #drawn: readonly unknown[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Shows the axis of a scene. @param whole nothing is drawn beyond it @param scale canvas pixels of a CSS pixel */
  place(
    scene: Scene,
    whole: UnitRange,
    scale: number,
    colours: AxisColours,
    hover: TimelineMark | null,
  ): void {
    const { input, view, width } = scene;
    const plot = plotWidth(width);
    const wide = view.to - view.from;
    // What the drawing follows from, but for the place of the view.
    const from = [input, width, scale, wide, whole.to, hover];
    const covered = view.from >= this.#range.from && view.to <= this.#range.to;
    if (!covered || from.some((value, at) => value !== this.#drawn[at])) {
      this.#drawn = from;
      this.#range = {
        from: Math.max(whole.from, view.from - wide),
        to: Math.min(whole.to, view.to + wide),
      };
      const long = ((this.#range.to - this.#range.from) / wide) * plot + GUTTER + RIGHT;
      const context = sized(this.#canvas, long, AXIS_HEIGHT, scale);
      if (context !== null) drawAxis(context, { ...scene, view: this.#range, width: long }, colours, hover);
    }
    const left = ((this.#range.from - view.from) / wide) * plot - GUTTER + RIGHT;
    this.#canvas.style.transform = `translateX(${Math.round(left * scale) / scale}px)`;
  }
}
