import { UserError } from '../../core/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { ndArray } from '../../tensor/nd-array.ts';
import { type Comparator, comparePrepared, prepare } from './compare.ts';
import { checkPatterns, type Rdm, type SimpleDistance, squaredDistances, toUnit } from './dissimilarity.ts';

/** Columns of the data that lie around each centre, the centre among them. */
export interface Neighbourhoods {
  readonly centres: Int32Array;
  readonly members: readonly Int32Array[];
}

/** Which voxels of a volume are columns of the data: `voxels` are flat indices (x fastest) in a grid of `shape`. */
export interface VoxelGrid {
  readonly shape: readonly [number, number, number];
  readonly voxels: ArrayLike<number>;
  /** Millimetres per voxel along each axis. */
  readonly size: readonly [number, number, number];
}

/** @throws UserError `searchlight.radius` */
function checkRadius(radius: number): void {
  if (radius > 0 && Number.isFinite(radius)) return;
  throw new UserError(
    'searchlight.radius',
    `A searchlight of radius ${radius} mm holds nothing; use 5 to 15 mm.`,
    {
      radius,
    },
  );
}

/**
 * Spheres around every voxel: all voxels of the mask whose middle is no farther than `radius` mm. Spheres cut by the
 * edge of the mask down to fewer than `least` voxels are left out.
 * @throws UserError `searchlight.radius`
 */
export function volumeNeighbourhoods(
  { shape, voxels, size }: VoxelGrid,
  radius: number,
  least = 10,
): Neighbourhoods {
  checkRadius(radius);
  const [nx, ny, nz] = shape;
  const columnOf = new Int32Array(nx * ny * nz).fill(-1);
  for (let column = 0; column < voxels.length; column++) columnOf[voxels[column]] = column;
  const offsets: [number, number, number][] = [];
  const reach = size.map((mm) => Math.floor(radius / mm));
  for (let dz = -reach[2]; dz <= reach[2]; dz++)
    for (let dy = -reach[1]; dy <= reach[1]; dy++)
      for (let dx = -reach[0]; dx <= reach[0]; dx++)
        if (Math.hypot(dx * size[0], dy * size[1], dz * size[2]) <= radius + 1e-9) offsets.push([dx, dy, dz]);
  const centres: number[] = [];
  const members: Int32Array[] = [];
  for (let column = 0; column < voxels.length; column++) {
    const [x, y] = [voxels[column] % nx, Math.floor(voxels[column] / nx) % ny];
    const z = Math.floor(voxels[column] / (nx * ny));
    const own: number[] = [];
    for (const [dx, dy, dz] of offsets) {
      const [ox, oy, oz] = [x + dx, y + dy, z + dz];
      if (ox < 0 || oy < 0 || oz < 0 || ox >= nx || oy >= ny || oz >= nz) continue;
      const other = columnOf[ox + nx * (oy + ny * oz)];
      if (other >= 0) own.push(other);
    }
    if (own.length < least) continue;
    centres.push(column);
    members.push(Int32Array.from(own));
  }
  return { centres: Int32Array.from(centres), members };
}

/** A triangle mesh: positions x, y, z per vertex in mm, three vertices per triangle. */
export interface Mesh {
  readonly positions: ArrayLike<number>;
  readonly triangles: ArrayLike<number>;
}

/** Neighbours of every vertex along edges, each once. */
export function meshEdges({ positions, triangles }: Mesh): Int32Array[] {
  const sets = Array.from({ length: positions.length / 3 }, () => new Set<number>());
  for (let at = 0; at < triangles.length; at += 3) {
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ]) {
      sets[triangles[at + a]].add(triangles[at + b]);
      sets[triangles[at + b]].add(triangles[at + a]);
    }
  }
  return sets.map((set) => Int32Array.from(set).sort());
}

/**
 * Discs around every vertex: all vertices no farther than `radius` mm along the edges of the surface (Dijkstra), so
 * that the two banks of a sulcus stay apart. Discs of fewer than `least` vertices are left out.
 * @throws UserError `searchlight.radius`
 */
