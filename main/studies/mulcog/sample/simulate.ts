import { zscoreColumns } from '../../../analysis/similarity/similarity-encoding.ts';
import type { MatrixEngine } from '../../../tensor/engine.ts';
import { type Matrix, zeros, zeros64 } from '../../../tensor/matrix.ts';
import type { Random } from '../../../tensor/random/xoshiro.ts';

/** A representation that responses are made of, and how strong it is beside noise of deviation 1. */
export interface PlantedSource {
  readonly features: Matrix;
  readonly weight: number;
}

/**
 * Noiseless responses of `columns` units: each unit reads every source through random weights of its own, so that
 * items alike in a source have like responses. A source of weight 1 contributes variance 1.
 */
export async function plantedResponses(
  engine: MatrixEngine,
  sources: readonly PlantedSource[],
  columns: number,
  random: Random,
): Promise<Matrix> {
  const out = zeros(sources[0].features.rows, columns);
  for (const { features, weight } of sources) {
    const z = zscoreColumns(features);
    const readout = zeros64(z.cols, columns);
    for (let at = 0; at < readout.data.length; at++) readout.data[at] = random.normal();
    const responses = zscoreColumns(await engine.multiply(z, readout));
    for (let at = 0; at < out.data.length; at++) out.data[at] += weight * responses.data[at];
  }
  return out;
}

/**
 * One person's data: responses times a gain per column, noise of deviation 1, and an offset per column, as voxels have
 * means of their own.
 * @param autocorrelation of neighbouring rows' noise; 0 for items without order
 */
export function withNoise(
  responses: Matrix,
  gain: (column: number) => number,
  random: Random,
  { autocorrelation = 0, offset = 0 } = {},
): Matrix {
  const { rows, cols, data } = responses;
  const out = zeros(rows, cols);
  const fresh = Math.sqrt(1 - autocorrelation ** 2);
  const noise = new Float64Array(cols);
  const offsets = Float64Array.from({ length: cols }, () => offset * random.normal());
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      noise[col] = row === 0 ? random.normal() : autocorrelation * noise[col] + fresh * random.normal();
      out.data[at] = gain(col) * data[at] + noise[col] + offsets[col];
    }
  }
  return out;
}
