import { driftColumns, orthonormalBasis, removeNuisance } from '../../analysis/nuisance.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import type { Project } from '../../data/project.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import type { SubjectInput } from './resolve-inputs.ts';

/** Constant and slow cosines of every run: what is taken from data and features alike. */
export function driftBases(input: SubjectInput, params: EncodingStudyParams): Float64Array[][] {
  return input.runs.map(({ recording }) =>
    orthonormalBasis(driftColumns(recording.sampleCount, recording.samplingInterval, params.highPassSeconds)),
  );
}

/** Drift and, where asked for, the confounds kept at import: what is taken from the data. */
export function nuisanceBases(
  project: Project,
  input: SubjectInput,
  params: EncodingStudyParams,
): Float64Array[][] {
  return driftBases(input, params).map((drift, run) => {
    const { confoundsArrayId } = input.runs[run].recording;
    if (params.confounds === 'none' || confoundsArrayId === null) return drift;
    const { shape, data } = project.arrays.readAs(confoundsArrayId, 'float32');
    const confounds = Array.from({ length: shape[1] }, (_, column) =>
      Float64Array.from({ length: shape[0] }, (_, t) => finite(data[t * shape[1] + column])),
    );
    return orthonormalBasis([...drift, ...confounds]);
  });
}

/** "n/a" in a confounds table (first row of derivatives) is read as NaN and means no change. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** Runs laid one after another and cleaned of nuisance, each by its own basis. */
export function cleanedRuns(runs: readonly Matrix[], bases: readonly Float64Array[][]): Matrix {
  const cols = runs[0].cols;
  const joint = zeros(
    runs.reduce((sum, run) => sum + run.rows, 0),
    cols,
  );
  let row = 0;
  runs.forEach((run, index) => {
    const constant = constantColumns(run);
    const piece = { rows: run.rows, cols, data: joint.data.subarray(row * cols, (row + run.rows) * cols) };
    piece.data.set(run.data);
    removeNuisance(piece, bases[index]);
    // What projection leaves of a constant column is rounding noise; it must count as constant later on.
    for (const column of constant) for (let t = 0; t < run.rows; t += 1) piece.data[t * cols + column] = 0;
    row += run.rows;
  });
  return joint;
}

function constantColumns({ rows, cols, data }: Matrix): number[] {
  const columns: number[] = [];
  for (let c = 0; c < cols; c += 1) {
    let same = true;
    for (let t = 1; t < rows && same; t += 1) same = data[t * cols + c] === data[c];
    if (same) columns.push(c);
  }
  return columns;
}

/** Cleaned data of voxels start ≤ v < stop, all runs one after another. */
export function readVoxels(
  project: Project,
  input: SubjectInput,
  bases: readonly Float64Array[][],
  start: number,
  stop: number,
): Matrix {
  const runs = input.runs.map(({ recording }) => {
    const { shape, data } = project.arrays.readAs(recording.dataArrayId, 'float32', [null, { start, stop }]);
    return { rows: shape[0], cols: shape[1], data };
  });
  return cleanedRuns(runs, bases);
}
