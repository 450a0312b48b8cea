import type { BrainCore } from './brain-core.ts';
import type { NamedView } from './props.ts';

/** Views in the order of their number keys. */
export const viewOrder: readonly NamedView[] = [
  'left-lateral',
  'right-lateral',
  'left-medial',
  'right-medial',
  'dorsal',
  'ventral',
  'anterior',
  'posterior',
];

const turnStep = Math.PI / 18;
const panStep = 20;
const radiansPerPixel = 0.008;
const clickSlackPixels = 4;

export interface BrainInputActions {
  readonly onHover: (x: number, y: number) => void;
  readonly onLeave: () => void;
  readonly onClick: (x: number, y: number) => void;
}

/**
 * Keys of the focused viewer: arrows turn, Shift+arrows move, + and − zoom, 1 to 8 named views, 0 resets.
 * Returns true where the key was used.
 */
export function handleBrainKey(core: BrainCore, event: { key: string; shiftKey: boolean }): boolean {
  const arrows: Record<string, readonly [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };
  const arrow = arrows[event.key];
  if (arrow) {
    if (event.shiftKey) core.pan(arrow[0] * panStep, -arrow[1] * panStep);
    else core.orbit(-arrow[0] * turnStep, -arrow[1] * turnStep);
    return true;
  }
  if (event.key === '+' || event.key === '=') core.zoom(1.2);
  else if (event.key === '-' || event.key === '_') core.zoom(1 / 1.2);
  else if (event.key === '0') core.setView('left-lateral');
  else {
    const view = viewOrder[Number.parseInt(event.key, 10) - 1];
    if (!view) return false;
    core.setView(view);
  }
  return true;
}

/** Drag turns, right or Shift drag moves, wheel zooms at the pointer, a still click selects. Returns the undoing. */
export function attachBrainPointer(
  element: HTMLElement,
  core: BrainCore,
  actions: BrainInputActions,
): () => void {
  let drag: { id: number; x: number; y: number; moved: number; pan: boolean } | null = null;
  const local = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent) => {
    const { x, y } = local(event);
    drag = { id: event.pointerId, x, y, moved: 0, pan: event.button !== 0 || event.shiftKey };
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const { x, y } = local(event);
    if (!drag) return actions.onHover(x, y);
    const dx = x - drag.x;
    const dy = y - drag.y;
    drag.moved += Math.abs(dx) + Math.abs(dy);
    drag.x = x;
    drag.y = y;
    if (drag.moved <= clickSlackPixels) return;
    if (drag.pan) core.pan(dx, dy);
    else core.orbit(-dx * radiansPerPixel, dy * radiansPerPixel);
  };
  const up = (event: PointerEvent) => {
    const { x, y } = local(event);
    if (drag && drag.moved <= clickSlackPixels && event.button === 0) actions.onClick(x, y);
    drag = null;
  };
  const cancel = () => {
    drag = null;
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    core.zoom(Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.0015 : 0.05)), local(event));
  };
  const menu = (event: Event) => event.preventDefault();
  const leave = () => actions.onLeave();
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', cancel);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('contextmenu', menu);
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', cancel);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('contextmenu', menu);
  };
}
