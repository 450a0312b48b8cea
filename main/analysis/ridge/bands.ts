import { UserError } from '../../core/errors.ts';
import { dirichlet } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';

/** Features start ≤ f < stop that share a weight: one feature space of several. */
export interface Band {
  readonly start: number;
  readonly stop: number;
}

/**
 * Reads `0:300,300:1300`. Bands must cover all features, in order, without overlap.
 * @throws UserError `banded.bands`
 */
export function parseBands(text: string, features: number): Band[] {
  const bands = text.split(',').map((part): Band => {
    const [start, stop] = part.split(':').map(Number);
    return { start, stop };
  });
  checkBands(bands, features, text);
  return bands;
}

/** Bands of the given numbers of columns, one after another. */
export function bandsOfWidths(widths: readonly number[]): Band[] {
  let stop = 0;
  return widths.map((width) => {
    const start = stop;
    stop += width;
    return { start, stop };
  });
}

/** @throws UserError `banded.bands` unless the bands cover the features in order */
export function checkBands(bands: readonly Band[], features: number, shown?: string): void {
  let at = 0;
  for (const { start, stop } of bands) {
    if (start !== at || !Number.isInteger(stop) || stop <= start) at = Number.NaN;
    else at = stop;
  }
  if (at === features) return;
  const half = Math.max(1, Math.floor(features / 2));
  const given = shown ?? bands.map(({ start, stop }) => `${start}:${stop}`).join(',');
  throw new UserError(
    'banded.bands',
    `The bands ${given} do not cover features 0 to ${features} one after another; write them as 0:${half},${half}:${features}.`,
    { given, features, half },
  );
}

/**
 * Weights of bands to try: equal ones first, then Dirichlet draws whose concentration alternates between 0.1 (nearly
 * one band alone) and 1 (even over all mixtures), as in himalaya.
 */
export function bandWeights(bands: number, iterations: number, seed: number): Float64Array[] {
  const random = createRandom(seed);
  return Array.from({ length: iterations }, (_, iteration) => {
    if (iteration === 0) return new Float64Array(bands).fill(1 / bands);
    return dirichlet(random, new Array<number>(bands).fill(iteration % 2 === 0 ? 1 : 0.1));
  });
}

/** Factor of every feature: the root of its band's weight. */
export function featureWeights(bands: readonly Band[], weights: ArrayLike<number>): Float64Array {
  const out = new Float64Array(bands.at(-1)?.stop ?? 0);
  for (const [index, { start, stop }] of bands.entries()) out.fill(Math.sqrt(weights[index]), start, stop);
  return out;
}

/**
 * Weight vectors that somebody else chose: one of `bands` numbers each, at least one above 0.
 * @throws UserError `banded.weights`
 */
export function checkWeights(candidates: readonly Float64Array[], bands: number): void {
  const bad = candidates.findIndex(
    (weights) =>
      weights.length !== bands ||
      weights.some((weight) => !(weight >= 0 && Number.isFinite(weight))) ||
      weights.every((weight) => weight === 0),
  );
  if (bad < 0 && candidates.length > 0) return;
  const row = Math.max(0, bad);
  throw new UserError(
    'banded.weights',
    `Weight vector ${row} is not one number of 0 or more for each of the ${bands} bands; give a table of candidates × bands.`,
    { row, bands },
  );
}
