import type { MapDisplay, StatLayer } from '../types.ts';
import { thresholdKinds } from './significance.ts';

/**
 * Colour range over all layers, so that moving the slider never changes what a colour means: the given quantile of
 * |v| (signed: symmetric about zero; unsigned: from 0), rounded up to two digits.
 */
export function robustRange(
  layers: readonly StatLayer[],
  signed: boolean,
  quantile = 0.998,
): [number, number] {
  const total = layers.reduce((sum, layer) => sum + layer.values.length, 0);
  const stride = Math.max(1, Math.floor(total / 400_000));
  const magnitudes: number[] = [];
  for (const layer of layers) {
    for (let voxel = 0; voxel < layer.values.length; voxel += stride) {
      const value = layer.values[voxel];
      if (Number.isFinite(value) && (signed || value > 0)) magnitudes.push(Math.abs(value));
    }
  }
  if (magnitudes.length === 0) return signed ? [-1, 1] : [0, 1];
  const sorted = Float32Array.from(magnitudes).sort();
  const limit = roundUp(sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))]);
  return signed ? [-limit, limit] : [0, limit];
}

function roundUp(value: number, digits = 2): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** (Math.floor(Math.log10(value)) - digits + 1);
  return Number((Math.ceil(value / unit - 1e-5) * unit).toPrecision(digits));
}

/**
 * Settings that a map starts with: FDR 0.05 where there are p values, else the given threshold by value (rounded up to
 * three digits, so that nothing below it passes), or a fifth of the colour range. What is below is faded, never hidden.
 */
export function defaultDisplay(
  layers: readonly StatLayer[],
  signed: boolean,
  threshold?: number,
): MapDisplay {
  const range = robustRange(layers, signed);
  const fdr = thresholdKinds(layers).includes('fdr');
  const byValue = threshold ?? Number((0.2 * range[1]).toPrecision(2));
  const limit = fdr ? 0.05 : byValue > 0 ? roundUp(byValue, 3) : byValue;
  return {
    colorMap: signed ? 'RdBu_r' : 'viridis',
    range,
    threshold: { kind: fdr ? 'fdr' : 'value', positive: limit, negative: signed ? limit : null },
    below: 'translucent',
    opacity: 1,
    sampling: 'trilinear',
  };
}

/** Round tick values within a range, at most `most` of them, always with 0 where the range holds it. */
export function ticks(range: readonly [number, number], most = 5): number[] {
  const span = range[1] - range[0];
  if (!(span > 0)) return [range[0]];
  const rough = span / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ??
    rough;
  const marks: number[] = [];
  for (let mark = Math.ceil(range[0] / step - 1e-9); mark * step <= range[1] + step * 1e-9; mark++) {
    marks.push(Number((mark * step).toPrecision(6)));
  }
  return marks;
}

/** A number as shown beside figures: up to `digits` significant digits, a real minus sign. */
export function formatValue(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  return String(Number(value.toPrecision(digits)))
    .replace('-', '\u2212')
    .replace(/^(\u2212?)0$/, '0');
}
