import { formatValue, niceNumbers } from './numbers.ts';
import {
  GUTTER,
  type NearestPoint,
  PANEL,
  type PanelState,
  panelTop,
  plotWidth,
  type Scene,
  xOfMark,
} from './scene.ts';
import styles from './timeline.module.css';

interface Panel {
  readonly clip: HTMLDivElement;
  picture: HTMLCanvasElement | null;
}

/**
 * What moves over the panels' frames: their pictures, the pins, the brushed range, the point under the pointer. Each is an
 * element of its own that is only ever moved by a transform, so that a browser without a graphics card, too, has nothing
 * to paint and nothing to copy while the view is panned.
 */
export class PlotLayers {
  readonly #stage: HTMLElement;
  readonly #panels: Panel[] = [];
  readonly #pins: readonly HTMLDivElement[];
  readonly #brush: HTMLDivElement;
  readonly #dot: HTMLDivElement;
  readonly #tip: HTMLDivElement;

  /** @param stage holds the layers; its own origin is that of all places */
  constructor(stage: HTMLElement) {
    this.#stage = stage;
    this.#pins = [this.#layer('pinA'), this.#layer('pinB')];
    this.#brush = this.#layer('brush');
    this.#dot = this.#layer('dot');
    this.#tip = this.#layer('tip');
  }

  /** Takes the layers off the page. */
  dispose(): void {
    for (const { clip } of this.#panels) clip.remove();
    for (const layer of [...this.#pins, this.#brush, this.#dot, this.#tip]) layer.remove();
  }

  /** Puts everything where it belongs. @param brush range in pixels @param hover the point that is told of */
  place(
    scene: Scene,
    scale: number,
    brush: { readonly from: number; readonly to: number } | null,
    hover: NearestPoint | null,
  ): void {
    while (this.#panels.length > scene.states.length) this.#panels.pop()?.clip.remove();
    for (const [at, state] of scene.states.entries()) {
      const panel = this.#panels[at] ?? { clip: this.#layer('plot', this.#pins[0]), picture: null };
      this.#panels[at] = panel;
      placeOnce(panel.clip, {
        left: `${GUTTER}px`,
        top: `${panelTop(at)}px`,
        width: `${plotWidth(scene.width)}px`,
        height: `${PANEL}px`,
      });
      showPicture(panel, scene, state, scale);
    }
    this.#placePins(scene);
    show(this.#brush, brush !== null);
    if (brush !== null) {
      const [left, right] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)];
      placeOnce(this.#brush, { background: scene.input.look.series[0] ?? '', width: `${right - left}px` });
      this.#brush.style.transform = `translateX(${left}px)`;
    }
    this.#placeHover(scene, hover);
  }

  #placePins(scene: Scene): void {
    const { pins, marks } = scene.input;
    for (const [at, layer] of this.#pins.entries()) {
      const id = pins[at] ?? null;
      const mark = id === null ? undefined : marks.find((candidate) => candidate.id === id);
      const x = mark === undefined ? Number.NaN : xOfMark(scene, mark);
      const inView = x >= GUTTER && x <= GUTTER + plotWidth(scene.width);
      show(layer, inView);
      if (inView) layer.style.transform = `translateX(${x}px)`;
    }
  }

  #placeHover(scene: Scene, hover: NearestPoint | null): void {
    show(this.#dot, hover !== null);
    show(this.#tip, hover !== null);
    if (hover === null) return;
    const { owner, step, value, x, y } = hover;
    const { input, width } = scene;
    const { language } = input;
    const at = niceNumbers(language).whole.format(step);
    this.#tip.textContent = `${input.ownerName(owner)} · ${at} · ${formatValue(value, language)}`;
    this.#dot.style.transform = `translate(${x}px, ${y}px)`;
    const left = Math.max(0, Math.min(x + 8, width - this.#tip.offsetWidth - 2));
    this.#tip.style.transform = `translate(${left}px, ${Math.max(2, y - 28)}px)`;
  }

  #layer(part: string, before: Element | null = null): HTMLDivElement {
    const layer = document.createElement('div');
    layer.className = styles[part] ?? '';
    layer.ariaHidden = 'true';
    this.#stage.insertBefore(layer, before);
    return layer;
  }
}

function show(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown;
}

/** Sets what differs: the same style set again would cost a layout. */
function placeOnce(element: HTMLElement, style: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(style)) {
    if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
  }
}

function showPicture(panel: Panel, scene: Scene, { picture, values }: PanelState, scale: number): void {
  const canvas = picture?.canvas ?? null;
  if (panel.picture !== canvas) {
    canvas?.classList.add(styles.picture ?? '');
    panel.clip.replaceChildren(...(canvas === null ? [] : [canvas]));
    panel.picture = canvas;
  }
  if (picture === null || values === null) return;
  const plot = plotWidth(scene.width);
  const width = scene.view.to - scene.view.from;
  const across = (((picture.range.to - picture.range.from) / width) * plot) / (picture.canvas.width / scale);
  const left = ((picture.range.from - scene.view.from) / width) * plot;
  // A picture of other values is stretched until its own is painted.
  const tall = (picture.values.to - picture.values.from) / (values.to - values.from);
  const top = ((values.to - picture.values.to) / (values.to - values.from)) * PANEL;
  // Pixel falls on pixel where nothing is stretched.
  const even = Math.abs(across - 1) < 2e-3;
  const x = even ? Math.round(left * scale) / scale : left;
  picture.canvas.style.transform = `translate(${x}px, ${top}px) scale(${even ? 1 : across}, ${tall})`;
}
