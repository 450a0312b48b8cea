import { UserError } from '../../core/errors.ts';
import { pairCount, type Rdm } from './dissimilarity.ts';
import { averageRanks, kendallTauA } from './ranks.ts';

/** How two sets of dissimilarities are compared; `rho-a` and `tau-a` are fair to models that predict ties. */
export const comparators = [
  'cosine',
  'pearson',
  'spearman',
  'tau-a',
  'rho-a',
  'whitened-cosine',
  'whitened-pearson',
] as const;
export type Comparator = (typeof comparators)[number];

/** Dissimilarities made ready for one comparator, so that many comparisons share the work. */
export interface Prepared {
  readonly comparator: Comparator;
  readonly values: Float64Array;
  readonly norm: number;
}

function lessMean(values: Float64Array): Float64Array {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  return values.map((value) => value - mean);
}

/**
 * −½ H D H with its doubled off-diagonal scaled by √2: in this space the errors of dissimilarities are independent
 * where patterns have independent noise, so its cosine is the whitened comparator. Same as linear CKA of the two
 * geometries. Source: Diedrichsen et al. 2020 (arXiv 2007.02789).
 */
function whitened({ items, values }: Rdm): Float64Array {
  const rowMeans = new Float64Array(items);
  let grand = 0;
  for (let i = 0, at = 0; i < items; i++) {
    for (let j = i + 1; j < items; j++, at++) {
      const half = -values[at] / 2;
      rowMeans[i] += half / items;
      rowMeans[j] += half / items;
      grand += (2 * half) / (items * items);
    }
  }
  const out = new Float64Array(values.length + items);
  for (let i = 0, at = 0; i < items; i++) {
    for (let j = i + 1; j < items; j++, at++)
      out[at] = Math.SQRT2 * (-values[at] / 2 - rowMeans[i] - rowMeans[j] + grand);
    out[values.length + i] = grand - 2 * rowMeans[i];
  }
  return out;
}

function transformed(rdm: Rdm, comparator: Comparator): Float64Array {
  if (comparator === 'cosine' || comparator === 'tau-a') return rdm.values;
  if (comparator === 'pearson') return lessMean(rdm.values);
  if (comparator === 'spearman' || comparator === 'rho-a') return lessMean(averageRanks(rdm.values));
  if (comparator === 'whitened-cosine') return whitened(rdm);
  return whitened({ items: rdm.items, values: lessMean(rdm.values) });
}

/** Makes dissimilarities ready for a comparator. */
export function prepare(rdm: Rdm, comparator: Comparator): Prepared {
  const values = transformed(rdm, comparator);
  let power = 0;
  for (const value of values) power += value * value;
  return { comparator, values, norm: Math.sqrt(power) };
}

/** How alike two prepared sets of dissimilarities are, −1 to 1; 0 where either has no variation to compare. */
export function comparePrepared(a: Prepared, b: Prepared): number {
  if (a.comparator === 'tau-a') return kendallTauA(a.values, b.values);
  let product = 0;
  for (let at = 0; at < a.values.length; at++) product += a.values[at] * b.values[at];
  if (a.comparator === 'rho-a') {
    const n = a.values.length;
    return (12 * product) / (n ** 3 - n);
  }
  return a.norm > 0 && b.norm > 0 ? product / (a.norm * b.norm) : 0;
}

/**
 * How alike two sets of dissimilarities are. Same as rsatoolbox's compare.
 * @throws UserError `rsa.items-mismatch`
 */
export function compareRdms(a: Rdm, b: Rdm, comparator: Comparator): number {
  checkSameItems([a, b]);
  return comparePrepared(prepare(a, comparator), prepare(b, comparator));
}

/** @throws UserError `rsa.items-mismatch` unless all have the same number of items */
export function checkSameItems(rdms: readonly Rdm[]): void {
  const odd = rdms.find(({ items }) => items !== rdms[0].items);
  if (odd === undefined) return;
  throw new UserError(
    'rsa.items-mismatch',
    `Dissimilarities of ${rdms[0].items} and of ${odd.items} items cannot be compared; all must list the same items in the same order.`,
    { first: rdms[0].items, other: odd.items },
  );
}

/** Dissimilarities among the items named, in that order; pairs of one item with itself (a bootstrap draws them) are left out. */
export function resampleRdm({ items, values }: Rdm, chosen: ArrayLike<number>): Float64Array {
  const out: number[] = [];
  for (let a = 0; a < chosen.length; a++) {
    for (let b = a + 1; b < chosen.length; b++) {
      const [i, j] = chosen[a] < chosen[b] ? [chosen[a], chosen[b]] : [chosen[b], chosen[a]];
      if (i !== j) out.push(values[pairCount(items) - pairCount(items - i) + (j - i - 1)]);
    }
  }
  return Float64Array.from(out);
}

/** Dissimilarities with items in another order. */
export function reorderRdm(rdm: Rdm, order: ArrayLike<number>): Rdm {
  return { items: rdm.items, values: resampleRdm(rdm, order) };
}
