import type { WordMeasures } from '../../analysis/eyetracking/reading-measures.ts';

/** Names of a word's measures, in the order of `measuresRow`. Durations in milliseconds. */
export const measureNames = [
  'fixations',
  'first fixation',
  'gaze duration',
  'go-past',
  'total time',
  'skipped',
  'regressions out',
  'regressions in',
  'landing position',
] as const;

/** A word's measures as numbers; skipped is 1 or 0. */
export function measuresRow(one: WordMeasures): number[] {
  const {
    fixations,
    firstFixation,
    gazeDuration,
    goPast,
    total,
    skipped,
    regressionsOut,
    regressionsIn,
    landing,
  } = one;
  return [
    fixations,
    firstFixation,
    gazeDuration,
    goPast,
    total,
    skipped ? 1 : 0,
    regressionsOut,
    regressionsIn,
    landing,
  ];
}
