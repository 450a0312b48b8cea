import type { Floats, Matrix } from '../tensor/matrix.ts';
import { takeColumnRange } from '../tensor/matrix.ts';
import type { Scratch } from '../tensor/scratch.ts';

/**
 * What a model has to predict (voxels, sensors, ratings), read in ranges of targets so that all of it never has to
 * be in memory. A project array, a .npy file and a plain matrix all fit behind it.
 */
export interface TargetSource {
  /** Samples along the first axis: those of the split manifest, runs one after another. */
  readonly samples: number;
  readonly targets: number;
  /**
   * All samples of targets start ≤ t < stop: samples × (stop − start). The caller may change the values.
   * @param scratch memory that the values may lie in, under "read": valid until the next read into it
   */
  read(start: number, stop: number, scratch?: Scratch): Promise<Matrix<Floats>> | Matrix<Floats>;
}

/** Targets that are in memory already (samples × targets). */
export function matrixTargets(matrix: Matrix<Floats>): TargetSource {
  return {
    samples: matrix.rows,
    targets: matrix.cols,
    read: (start, stop) => takeColumnRange(matrix, start, stop),
  };
}
