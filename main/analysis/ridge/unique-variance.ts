import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import type { BandedOptions } from './banded-types.ts';
import { type Band, bandsOfWidths } from './bands.ts';
import { fitBanded } from './fit-banded.ts';
import { takeColumns } from './search-bands.ts';

/** @throws UserError `banded.one-band` unless there are bands to tell apart */
export function checkSeparable(bands: readonly Band[]): void {
  if (bands.length >= 2) return;
  throw new UserError('banded.one-band', 'Unique variance needs at least two bands to tell apart.');
}

/**
 * Variance partitioning: what every band explains that the others together do not, R² of all bands less R² of all
 * others, both cross-validated and each with its own best weights and penalty. Unlike the product-measure split it
 * need not sum to the joint R²: what bands share is nobody's. Slightly negative where a band adds only noise.
 * Source: de Heer et al. 2017, doi 10.1523/JNEUROSCI.3267-16.2017.
 * @param joint R² of all bands, one per target
 * @returns bands × targets; NaN where `joint` is
 * @throws UserError `banded.one-band`
 */
export async function uniqueVariance(
  engine: MatrixEngine,
  options: BandedOptions,
  joint: Float32Array,
): Promise<Matrix> {
  const { bands, features, search } = options;
  checkSeparable(bands);
  const unique = zeros(bands.length, joint.length);
  for (const [left] of bands.entries()) {
    const rest = bands.filter((_, band) => band !== left);
    const columns = rest.flatMap(({ start, stop }) =>
      Array.from({ length: stop - start }, (_, i) => start + i),
    );
    const packed = bandsOfWidths(rest.map(({ start, stop }) => stop - start));
    const others = {
      ...options,
      features: takeColumns(features, columns),
      bands: packed,
      search:
        typeof search === 'object' ? withoutBand(search, left) : packed.length === 1 ? 1 : (search ?? 100),
      details: false,
      coefficients: false,
    };
    await fitBanded(engine, others, (block) => {
      block.score.forEach((score, index) => {
        const target = block.start + index;
        unique.data[left * joint.length + target] = joint[target] - score;
      });
    });
  }
  return unique;
}

/** Weight vectors for the bands that stay; those in which only the band that goes had weight fall away. */
function withoutBand(search: readonly Float64Array[], left: number): Float64Array[] {
  return search
    .map((weights) => weights.filter((_, band) => band !== left))
    .filter((weights) => weights.some((weight) => weight > 0));
}
