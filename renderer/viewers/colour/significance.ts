import { benjaminiHochberg } from '../maths/fdr.ts';
import type { StatLayer, ThresholdKind } from '../types.ts';

const adjusted = new WeakMap<Float32Array, Float32Array>();

/** The probabilities a threshold of that kind compares: p, or q (made from p once where it is not given), or none. */
export function significanceOf(layer: StatLayer, kind: ThresholdKind): Float32Array | null {
  if (kind === 'value') return null;
  if (kind === 'p') return layer.p ?? null;
  if (layer.q) return layer.q;
  if (!layer.p) return null;
  let q = adjusted.get(layer.p);
  if (!q) {
    q = benjaminiHochberg(layer.p);
    adjusted.set(layer.p, q);
  }
  return q;
}

/** Which kinds of threshold all layers have numbers for. */
export function thresholdKinds(layers: readonly StatLayer[]): ThresholdKind[] {
  const kinds: ThresholdKind[] = ['value'];
  if (layers.length > 0 && layers.every((layer) => layer.p)) kinds.push('p');
  if (layers.length > 0 && layers.every((layer) => layer.q ?? layer.p)) kinds.push('fdr');
  return kinds;
}
