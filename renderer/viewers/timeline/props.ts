import type { ChartLook } from '../charts/look.ts';

/** How steps are laid along the axis; `tokens` multiplies them by what each run sees in a step. */
export type StepAxis = 'linear' | 'log' | 'tokens';

/** All curves of a timeline, packed: curve i has the points from start[i] up to start[i + 1]. */
export interface TimelineCurves {
  /** Runs, or plans where seeds are bands. */
  readonly owners: readonly string[];
  readonly metrics: readonly string[];
  /** Per curve, index into `owners` and `metrics`. */
  readonly owner: Uint32Array;
  readonly metric: Uint32Array;
  readonly start: Uint32Array;
  /** Per point. */
  readonly step: Uint32Array;
  readonly value: Float32Array;
  /** Range over seeds per point; empty where curves are lines. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** A checkpoint on the axis. Those without `id` stand for any number of runs that are not in focus. */
export interface TimelineMark {
  readonly step: number;
  readonly id: string | null;
  readonly owner: string | null;
  readonly verdict: 'sound' | 'suspect' | 'faulty' | null;
}

export interface TimelinePanel {
  readonly metric: string;
  readonly label: string;
}

/** Closed range of steps. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

export interface TimelineInput {
  /** May hold a part of the course only, in more detail. */
  readonly curves: TimelineCurves;
  /** The whole course, in units of the axis. */
  readonly whole: { readonly from: number; readonly to: number };
  readonly panels: readonly TimelinePanel[];
  readonly axis: StepAxis;
  /** Tokens a step of each owner; null where nobody knows: such owners are not drawn over tokens. */
  readonly tokensPerStep: readonly (number | null)[];
  /** Owners drawn in colour over the others, at most as many as there are series colours. */
  readonly focus: readonly string[];
  readonly ownerName: (owner: string) => string;
  readonly marks: readonly TimelineMark[];
  /** Ids of the pinned checkpoints: first A, then B. */
  readonly pins: readonly (string | null)[];
  readonly look: ChartLook;
  readonly language: string;
}

export interface TimelineCallbacks {
  readonly onFocus: (owner: string) => void;
  readonly onPick: (mark: TimelineMark) => void;
  /** The range of steps in view once it has come to rest; null for the whole course. */
  readonly onRange: (range: StepRange | null) => void;
}

/** What the timeline measures about itself, for the bench. */
export interface TimelineTimings {
  readonly curves: number;
  readonly points: number;
  /** From the input's arrival to the last panel painted. */
  readonly paintMs: number;
  readonly complete: boolean;
  /** Milliseconds of the main thread for each of the latest frames. */
  readonly frameMs: readonly number[];
}

declare global {
  interface Window {
    gyrusTimeline?: TimelineTimings;
  }
}
