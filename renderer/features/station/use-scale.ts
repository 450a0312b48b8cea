import { useState } from 'react';

/** Cells that may lie above the scale: single hot cells would leave no colours for the rest. */
const ABOVE = 4;

/** The highest value but for a few cells. */
function nearPeak(values: Float32Array): number {
  return values.slice().sort()[Math.max(0, values.length - 1 - ABOVE)];
}

/** What stands for the last colour. */
export interface Scale {
  readonly full: number;
  readonly fixed: boolean;
  /** Fixes it; null lets it follow what was seen. */
  set(full: number | null): void;
}

/**
 * The scale grows with the highest pressure seen and stays: colours must mean the same from frame to frame. Pressure ×
 * time, which grows by itself, always fills its scale.
 */
export function useScale(values: Float32Array, mode: string): Scale {
  const [seen, setSeen] = useState(0);
  const [fixed, setFixed] = useState<number | null>(null);
  const peak = nearPeak(values);
  if (mode === 'risk') return { full: peak, fixed: false, set: () => {} };
  if (peak > seen) setSeen(peak);
  return { full: fixed ?? Math.max(seen, peak), fixed: fixed !== null, set: setFixed };
}
