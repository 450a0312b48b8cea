import type { TimelineRequest } from '../../../main/contract/timeline.ts';
import type { StepAxis } from '../../viewers/timeline/props.ts';

/** Curves over the whole course, as finely as the window could show them; known before the page is laid out. */
export function wholeRequest(axis: StepAxis, seeds: 'band' | 'lines'): TimelineRequest {
  return {
    seeds,
    scale: axis === 'log' ? 'log' : 'linear',
    width: Math.max(64, Math.min(4096, Math.ceil(window.innerWidth / 64) * 64)),
  };
}
