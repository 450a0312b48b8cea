import { FONT } from './draw-panels.ts';
import { niceNumbers } from './numbers.ts';
import type { TimelineMark } from './props.ts';
import { GUTTER, plotWidth, type Scene, xOfMark, xOfUnits } from './scene.ts';
import { axisTicks } from './step-axis.ts';

/** Heights in CSS pixels: the lane of checkpoints, then the steps. */
const LANE = 24;
export const AXIS_HEIGHT = LANE + 22;

/** Colours of what an audit doubts. */
export interface AxisColours {
  readonly suspect: string;
  readonly faulty: string;
}

/**
 * Draws the lane of checkpoints and the steps. Checkpoints of runs in focus stand tall; what the audit doubts is a triangle
 * in the warning colour, what it rejects a cross in the bad one, so that form tells it as well as colour.
 */
export function drawAxis(
  context: CanvasRenderingContext2D,
  scene: Scene,
  colours: AxisColours,
  hover: TimelineMark | null,
): void {
  const { input, width } = scene;
  const { look, language, axis, pins } = input;
  const plot = plotWidth(width);
  context.font = FONT;
  const inView = (x: number) => x >= GUTTER - 0.5 && x <= GUTTER + plot + 0.5;
  context.fillStyle = look.line;
  context.fillRect(GUTTER, LANE, plot, 1);
  let last = Number.NEGATIVE_INFINITY;
  for (const mark of input.marks) {
    const x = Math.round(xOfMark(scene, mark));
    if (!inView(x)) continue;
    if (mark.verdict === 'suspect' || mark.verdict === 'faulty') {
      drawVerdict(context, x, mark.verdict, colours[mark.verdict]);
      continue;
    }
    // Where checkpoints are denser than pixels, one tick stands for all.
    if (x <= last + 1 && mark !== hover && !pins.includes(mark.id)) continue;
    last = x;
    const tall = mark.id !== null;
    context.fillStyle = tall ? look.ink : look.muted;
    context.fillRect(x, tall ? 12 : 17, 1, LANE - (tall ? 12 : 17));
  }
  for (const [at, id] of pins.entries()) {
    const mark = id === null ? undefined : input.marks.find((candidate) => candidate.id === id);
    if (mark === undefined) continue;
    const x = xOfMark(scene, mark);
    if (inView(x)) drawPin(context, x, at === 0 ? 'A' : 'B', look.ink, look.background);
  }
  if (hover !== null) {
    const x = xOfMark(scene, hover);
    context.strokeStyle = look.series[0];
    context.strokeRect(Math.round(x) - 3.5, 9.5, 7, LANE - 10);
  }
  context.fillStyle = look.muted;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  const number = niceNumbers(language).short;
  let free = Number.NEGATIVE_INFINITY;
  for (const { at, step } of axisTicks(scene.view, axis, Math.max(2, plot / 90))) {
    const x = xOfUnits(scene, at);
    const text = number.format(step);
    const half = context.measureText(text).width / 2;
    if (!inView(x) || x - half < free) continue;
    free = x + half + 8;
    context.fillRect(Math.round(x), LANE, 1, 4);
    context.fillText(text, Math.min(x, width - half), LANE + 6);
  }
}

function drawVerdict(
  context: CanvasRenderingContext2D,
  x: number,
  verdict: 'suspect' | 'faulty',
  colour: string,
): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  if (verdict === 'suspect') {
    context.moveTo(x, LANE - 10);
    context.lineTo(x + 5, LANE - 1);
    context.lineTo(x - 5, LANE - 1);
    context.fill();
  } else {
    context.moveTo(x - 4, LANE - 10);
    context.lineTo(x + 4, LANE - 2);
    context.moveTo(x + 4, LANE - 10);
    context.lineTo(x - 4, LANE - 2);
    context.stroke();
  }
  context.lineWidth = 1;
}

function drawPin(
  context: CanvasRenderingContext2D,
  x: number,
  letter: string,
  ink: string,
  background: string,
): void {
  context.fillStyle = ink;
  context.fillRect(x - 7, 0, 14, 14);
  context.fillStyle = background;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(letter, x, 7.5);
}
