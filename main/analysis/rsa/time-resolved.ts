import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import { type Comparator, comparePrepared, prepare } from './compare.ts';
import { type Distance, dissimilarities, type Rdm } from './dissimilarity.ts';

/** Evoked responses: items × sensors × times, times fastest. */
export interface Epochs {
  readonly items: number;
  readonly sensors: number;
  readonly times: number;
  readonly data: Float32Array | Float64Array;
}

/** Windows of `length` samples, each `step` after the one before: their first samples. @throws UserError `rsa.windows` */
export function windowStarts(times: number, length: number, step: number): number[] {
  if (!Number.isInteger(length) || !Number.isInteger(step) || length < 1 || step < 1 || length > times) {
    throw new UserError(
      'rsa.windows',
      `Windows of ${length} samples every ${step} do not fit into ${times} samples; use whole numbers from 1 to ${times}.`,
      { length, step, times },
    );
  }
  return Array.from({ length: Math.floor((times - length) / step) + 1 }, (_, index) => index * step);
}

/**
 * Dissimilarities in every time window; a window's pattern is all sensors at all its samples, so that a window of one
 * sample is the classical sensor pattern. Source: Cichy, Pantazis and Oliva 2014, doi 10.1038/nn.3635.
 * @throws UserError `rsa.windows` and as `dissimilarities`
 */
export async function rdmMovie(
  engine: MatrixEngine,
  { items, sensors, times, data }: Epochs,
  options: {
    readonly distance: Exclude<Distance, 'mahalanobis'>;
    readonly length?: number;
    readonly step?: number;
  },
): Promise<Rdm[]> {
  const length = options.length ?? 1;
  const movie: Rdm[] = [];
  for (const start of windowStarts(times, length, options.step ?? 1)) {
    const patterns = zeros(items, sensors * length);
    for (let item = 0, at = 0; item < items; item++)
      for (let sensor = 0; sensor < sensors; sensor++)
        for (let t = start; t < start + length; t++, at++)
          patterns.data[at] = data[(item * sensors + sensor) * times + t];
    movie.push(await dissimilarities(engine, patterns, options.distance));
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
