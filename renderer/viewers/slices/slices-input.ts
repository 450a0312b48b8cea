import type { Cursor, Vec3 } from '../types.ts';
import type { SlicePanel } from './slice-layout.ts';
import { type SlicesCore, stepped } from './slices-core.ts';

export interface SlicesInputActions {
  readonly onHover: (reading: { cursor: Cursor; value: number } | null) => void;
  readonly onCursor: (cursor: Cursor) => void;
}

/** Panel that arrow keys act on: the one last touched, sagittal at first. */
const active = new WeakMap<SlicesCore, SlicePanel['plane']>();

function activePanel(core: SlicesCore): SlicePanel {
  const { panels } = core.layout;
  return panels.find((panel) => panel.plane === (active.get(core) ?? 'axial')) ?? panels[0];
}

/**
 * Keys of the focused viewer: arrows move the crosshair by one voxel in the active plane (1 sagittal, 2 coronal,
 * 3 axial), Page Up and Down through it, + and − zoom, F flips the convention. True where the key was used.
 */
export function handleSlicesKey(
  core: SlicesCore,
  event: { key: string },
  onCursor: (cursor: Cursor) => void,
  flip: () => void,
): boolean {
  const step = core.stepMm;
  const moves: Record<string, { right?: number; up?: number; through?: number }> = {
    ArrowLeft: { right: -step },
    ArrowRight: { right: step },
    ArrowUp: { up: step },
    ArrowDown: { up: -step },
    PageUp: { through: step },
    PageDown: { through: -step },
  };
  const planes: Record<string, SlicePanel['plane']> = { 1: 'sagittal', 2: 'coronal', 3: 'axial' };
  const move = moves[event.key];
  if (move) onCursor(core.at(stepped(core.cursor, activePanel(core), core.convention, move)).cursor);
  else if (planes[event.key]) active.set(core, planes[event.key]);
  else if (event.key === '+' || event.key === '=') core.zoom(1.3);
  else if (event.key === '-' || event.key === '_') core.zoom(1 / 1.3);
  else if (event.key === 'f') flip();
  else return false;
  return true;
}

/** Press or drag moves the crosshair, the wheel scrolls through the plane, Ctrl with the wheel zooms. */
export function attachSlicesPointer(
  element: HTMLElement,
  core: SlicesCore,
  actions: SlicesInputActions,
): () => void {
  let held: SlicePanel | null = null;
  const local = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent) => {
    const { x, y } = local(event);
    held = core.panelAt(x, y);
    if (!held) return;
    active.set(core, held.plane);
    element.setPointerCapture(event.pointerId);
    actions.onCursor(core.read(held, x, y).cursor);
  };
  const move = (event: PointerEvent) => {
    const { x, y } = local(event);
    const panel = held ?? core.panelAt(x, y);
    const reading = panel ? core.read(panel, x, y) : null;
    if (held && reading) actions.onCursor(reading.cursor);
    actions.onHover(reading);
  };
  const up = () => {
    held = null;
  };
  const leave = () => actions.onHover(null);
  const wheel = (event: WheelEvent) => {
    const { x, y } = local(event);
    const panel = core.panelAt(x, y);
    if (!panel || event.deltaY === 0) return;
    event.preventDefault();
    if (event.ctrlKey) return core.zoom(Math.exp(-event.deltaY * 0.002));
    active.set(core, panel.plane);
    const next: Vec3 = stepped(core.cursor, panel, core.convention, {
      through: -Math.sign(event.deltaY) * core.stepMm,
    });
    actions.onCursor(core.at(next).cursor);
  };
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('wheel', wheel, { passive: false });
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('wheel', wheel);
  };
}
