import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, zeros } from '../../tensor/matrix.ts';
import { type NdArray, permute, reshape, slice, windows } from '../../tensor/nd-array.ts';
import { type Comparator, comparePrepared, prepare } from './compare.ts';
import { batchDissimilarities, type Rdm, type SimpleDistance } from './dissimilarity.ts';

/** Numbers of which patterns of several windows at once may consist. */
const CHUNK_NUMBERS = 1_000_000;

/**
 * Dissimilarities in every time window; a window's pattern is all sensors at all its samples, so that a window of one
 * sample is the classical sensor pattern. Source: Cichy, Pantazis and Oliva 2014, doi 10.1038/nn.3635.
 * @param epochs evoked responses: items × sensors × times
 * @throws UserError `rsa.windows` and as `batchDissimilarities`
 */
export async function rdmMovie(
  engine: MatrixEngine,
  epochs: NdArray<Floats>,
  options: { readonly distance: SimpleDistance; readonly length?: number; readonly step?: number },
): Promise<Rdm[]> {
  const [items, sensors, times] = epochs.shape;
  const { length = 1, step = 1 } = options;
  if (!Number.isInteger(length) || !Number.isInteger(step) || length < 1 || step < 1 || length > times) {
    throw new UserError(
      'rsa.windows',
      `Windows of ${length} samples every ${step} do not fit into ${times} samples; use whole numbers from 1 to ${times}.`,
      { length, step, times },
    );
  }
  // Windows × items × sensors × samples, without a copy; patterns are copied out of it some windows at a time.
  const patterns = permute(windows(epochs, 2, length, step), [2, 0, 1, 3]);
  const count = patterns.shape[0];
  const chunk = Math.max(1, Math.floor(CHUNK_NUMBERS / (items * (sensors * length + items))));
  const movie: Rdm[] = [];
  for (let start = 0; start < count; start += chunk) {
    const some = slice(patterns, 0, start, Math.min(count, start + chunk));
    const flat = reshape(some, [some.shape[0], items, sensors * length]);
    movie.push(...(await batchDissimilarities(engine, flat, options.distance)));
  }
  return movie;
}

/** Each model's score in each window: models × windows. */
export function movieScores(movie: readonly Rdm[], models: readonly Rdm[], comparator: Comparator): Matrix {
  const frames = movie.map((rdm) => prepare(rdm, comparator));
  const out = zeros(models.length, movie.length);
  for (const [row, model] of models.entries()) {
    const own = prepare(model, comparator);
    frames.forEach((frame, col) => {
      out.data[row * movie.length + col] = comparePrepared(own, frame);
    });
  }
  return out;
}
