import { basename } from 'node:path';
import type { TargetSource } from '../../analysis/target-source.ts';
import { UserError } from '../../core/errors.ts';
import { type NpyData, readNpy } from '../../formats/npy/npy.ts';
import { openNpyColumns } from '../../formats/npy/npy-columns.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { type NdArray, ndArray } from '../../tensor/nd-array.ts';

/**
 * A matrix from a .npy file: float64 stays, everything else becomes float32; a vector is one column.
 * @throws UserError `npy.not-a-matrix` and what `readNpy` throws
 */
export async function readMatrix(path: string): Promise<Matrix<Floats>> {
  const { shape, data } = await readNpy(path);
  if (shape.length === 0 || shape.length > 2) {
    const file = basename(path);
    throw new UserError(
      'npy.not-a-matrix',
      `${file} has ${shape.length} dimensions; a matrix of samples × columns is needed.`,
      { file, dimensions: shape.length },
    );
  }
  const [rows, cols = 1] = shape;
  return { rows, cols, data: floatsOf(data) };
}

/** A three-dimensional array. @throws UserError `npy.not-a-cube` and what `readNpy` throws */
export async function readCube(path: string, wanted: string): Promise<NdArray<Floats>> {
  const { shape, data } = await readNpy(path);
  if (shape.length !== 3) {
    const file = basename(path);
    throw new UserError('npy.not-a-cube', `${file} has ${shape.length} dimensions; ${wanted} is needed.`, {
      file,
      dimensions: shape.length,
      wanted,
    });
  }
  return ndArray(shape, floatsOf(data));
}

const floatsOf = (data: NpyData): Floats =>
  data instanceof Float64Array || data instanceof Float32Array ? data : Float32Array.from(data, Number);

/** Targets in a .npy file, read range by range. Close it when done. */
export async function openTargets(path: string): Promise<TargetSource & { close(): Promise<void> }> {
  const file = await openNpyColumns(path);
  return {
    samples: file.rows,
    targets: file.cols,
    async read(start, stop, scratch) {
      const memory = scratch && ((bytes: number) => scratch.buffer('read', bytes));
      return { rows: file.rows, cols: stop - start, data: await file.read(start, stop, memory) };
    },
    close: file.close,
  };
}

/** @throws UserError `fit.sample-mismatch` unless features and targets have as many samples */
export function checkSamples(features: Matrix<Floats>, targets: TargetSource): void {
  if (features.rows === targets.samples) return;
  throw new UserError(
    'fit.sample-mismatch',
    `Features have ${features.rows} samples and targets ${targets.samples}; rows of both files must be the same samples.`,
    { features: features.rows, targets: targets.samples },
  );
}
