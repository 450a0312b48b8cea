import type { EdfSignal } from './header.ts';

/** Value in SI = (stored × slope + intercept) × gain. */
export interface EdfScaling {
  readonly slope: number;
  readonly intercept: number;
  readonly gain: number;
  /** False where the header's ranges cannot define a scale; 1 stands in for the missing range. */
  readonly defined: boolean;
}

/** Dimensions that stand for volts; µ occurs as micro sign, Greek mu, in Shift-JIS, and as u. */
const gains: Readonly<Record<string, number>> = {
  uV: 1e-6,
  '\u00b5V': 1e-6,
  '\u03bcV': 1e-6,
  '\u0083\u00caV': 1e-6,
  mV: 1e-3,
};

/** The scale of a signal, as mne/io/edf/edf.py computes it. */
export function scalingOf(signal: EdfSignal): EdfScaling {
  const digital = signal.digitalMaximum - signal.digitalMinimum;
  const physical = signal.physicalMaximum - signal.physicalMinimum;
  const slope = (physical === 0 ? 1 : physical) / (digital === 0 ? 1 : digital);
  return {
    slope,
    intercept: signal.physicalMinimum - signal.digitalMinimum * slope,
    gain: gains[signal.dimension] ?? 1,
    defined: digital !== 0 && physical !== 0,
  };
}

/** Whether a dimension is some voltage. */
export function isVoltage(dimension: string): boolean {
  return dimension === '' || dimension === 'V' || dimension in gains;
}

/**
 * Filter edges in Hz from texts like "HP:0.1Hz LP:75Hz N:50Hz". Where signals differ, the highest high-pass and the
 * lowest low-pass stand for all; NaN where nothing can be read.
 */
export function filterEdges(signals: readonly EdfSignal[]): { highpass: number; lowpass: number } {
  const values = (kind: 'HP' | 'LP'): string[] =>
    signals.map(({ prefilter }) => {
      const matches = [...prefilter.matchAll(new RegExp(`${kind}:\\s*([a-zA-Z0-9,.]+)(Hz)?`, 'g'))];
      return matches.reduce((last, match) => match[1].replaceAll('Hz', '').replaceAll(',', '.') || last, '');
    });
  const chosen = (texts: string[], pick: (...numbers: number[]) => number): number => {
    const numbers = [...new Set(texts)].map(hertz).filter((value) => !Number.isNaN(value));
    return numbers.length === 0 ? Number.NaN : pick(...numbers);
  };
  return { highpass: chosen(values('HP'), Math.max), lowpass: chosen(values('LP'), Math.min) };
}

function hertz(text: string): number {
  if (text === 'DC') return 0;
  return /^\d*\.?\d*$/.test(text) && text !== '' && text !== '.' ? Number(text) : Number.NaN;
}