export function surfaceNeighbourhoods(mesh: Mesh, radius: number, least = 10): Neighbourhoods {
  checkRadius(radius);
  const edges = meshEdges(mesh);
  const { positions } = mesh;
  const length = (a: number, b: number): number =>
    Math.hypot(
      positions[3 * a] - positions[3 * b],
      positions[3 * a + 1] - positions[3 * b + 1],
      positions[3 * a + 2] - positions[3 * b + 2],
    );
  const centres: number[] = [];
  const members: Int32Array[] = [];
  for (let centre = 0; centre < edges.length; centre++) {
    const reached = new Map<number, number>([[centre, 0]]);
    // Discs are small: a list kept in order of distance is enough of a queue.
    const waiting: { vertex: number; distance: number }[] = [{ vertex: centre, distance: 0 }];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (next.distance > (reached.get(next.vertex) ?? Infinity)) continue;
      for (const other of edges[next.vertex]) {
        const distance = next.distance + length(next.vertex, other);
        if (distance > radius || distance >= (reached.get(other) ?? Infinity)) continue;
        reached.set(other, distance);
        let at = waiting.length;
        while (at > 0 && waiting[at - 1].distance > distance) at--;
        waiting.splice(at, 0, { vertex: other, distance });
      }
    }
    if (reached.size < least) continue;
    centres.push(centre);
    members.push(Int32Array.from(reached.keys()).sort());
  }
  return { centres: Int32Array.from(centres), members };
}

/** Numbers of which the patterns and kernels of several searchlights at once may consist: they stay in the cache. */
const CHUNK_NUMBERS = 200_000;

/**
 * Searchlight RSA: in every neighbourhood the dissimilarities of the items' local patterns are compared with each
 * model's. Where local patterns cannot be compared (a constant one under correlation) the score is NaN.
 * Source: Kriegeskorte, Goebel and Bandettini 2006, doi 10.1073/pnas.0600244103.
 * @param patterns items × columns (voxels or vertices)
 * @returns models × columns; NaN for columns that are no centre
 * @throws UserError `rsa.too-few-items`, `rsa.not-finite`
 */
export async function searchlight(
  engine: MatrixEngine,
  patterns: Matrix<Floats>,
  { centres, members }: Neighbourhoods,
  models: readonly Rdm[],
  options: {
    readonly distance: SimpleDistance;
    readonly comparator: Comparator;
    readonly signal?: AbortSignal;
    readonly report?: ReportProgress;
  },
): Promise<Matrix> {
  checkPatterns(patterns);
  const { rows, cols, data } = patterns;
  const scores = new Float32Array(models.length * cols).fill(Number.NaN);
  const prepared = models.map((model) => prepare(model, options.comparator));
  const unit = options.distance === 'correlation';
  const width = members.reduce((most, own) => Math.max(most, own.length), 1);
  const chunk = Math.max(1, Math.floor(CHUNK_NUMBERS / (rows * (width + rows))));
  for (let first = 0; first < centres.length; first += chunk) {
    options.signal?.throwIfAborted();
    const some = members.slice(first, first + chunk);
    // Columns beyond a neighbourhood's own stay 0, which changes no product.
    const local = new Float64Array(some.length * rows * width);
    const usable = some.map((own, place) => {
      let whole = true;
      for (let row = 0; row < rows; row++) {
        const from = (place * rows + row) * width;
        for (let k = 0; k < own.length; k++) local[from + k] = data[row * cols + own[k]];
        if (unit) whole = toUnit(local.subarray(from, from + own.length)) && whole;
      }
      return whole;
    });
    const rdms = await squaredDistances(engine, ndArray([some.length, rows, width], local), (place) =>
      unit ? 2 : some[place].length,
    );
    for (const [place, rdm] of rdms.entries()) {
      if (!usable[place]) continue;
      const here = prepare(rdm, options.comparator);
      for (const [at, model] of prepared.entries())
        scores[at * cols + centres[first + place]] = comparePrepared(model, here);
    }
    const done = Math.min(centres.length, first + chunk);
    options.report?.({ phase: 'searchlight', done, total: centres.length, unit: 'centres' });
  }
  return { rows: models.length, cols, data: scores };
}
