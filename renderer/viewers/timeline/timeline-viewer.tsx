import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { AXIS_HEIGHT } from './draw-axis.ts';
import type { TimelineCallbacks, TimelineInput } from './props.ts';
import { GUTTER, panelsHeight, RIGHT } from './scene.ts';
import styles from './timeline.module.css';
import { TimelineCore } from './timeline-core.ts';

export interface TimelineViewerProps extends TimelineCallbacks {
  readonly input: TimelineInput;
  /** What a screen reader says of the picture. */
  readonly label: string;
  readonly axisLabel: string;
  /** Filled with the core, so that a page's buttons can zoom and pan. */
  readonly handle: RefObject<TimelineCore | null>;
}

/** Zoom per notch of the wheel and per key. */
const ZOOM = 0.8;
const PAN_SHARE = 0.15;
/** A press that moves less than this is a click. */
const CLICK_PX = 4;

interface Press {
  readonly x: number;
  readonly y: number;
  readonly kind: 'pan' | 'brush';
  last: number;
  moved: boolean;
}

/**
 * Curves over training, one panel a metric, over one step axis. Drag pans, Shift and drag (or a drag along the axis) brushes
 * a range to zoom to, Ctrl and wheel zooms, a click on a curve brings it into focus and one on the axis picks a checkpoint.
 * Keys: ← → pan, + − zoom, 0 shows the whole course.
 */
export function TimelineViewer({ input, label, axisLabel, handle, ...callbacks }: TimelineViewerProps) {
  const stage = useRef<HTMLDivElement>(null);
  const frames = useRef<HTMLCanvasElement>(null);
  const axis = useRef<HTMLCanvasElement>(null);
  const scroll = useRef<HTMLElement>(null);
  const latest = useRef<TimelineCallbacks>(callbacks);
  latest.current = callbacks;
  const press = useRef<Press | null>(null);

  useLayoutEffect(() => {
    if (!stage.current || !frames.current || !axis.current || !scroll.current) return;
    const elements = { stage: stage.current, frames: frames.current, axis: axis.current };
    const core = new TimelineCore(elements, () => latest.current);
    handle.current = core;
    core.resize();
    const observer = new ResizeObserver(() => core.resize());
    observer.observe(scroll.current);
    return () => {
      observer.disconnect();
      core.dispose();
      handle.current = null;
    };
  }, [handle]);
  useEffect(() => handle.current?.set(input), [input, handle]);

  // React's own wheel listeners are passive and could not keep the page from scrolling.
  useEffect(() => {
    const element = scroll.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      const core = handle.current;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey)
        core?.zoomBy(event.deltaY < 0 ? ZOOM : 1 / ZOOM, placeOf(event, element).x);
      else if (sideways !== 0) core?.panPixels(sideways);
      else return;
      event.preventDefault();
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [handle]);

  const pointer = (onAxis: boolean) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const { x, y } = placeOf(event, event.currentTarget);
      press.current = { x, y, last: x, moved: false, kind: onAxis || event.shiftKey ? 'brush' : 'pan' };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const core = handle.current;
      const { x, y } = placeOf(event, event.currentTarget);
      const held = press.current;
      if (held === null) return core?.hover({ x, y: onAxis ? null : y });
      held.moved ||= Math.abs(x - held.x) > CLICK_PX;
      if (!held.moved) return;
      if (held.kind === 'pan') core?.panPixels(held.last - x);
      else core?.brush(held.x, x);
      held.last = x;
    },
    onPointerUp: () => {
      const core = handle.current;
      const held = press.current;
      press.current = null;
      if (held === null) return;
      if (held.kind === 'brush' && held.moved) core?.applyBrush();
      else if (!held.moved && onAxis) core?.clickAxis(held.x);
      else if (!held.moved) core?.clickPanels(held.x, held.y);
    },
    onPointerLeave: () => handle.current?.hover(null),
    onDoubleClick: () => handle.current?.reset(),
  });

  return (
    <div className={styles.frame}>
      <section
        ref={scroll}
        className={styles.scroll}
        aria-label={label}
        data-testid="timeline"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls, pans and zooms what has the focus
        tabIndex={0}
        onScroll={() => handle.current?.scrolled()}
        onKeyDown={(event) => {
          if (event.altKey || event.ctrlKey || event.metaKey) return;
          const core = handle.current;
          if (event.key === 'ArrowLeft') core?.panBy(-PAN_SHARE);
          else if (event.key === 'ArrowRight') core?.panBy(PAN_SHARE);
          else if (event.key === '+' || event.key === '=') core?.zoomBy(ZOOM);
          else if (event.key === '-') core?.zoomBy(1 / ZOOM);
          else if (event.key === '0') core?.reset();
          else return;
          event.preventDefault();
        }}
      >
        <div
          ref={stage}
          role="img"
          aria-label={label}
          className={styles.stage}
          style={{ height: panelsHeight(input.panels.length) }}
          data-testid="timeline-panels"
          data-curves={input.curves.owner.length}
          data-points={input.curves.step.length}
          {...pointer(false)}
        >
          <canvas
            ref={frames}
            className={styles.frames}
            style={{ height: panelsHeight(input.panels.length) }}
          />
        </div>
      </section>
      <div
        role="img"
        aria-label={axisLabel}
        className={styles.axis}
        style={{ height: AXIS_HEIGHT }}
        data-testid="timeline-axis"
        {...pointer(true)}
      >
        <div className={styles.strip} style={{ marginLeft: GUTTER - RIGHT }}>
          <canvas ref={axis} />
        </div>
      </div>
    </div>
  );
}

/** Place of the pointer in an element, in CSS pixels. */
function placeOf(event: { clientX: number; clientY: number }, element: Element): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
