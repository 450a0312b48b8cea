import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { eigh } from '../../tensor/linear/eigh.ts';
import { type Floats, type Matrix, takeColumnRange, toFloat64 } from '../../tensor/matrix.ts';
import type { Band } from './bands.ts';

/** How many directions a band really has. */
export interface BandRank {
  readonly band: number;
  readonly columns: number;
  readonly rank: number;
  /** Whether the rank is less than columns and samples allow. */
  readonly deficient: boolean;
}

/**
 * Numerical rank of every band over all samples: eigenvalues of its Gram matrix above 10⁻¹⁰ of the largest (columns
 * that agree to five digits count as one). Bands wider than there are samples are judged by the samples.
 * @throws UserError `banded.empty-band` where a band is zero throughout: no weight could be found for it
 */
export async function bandRanks(
  engine: MatrixEngine,
  features: Matrix<Floats>,
  bands: readonly Band[],
): Promise<BandRank[]> {
  const ranks: BandRank[] = [];
  for (const [band, { start, stop }] of bands.entries()) {
    const own = toFloat64(takeColumnRange(features, start, stop));
    const narrow = own.cols <= own.rows;
    const gram = await engine.multiply(own, own, narrow ? { transposeA: true } : { transposeB: true });
    const { values } = await eigh(engine, gram);
    const largest = values.at(-1) ?? 0;
    const rank = values.filter((value) => value > 1e-10 * largest).length;
    if (!(largest > 0)) {
      throw new UserError(
        'banded.empty-band',
        `Band ${band} (columns ${start} to ${stop}) is zero throughout; leave it out.`,
        { band, start, stop },
      );
    }
    ranks.push({ band, columns: own.cols, rank, deficient: rank < Math.min(own.cols, own.rows) });
  }
  return ranks;
}
