import {
  GUTTER,
  type NearestPoint,
  PANEL,
  type PanelState,
  panelsHeight,
  panelTop,
  plotWidth,
  type Scene,
  xOfMark,
} from './scene.ts';
import { niceTicks } from './step-axis.ts';

export const FONT = '12px system-ui, sans-serif';

/** Draws frames, value axes and pictures of all panels, and what lies over them. */
export function drawPanels(
  context: CanvasRenderingContext2D,
  scene: Scene,
  brush: { readonly from: number; readonly to: number } | null,
  hover: NearestPoint | null,
): void {
  const { look, language, panels } = scene.input;
  const height = panelsHeight(scene.states.length);
  const plot = plotWidth(scene.width);
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  context.font = FONT;
  for (const [at, state] of scene.states.entries()) {
    const top = panelTop(at);
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillStyle = look.ink;
    context.fillText(panels[at]?.label ?? state.metric, GUTTER, top - 4);
    drawValueAxis(context, scene, state, top, number);
    drawPicture(context, scene, state, top);
    context.strokeStyle = look.line;
    context.strokeRect(GUTTER + 0.5, top + 0.5, plot - 1, PANEL - 1);
  }
  drawPins(context, scene, height);
  if (brush !== null) {
    context.fillStyle = look.series[0];
    context.globalAlpha = 0.15;
    context.fillRect(brush.from, 0, brush.to - brush.from, height);
    context.globalAlpha = 1;
  }
  if (hover !== null) drawHover(context, scene, hover, number);
}

function drawValueAxis(
  context: CanvasRenderingContext2D,
  { input: { look }, width }: Scene,
  { values }: PanelState,
  top: number,
  number: Intl.NumberFormat,
): void {
  if (values === null) return;
  const { from, to } = values;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const value of niceTicks(from, to, 4)) {
    const y = Math.round(top + ((to - value) / (to - from)) * PANEL);
    context.fillStyle = look.line;
    context.fillRect(GUTTER, y, plotWidth(width), 1);
    context.fillStyle = look.muted;
    context.fillText(number.format(value), GUTTER - 6, y);
  }
}

function drawPicture(context: CanvasRenderingContext2D, scene: Scene, state: PanelState, top: number): void {
  const { picture, values } = state;
  if (picture === null || values === null) return;
  const plot = plotWidth(scene.width);
  const width = scene.view.to - scene.view.from;
  const left = GUTTER + ((picture.range.from - scene.view.from) / width) * plot;
  const across = ((picture.range.to - picture.range.from) / width) * plot;
  // A picture of other values is stretched until its own is painted.
  const up = PANEL / (values.to - values.from);
  const shift = (values.to - picture.values.to) * up;
  const tall = (picture.values.to - picture.values.from) * up;
  context.save();
  context.beginPath();
  context.rect(GUTTER, top, plot, PANEL);
  context.clip();
  context.drawImage(picture.canvas, left, top + shift, across, tall);
  context.restore();
}

function drawPins(context: CanvasRenderingContext2D, scene: Scene, height: number): void {
  const { pins, marks, look } = scene.input;
  for (const [at, id] of pins.entries()) {
    const mark = id === null ? undefined : marks.find((candidate) => candidate.id === id);
    if (mark === undefined) continue;
    const x = xOfMark(scene, mark);
    if (x < GUTTER || x > GUTTER + plotWidth(scene.width)) continue;
    context.strokeStyle = look.ink;
    context.setLineDash(at === 0 ? [] : [4, 3]);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.setLineDash([]);
  }
}

function drawHover(
  context: CanvasRenderingContext2D,
  { input, width }: Scene,
  { owner, step, value, x, y }: NearestPoint,
  number: Intl.NumberFormat,
): void {
  const { look } = input;
  context.fillStyle = look.ink;
  context.beginPath();
  context.arc(x, y, 3, 0, 2 * Math.PI);
  context.fill();
  const whole = new Intl.NumberFormat(input.language);
  const text = `${input.ownerName(owner)} · ${whole.format(step)} · ${number.format(value)}`;
  const wide = context.measureText(text).width + 12;
  const left = Math.min(x + 8, width - wide - 2);
  const top = Math.max(2, y - 26);
  context.fillStyle = look.background;
  context.fillRect(left, top, wide, 20);
  context.strokeStyle = look.muted;
  context.strokeRect(left + 0.5, top + 0.5, wide - 1, 19);
  context.fillStyle = look.ink;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, left + 6, top + 10);
}
