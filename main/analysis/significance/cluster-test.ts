import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../core/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { VoxelGrid } from '../rsa/searchlight.ts';
import { oneSampleT, type Sides } from './group-tests.ts';

/** Columns that hang together beyond the threshold. */
export interface Cluster {
  readonly columns: Int32Array;
  /** Sum of t in the cluster: its sign is that of the effect. */
  readonly mass: number;
  /** Corrected over the whole map, never 0: how often the largest |mass| under random signs reaches this one's. */
  readonly p: number;
}

export interface ClusterTest {
  readonly t: Float64Array;
  /** Largest |mass| first. */
  readonly clusters: readonly Cluster[];
  /** Largest |mass| under every relabelling. */
  readonly nullMasses: Float64Array;
}

export interface ClusterOptions {
  /** |t| beyond which a column may belong to a cluster; decides what shape of effect is seen, not the validity. */
  readonly threshold: number;
  readonly seed: number;
  /** Default 1000. */
  readonly permutations?: number;
  /** Default 'two-sided': clusters of either sign, never mixed. */
  readonly sides?: Sides;
  readonly signal?: AbortSignal;
  readonly report?: ReportProgress;
}

/** Milliseconds of work after which a stop may come through. */
const BREATH = 50;

/**
 * Neighbours of every voxel of a mask: those that share a face (6), also an edge (18), or also a corner (26), as column
 * numbers.
 */
export function volumeEdges(
  { shape, voxels }: Pick<VoxelGrid, 'shape' | 'voxels'>,
  connectivity: 6 | 18 | 26,
): Int32Array[] {
  const [nx, ny, nz] = shape;
  const columnOf = new Map(Array.from({ length: voxels.length }, (_, column) => [voxels[column], column]));
  const most = { 6: 1, 18: 2, 26: 3 }[connectivity];
  return Array.from({ length: voxels.length }, (_, column) => {
    const index = voxels[column];
    const [x, y, z] = [index % nx, Math.floor(index / nx) % ny, Math.floor(index / (nx * ny))];
    const own: number[] = [];
    for (let dz = -1; dz <= 1; dz++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const steps = Math.abs(dx) + Math.abs(dy) + Math.abs(dz);
          const [ox, oy, oz] = [x + dx, y + dy, z + dz];
          if (steps === 0 || steps > most) continue;
          if (ox < 0 || oy < 0 || oz < 0 || ox >= nx || oy >= ny || oz >= nz) continue;
          const other = columnOf.get(ox + nx * (oy + ny * oz));
          if (other !== undefined) own.push(other);
        }
    return Int32Array.from(own);
  });
}

/** Connected sets of columns beyond the threshold on one side. */
function clustersOf(
  t: Float64Array,
  sign: 1 | -1,
  edges: readonly Int32Array[],
  threshold: number,
): { columns: number[]; mass: number }[] {
  const seen = new Uint8Array(t.length);
  const found: { columns: number[]; mass: number }[] = [];
  for (let start = 0; start < t.length; start++) {
    if (seen[start] === 1 || !(sign * t[start] > threshold)) continue;
    const columns = [start];
    seen[start] = 1;
    let mass = 0;
    for (let at = 0; at < columns.length; at++) {
      mass += t[columns[at]];
      for (const other of edges[columns[at]]) {
        if (seen[other] === 1 || !(sign * t[other] > threshold)) continue;
        seen[other] = 1;
        columns.push(other);
      }
    }
    found.push({ columns, mass });
  }
  return found;
}

/**
 * Cluster-mass test by random signs: does the mean over units (subjects) differ from 0 somewhere in the map? A cluster's
 * p holds for the cluster as a whole, not for each of its columns, nor for its edge.
 * Source: Maris and Oostenveld 2007, doi 10.1016/j.jneumeth.2007.03.024; Bullmore et al. 1999.
 * @param values units × columns; for a paired comparison give differences
 * @param edges neighbours of every column (`volumeEdges`, `meshEdges`)
 * @throws UserError `cluster.threshold`
 */
export async function clusterTest(
  values: Matrix<Floats>,
  edges: readonly Int32Array[],
  options: ClusterOptions,
): Promise<ClusterTest> {
  const { threshold, seed, signal, report } = options;
  if (!(threshold > 0 && Number.isFinite(threshold))) {
    throw new UserError(
      'cluster.threshold',
      `A cluster threshold of ${threshold} is none; give a |t| above 0, such as 3.1.`,
      { threshold },
    );
  }
  if (edges.length !== values.cols)
    throw new Error(`${edges.length} lists of neighbours for ${values.cols} columns`);
  const draws = options.permutations ?? 1000;
  const both = options.sides !== 'greater';
  const all = (t: Float64Array) => [
    ...clustersOf(t, 1, edges, threshold),
    ...(both ? clustersOf(t, -1, edges, threshold) : []),
  ];
  const signs = new Float64Array(values.rows).fill(1);
  const t = new Float64Array(values.cols);
  oneSampleT(values, signs, t);
  const observed = all(t);
  const nullT = new Float64Array(values.cols);
  const nullMasses = new Float64Array(draws);
  const random = createRandom(seed);
  let breathed = performance.now();
  for (let draw = 0; draw < draws; draw++) {
    if (performance.now() - breathed > BREATH) {
      report?.({ phase: 'permute', done: draw, total: draws, unit: 'permutations' });
      await nextTurn();
      signal?.throwIfAborted();
      breathed = performance.now();
    }
    for (let row = 0; row < signs.length; row++) signs[row] = random.nextUint32() & 1 ? 1 : -1;
    oneSampleT(values, signs, nullT);
    for (const { mass } of all(nullT)) nullMasses[draw] = Math.max(nullMasses[draw], Math.abs(mass));
  }
  const clusters = observed
    .map(({ columns, mass }): Cluster => {
      const reached = nullMasses.filter((value) => value >= Math.abs(mass) * (1 - 1e-12)).length;
      return { columns: Int32Array.from(columns).sort(), mass, p: (1 + reached) / (draws + 1) };
    })
    .sort((a, b) => Math.abs(b.mass) - Math.abs(a.mass));
  return { t, clusters, nullMasses };
}
