import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { SurfaceFile } from '../../formats/surface/read-surface.ts';

/** A whole brain's surface, left hemisphere first. */
export interface JoinedSurface {
  readonly positions: Float32Array;
  readonly indices: Uint32Array;
  readonly curvature: Float32Array | null;
  readonly inflated: Float32Array | null;
  readonly hemisphere: Uint8Array | null;
}

type Geometry = SurfaceFile & { positions: Float32Array; indices: Uint32Array };

/** Millimetres between inflated hemispheres, which both lie around the origin in their own files. */
const GAP = 4;

/**
 * Puts surface files together: one or two hemispheres of an anatomical surface, and with them, where given, their
 * inflated forms (by "inflated" in the name) and their curvature.
 * @throws UserError `surface.none`, `surface.too-many`, `surface.no-hemisphere`, `surface.unlike`
 */
export function joinHemispheres(files: readonly SurfaceFile[]): JoinedSurface {
  const geometries = files.filter(
    (file): file is Geometry => file.positions !== null && file.indices !== null,
  );
  const isInflated = (file: SurfaceFile): boolean => /infl/i.test(basename(file.path));
  const anatomical = geometries.filter((file) => !isInflated(file));
  if (anatomical.length === 0) {
    throw new UserError(
      'surface.none',
      'No anatomical surface is among the files: give lh.pial and rh.pial, say.',
    );
  }
  if (anatomical.length > 2) {
    const names = anatomical.map(({ path }) => basename(path)).join(', ');
    throw new UserError('surface.too-many', `${names} are more than two surfaces: give one a hemisphere.`, {
      names,
    });
  }
  const ordered = anatomical.length === 1 ? anatomical : bySide(anatomical);
  const inflated = partners(ordered, geometries.filter(isInflated), (file) => file.positions.length / 3);
  const values = partners(
    ordered,
    files.filter((file): file is SurfaceFile & { values: Float32Array } => file.values !== null),
    (file) => file.values.length,
  );
  return {
    positions: concatenated(ordered.map(({ positions }) => positions)),
    indices: joinedIndices(ordered),
    curvature: values && concatenated(values.map((file) => file.values)),
    inflated: inflated && sideBySide(inflated.map(({ positions }) => positions)),
    hemisphere:
      ordered.length === 1
        ? null
        : Uint8Array.from({ length: total(ordered) / 3 }, (_, vertex) =>
            vertex < ordered[0].positions.length / 3 ? 0 : 1,
          ),
  };
}

/** Left then right, by the name or else by where it lies. */
function bySide<T extends Geometry>(files: readonly T[]): T[] {
  const sides = files.map(sideOf);
  if (sides[0] === sides[1]) {
    const names = files.map(({ path }) => basename(path)).join(' and ');
    throw new UserError('surface.no-hemisphere', `${names} both seem to be the ${sides[0]} hemisphere.`, {
      names,
    });
  }
  return sides[0] === 'left' ? [...files] : [files[1], files[0]];
}

function sideOf(file: SurfaceFile): 'left' | 'right' {
  const name = basename(file.path).toLowerCase();
  if (/(^|[._-])(lh|l|left)([._-]|$)|hemi-l/.test(name)) return 'left';
  if (/(^|[._-])(rh|r|right)([._-]|$)|hemi-r/.test(name)) return 'right';
  let sum = 0;
  const { positions } = file;
  if (positions) for (let n = 0; n < positions.length; n += 3) sum += positions[n];
  return sum < 0 ? 'left' : 'right';
}

/** The file that goes with each surface, in the same order; null where none were given. */
function partners<T extends SurfaceFile>(
  surfaces: readonly Geometry[],
  files: readonly T[],
  vertexCount: (file: T) => number,
): T[] | null {
  if (files.length === 0) return null;
  const matching = surfaces.map((surface) =>
    files.find(
      (file) =>
        vertexCount(file) === surface.positions.length / 3 &&
        (surfaces.length === 1 || sideOf(file) === sideOf(surface)),
    ),
  );
  const found = matching.filter((file): file is T => file !== undefined);
  if (found.length === surfaces.length) return found;
  const names = files.map(({ path }) => basename(path)).join(', ');
  throw new UserError(
    'surface.unlike',
    `${names} do not fit the surfaces: there must be one a hemisphere with as many vertices.`,
    { names },
  );
}

function joinedIndices(surfaces: readonly Geometry[]): Uint32Array {
  const out = new Uint32Array(surfaces.reduce((sum, { indices }) => sum + indices.length, 0));
  let at = 0;
  let shift = 0;
  for (const { indices, positions } of surfaces) {
    for (let n = 0; n < indices.length; n++) out[at + n] = indices[n] + shift;
    at += indices.length;
    shift += positions.length / 3;
  }
  return out;
}

function sideBySide(hemispheres: readonly Float32Array[]): Float32Array {
  if (hemispheres.length < 2) return hemispheres[0];
  const shifted = hemispheres.map((positions, side) => {
    let [low, high] = [Infinity, -Infinity];
    for (let n = 0; n < positions.length; n += 3) {
      low = Math.min(low, positions[n]);
      high = Math.max(high, positions[n]);
    }
    const shift = side === 0 ? -GAP / 2 - high : GAP / 2 - low;
    return positions.map((value, n) => (n % 3 === 0 ? value + shift : value));
  });
  return concatenated(shifted);
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function total(surfaces: readonly Geometry[]): number {
  return surfaces.reduce((sum, { positions }) => sum + positions.length, 0);
}
