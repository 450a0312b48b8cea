import { formatValue } from './numbers.ts';
import { GUTTER, PANEL, type PanelState, panelTop, plotWidth, type Scene } from './scene.ts';
import { niceTicks } from './step-axis.ts';

export const FONT = '12px system-ui, sans-serif';

/** Draws frames, names and value axes of all panels: what stays where it is while the view moves. */
export function drawPanels(context: CanvasRenderingContext2D, scene: Scene): void {
  const { look, panels } = scene.input;
  context.font = FONT;
  for (const [at, state] of scene.states.entries()) {
    const top = panelTop(at);
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillStyle = look.ink;
    context.fillText(panels[at]?.label ?? state.metric, GUTTER, top - 4);
    drawValueAxis(context, scene, state, top);
    context.strokeStyle = look.line;
    context.strokeRect(GUTTER + 0.5, top + 0.5, plotWidth(scene.width) - 1, PANEL - 1);
  }
}

function drawValueAxis(
  context: CanvasRenderingContext2D,
  { input: { look, language }, width }: Scene,
  { values }: PanelState,
  top: number,
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
    context.fillText(formatValue(value, language), GUTTER - 6, y);
  }
}
