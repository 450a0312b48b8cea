import type { Comparator, Prepared } from './compare.ts';
import { comparePrepared, prepare } from './compare.ts';
import type { Rdm } from './dissimilarity.ts';
import { averageRanks } from './ranks.ts';

/** What the best possible model could reach with these subjects: somewhere between the two bounds. */
export interface RsaCeiling {
  /** Mean over subjects of how well the others' mean predicts one left out. */
  readonly lower: number;
  /** Mean over subjects of how well the mean of all, that subject included, predicts it. */
  readonly upper: number;
}

/** One subject's dissimilarities on the scale on which their mean predicts all subjects best. */
function scaled(rdm: Rdm, prepared: Prepared): Float64Array {
  const { comparator, norm } = prepared;
  // Ranks are halves of whole numbers, so their sums are exact and ties stay ties.
  if (comparator === 'tau-a' || comparator === 'rho-a' || comparator === 'spearman')
    return averageRanks(rdm.values);
  if (!(norm > 0)) return rdm.values;
  if (comparator === 'pearson' || comparator === 'whitened-pearson') {
    const mean = rdm.values.reduce((sum, value) => sum + value / rdm.values.length, 0);
    return rdm.values.map((value) => (value - mean) / norm);
  }
  return rdm.values.map((value) => value / norm);
}

/**
 * Noise ceiling from subjects' dissimilarities, as rsatoolbox's pool_rdm and boot_noise_ceiling (for τ-a by mean ranks,
 * which is close to but not exactly the best prediction). Source: Nili et al. 2014, doi 10.1371/journal.pcbi.1003553.
 * @returns NaN bounds for fewer than two subjects
 */
export function rsaCeiling(rdms: readonly Rdm[], comparator: Comparator): RsaCeiling {
  const count = rdms.length;
  if (count < 2) return { lower: Number.NaN, upper: Number.NaN };
  const prepared = rdms.map((rdm) => prepare(rdm, comparator));
  const parts = rdms.map((rdm, index) => scaled(rdm, prepared[index]));
  const sum = new Float64Array(parts[0].length);
  for (const part of parts) for (let at = 0; at < sum.length; at++) sum[at] += part[at];
  const { items } = rdms[0];
  const all = prepare({ items, values: sum }, comparator);
  let [lower, upper] = [0, 0];
  for (const [index, part] of parts.entries()) {
    const others = prepare({ items, values: sum.map((value, at) => value - part[at]) }, comparator);
    lower += comparePrepared(others, prepared[index]) / count;
    upper += comparePrepared(all, prepared[index]) / count;
  }
  return { lower, upper };
}
