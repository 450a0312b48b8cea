import type { BrainTimings } from './props.ts';

/** Makes the viewer's own measurements readable from outside. */
export function publishTimings(timings: BrainTimings): void {
  window.gyrusViewer = timings;
}
