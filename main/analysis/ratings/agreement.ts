/** How much several raters agree on one scale, and what the figures rest on. */
export interface Agreement {
  /** Words that every rater rated, and the raters: the complete table that `icc2k` and `alpha` are computed on. */
  readonly completeWords: number;
  readonly raters: number;
  /** ICC(2,k) of Shrout & Fleiss (1979): the mean of these raters, as if they were drawn from many; null without a complete table. */
  readonly icc2k: number | null;
  /** Cronbach's (1951) alpha with raters as items, equal to ICC(3,k); null without a complete table. */
  readonly alpha: number | null;
  /** ICC(1,k) of Shrout & Fleiss (1979) over all ratings: holds where every word has raters of its own; null under 3 words. */
  readonly icc1k: number | null;
}

/** Words that the complete table needs at least. */
const FEWEST_WORDS = 3;

/** One rater's value of a word; raters are numbered from 0. */
export interface Rating {
  readonly rater: number;
  readonly value: number;
}

/**
 * Agreement of raters on one dimension.
 * @param ratings all ratings of each word, every rater at most once a word
 * @param raters how many raters there are; null where ratings do not tell who gave them
 */
export function raterAgreement(ratings: readonly (readonly Rating[])[], raters: number | null): Agreement {
  const complete = raters === null ? [] : ratings.filter((word) => word.length === raters);
  const whole = raters !== null && raters >= 2 && complete.length >= FEWEST_WORDS;
  const table = whole
    ? complete.map((word) => [...word].sort((a, b) => a.rater - b.rater).map(({ value }) => value))
    : [];
  return {
    completeWords: complete.length,
    raters: raters ?? 0,
    icc2k: whole ? finite(twoWayRandom(table)) : null,
    alpha: whole ? finite(cronbachAlpha(table)) : null,
    icc1k: oneWay(ratings.filter((word) => word.length > 0).map((word) => word.map(({ value }) => value))),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/**
 * ICC(2,k) = (BMS − EMS) / (BMS + (JMS − EMS) / n) of a complete table of n words × k raters (Shrout & Fleiss 1979,
 * Psychological Bulletin 86, case 2, mean of k ratings); NaN where nothing varies.
 */
export function twoWayRandom(table: readonly (readonly number[])[]): number {
  const { between, judges, error } = meanSquares(table);
  return (between - error) / (between + (judges - error) / table.length);
}

/** alpha = k / (k − 1) · (1 − Σ variance of each rater / variance of the sums) (Cronbach 1951, Psychometrika 16). */
export function cronbachAlpha(table: readonly (readonly number[])[]): number {
  const raters = table[0].length;
  const each = Array.from({ length: raters }, (_, rater) => variance(table.map((row) => row[rater])));
  const sums = variance(table.map((row) => row.reduce((sum, value) => sum + value, 0)));
  return (raters / (raters - 1)) * (1 - each.reduce((sum, value) => sum + value, 0) / sums);
}

/** (BMS − WMS) / BMS by one-way analysis of variance (Shrout & Fleiss 1979, case 1); words may differ in raters. */
function oneWay(rows: readonly (readonly number[])[]): number | null {
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  if (rows.length < FEWEST_WORDS || count <= rows.length) return null;
  const grand = rows.reduce((sum, row) => sum + total(row), 0) / count;
  let [between, within] = [0, 0];
  for (const row of rows) {
    const mean = total(row) / row.length;
    between += row.length * (mean - grand) ** 2;
    for (const value of row) within += (value - mean) ** 2;
  }
  const [bms, wms] = [between / (rows.length - 1), within / (count - rows.length)];
  return bms === 0 ? null : (bms - wms) / bms;
}

/** Mean squares of a two-way table without repeats: words, raters, and what is left. */
function meanSquares(table: readonly (readonly number[])[]): {
  between: number;
  judges: number;
  error: number;
} {
  const [n, k] = [table.length, table[0].length];
  const grand = table.reduce((sum, row) => sum + total(row), 0) / (n * k);
  const words = table.reduce((sum, row) => sum + k * (total(row) / k - grand) ** 2, 0);
  let judges = 0;
  for (let rater = 0; rater < k; rater++) {
    const mean = table.reduce((sum, row) => sum + row[rater], 0) / n;
    judges += n * (mean - grand) ** 2;
  }
  const all = table.reduce(
    (sum, row) => sum + row.reduce((inner, value) => inner + (value - grand) ** 2, 0),
    0,
  );
  return {
    between: words / (n - 1),
    judges: judges / (k - 1),
    error: (all - words - judges) / ((n - 1) * (k - 1)),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Variance with n − 1. */
function variance(values: readonly number[]): number {
  const mean = total(values) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
