import type { StepAxis } from './props.ts';

/** A piece of the axis in its units: steps, ln(1 + step), or tokens. */
export interface UnitRange {
  readonly from: number;
  readonly to: number;
}

/** Place of a step on the axis. Step 0 has a place on a logarithmic axis too, as it counts step + 1. */
export function toUnits(step: number, axis: StepAxis, tokensPerStep: number): number {
  if (axis === 'log') return Math.log1p(step);
  return axis === 'tokens' ? step * tokensPerStep : step;
}

/** The step (or number of tokens) that lies at a place of the axis. */
export function fromUnits(units: number, axis: StepAxis): number {
  return axis === 'log' ? Math.expm1(units) : units;
}

/** Numbers to write along a value axis: 1, 2 or 5 times a power of ten apart. */
export function niceTicks(from: number, to: number, most: number): number[] {
  const span = to - from;
  if (!(span > 0) || most < 1) return [];
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const spacing = [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= rough) ?? rough;
  const ticks: number[] = [];
  // Adding 0 turns −0 into 0.
  for (let count = Math.ceil(from / spacing); count * spacing <= to; count++) ticks.push(count * spacing + 0);
  return ticks;
}

/** Steps to write along the axis within a range, each with its place. */
export function axisTicks(
  range: UnitRange,
  axis: StepAxis,
  most: number,
): readonly { readonly at: number; readonly step: number }[] {
  const low = fromUnits(range.from, axis);
  // A little more, as logarithms and back may lose the last digit.
  const high = fromUnits(range.to, axis) * (1 + 1e-9);
  // Within one decade a logarithmic axis is nearly even.
  if (axis !== 'log' || high + 1 < 10 * (low + 1)) {
    return niceTicks(Math.max(0, low), high, most)
      .filter((step) => axis === 'tokens' || Number.isInteger(step))
      .map((step) => ({ at: axis === 'log' ? Math.log1p(step) : step, step }));
  }
  const decades = Math.log10(high + 1) - Math.log10(low + 1);
  const factors = most / decades >= 4 ? [1, 2, 5] : most / decades >= 2 ? [1, 3] : [1];
  const steps = low <= 0 ? [0] : [];
  for (let power = 1; power <= high; power *= 10) {
    for (const factor of factors) {
      if (factor * power >= low && factor * power <= high) steps.push(factor * power);
    }
  }
  return steps.map((step) => ({ at: Math.log1p(step), step }));
}

/** Keeps a range within `whole` and no narrower than a thousandth of a per cent of it. */
export function clampRange(range: UnitRange, whole: UnitRange): UnitRange {
  const full = whole.to - whole.from;
  const width = Math.min(full, Math.max(full * 1e-5, range.to - range.from));
  const from = Math.min(Math.max(whole.from, range.from), whole.to - width);
  return { from, to: from + width };
}

/** Zooms by a factor (below 1 goes nearer) around a place that stays where it is. */
export function zoomRange(range: UnitRange, factor: number, around: number): UnitRange {
  return { from: around - (around - range.from) * factor, to: around + (range.to - around) * factor };
}
