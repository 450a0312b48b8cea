import type { BelowThreshold, MapDisplay, Threshold } from '../types.ts';

/** What the fragment shader gets in place of a Threshold; Infinity or −1 close a sign. */
export interface ThresholdLimits {
  /** true: compare p or q with the limits; false: compare the value. */
  readonly bySignificance: boolean;
  readonly positive: number;
  readonly negative: number;
}

/** Limits in a form without null: a sign that is not shown gets a limit that nothing passes. */
export function thresholdLimits(threshold: Threshold): ThresholdLimits {
  const bySignificance = threshold.kind !== 'value';
  const closed = bySignificance ? -1 : Infinity;
  return {
    bySignificance,
    positive: threshold.positive ?? closed,
    negative: threshold.negative ?? closed,
  };
}

/**
 * Strength 0 to 1 of a value against its threshold: 1 at or above it. Below, the fraction of the way: |v| / limit for
 * values, log p / log limit for p and q. A value whose sign is not shown, NaN, or without a p, has strength 0.
 */
export function thresholdStrength(limits: ThresholdLimits, value: number, significance: number): number {
  if (Number.isNaN(value)) return 0;
  const limit = value >= 0 ? limits.positive : limits.negative;
  if (limits.bySignificance) {
    if (Number.isNaN(significance) || limit < 0) return 0;
    if (significance <= limit) return 1;
    if (limit === 0 || significance >= 1) return 0;
    return Math.max(0, Math.min(1, Math.log(significance) / Math.log(limit)));
  }
  if (limit === Infinity) return 0;
  const magnitude = Math.abs(value);
  return magnitude >= limit ? 1 : magnitude / limit;
}

/**
 * Opacity 0 to 1 of a value. Translucent maps fade with the square of the strength, as AFNI's "quadratic" alpha:
 * Taylor et al. 2023, "Highlight results, don't hide them", NeuroImage 274:120138. A sign switched off stays off in
 * every style; at least one shown sign is needed for "show" to draw its values in full.
 */
export function valueOpacity(
  limits: ThresholdLimits,
  below: BelowThreshold,
  value: number,
  significance: number,
  opacity: number,
): number {
  if (Number.isNaN(value) || signClosed(limits, value)) return 0;
  if (below === 'show') return opacity;
  const strength = thresholdStrength(limits, value, significance);
  if (strength >= 1) return opacity;
  return below === 'hide' ? 0 : opacity * strength * strength;
}

function signClosed(limits: ThresholdLimits, value: number): boolean {
  const limit = value >= 0 ? limits.positive : limits.negative;
  return limits.bySignificance ? limit < 0 : limit === Infinity;
}

/** Number of values above threshold, positive and negative. */
export function countAbove(
  display: MapDisplay,
  values: Float32Array,
  significance: Float32Array | null,
): { positive: number; negative: number } {
  const limits = thresholdLimits(display.threshold);
  let positive = 0;
  let negative = 0;
  for (let voxel = 0; voxel < values.length; voxel++) {
    const value = values[voxel];
    const limit = value >= 0 ? limits.positive : limits.negative;
    const above = limits.bySignificance
      ? significance !== null && significance[voxel] <= limit
      : Math.abs(value) >= limit;
    if (!above || Number.isNaN(value)) continue;
    if (value >= 0) positive++;
    else negative++;
  }
  return { positive, negative };
}
