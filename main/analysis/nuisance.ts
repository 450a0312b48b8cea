import type { Matrix } from '../tensor/matrix.ts';

/**
 * Discrete cosine set of one run for high-pass filtering, constant first: cos(π k (2t + 1) / 2n) for
 * k = 0 … floor(2 n Δ / cutoff). Source: SPM's spm_dctmtx and spm_filter. Float64, one column after another.
 * @param cutoffSeconds periods longer than this are drift; null gives the constant alone
 */
export function driftColumns(
  samples: number,
  interval: number,
  cutoffSeconds: number | null,
): Float64Array[] {
  const last = cutoffSeconds === null ? 0 : Math.floor((2 * samples * interval) / cutoffSeconds);
  return Array.from({ length: Math.min(last, samples - 1) + 1 }, (_, k) =>
    Float64Array.from({ length: samples }, (_, t) => Math.cos((Math.PI * k * (2 * t + 1)) / (2 * samples))),
  );
}

/**
 * Orthonormal basis of the given columns by twice-run modified Gram-Schmidt; columns that add nothing (constant
 * confounds, duplicates) are left out.
 */
export function orthonormalBasis(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const rest = Float64Array.from(column);
    const size = norm(rest);
    for (let pass = 0; pass < 2; pass += 1) {
      for (const direction of basis) {
        const share = dot(direction, rest);
        for (let t = 0; t < rest.length; t += 1) rest[t] -= share * direction[t];
      }
    }
    const left = norm(rest);
    if (!(left > size * 1e-8)) continue;
    basis.push(rest.map((value) => value / left));
  }
  return basis;
}

/** What is left of every column of `run` (samples × columns) after projection onto the basis is taken away, in place. */
export function removeNuisance(run: Matrix, basis: readonly Float64Array[]): void {
  const { rows, cols, data } = run;
  const shares = new Float64Array(cols);
  for (const direction of basis) {
    shares.fill(0);
    for (let t = 0, at = 0; t < rows; t += 1) {
      const weight = direction[t];
      for (let c = 0; c < cols; c += 1, at += 1) shares[c] += weight * data[at];
    }
    for (let t = 0, at = 0; t < rows; t += 1) {
      const weight = direction[t];
      for (let c = 0; c < cols; c += 1, at += 1) data[at] -= weight * shares[c];
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t += 1) sum += a[t] * b[t];
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}
