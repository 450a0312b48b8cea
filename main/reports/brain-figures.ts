import { type BundledAnatomy, loadAnatomy } from '../analysis/anatomy/bundled-brain.ts';
import { mniToTalairach } from '../analysis/anatomy/landmark-regions.ts';
import { surfaceMetaSchema } from '../contract/anatomy.ts';
import type { Affine } from '../contract/recordings.ts';
import { RESOURCES, type ResourceStore } from '../core/resource-store.ts';
import { encodePng } from '../formats/png-writer.ts';
import { pngSource } from './data-links.ts';
import { axialMosaic, type Underlay } from './figures/slice-image.ts';
import { type Mesh, renderSurface, type SurfaceView } from './figures/surface-image.ts';
import { invertAffine, sampleVoxels, type VoxelMap } from './figures/volume-sampler.ts';

/** The bundled brain made ready for drawing maps of one space on it. */
export interface BrainCanvas {
  /** PNG data URIs of the three views; null where the space is not one that the surface can be placed in. */
  surfaces(map: VoxelMap, limit: number, threshold: number): Promise<Record<SurfaceSide, string> | null>;
  /** PNG data URI of the axial slices at `sliceHeights`. */
  slices(map: VoxelMap, limit: number, threshold: number): string;
  /**
   * PNG data URI of one view with whole landmark regions coloured.
   * @param scoreOf value of a landmark region by its name without the side; NaN leaves it grey
   */
  regions(scoreOf: (landmark: string) => number, limit: number, side: SurfaceSide): Promise<string>;
  readonly sliceHeights: readonly number[];
}

export type SurfaceSide = Extract<SurfaceView, 'left' | 'right' | 'top'>;

/** Pixels of one surface view before the page scales it: sharp at 300 dpi on 7 cm. */
const SURFACE_SIZE = 560;
/** The same for one brain among many. */
const REGION_SIZE = 260;
/** How far under the surface the map is read, in millimetres: the middle of the grey matter. */
const DEPTH = 2;
const HEIGHTS = [-24, -14, -4, 6, 16, 26, 36, 46];
const BOX = { x: [-72, 72], y: [-106, 76] } as const;

type Placement = (x: number, y: number, z: number) => readonly [number, number, number];

/** Loads anatomy and surface once. @param space name of the volume space the maps are in */
export async function openBrainCanvas(resources: ResourceStore, space: string): Promise<BrainCanvas> {
  const place = placementFor(space);
  const underlay = place === null ? null : anatomyUnderlay(await loadAnatomy(resources), place);
  let mesh: LandmarkMesh | null = null;
  return {
    async regions(scoreOf, limit, side) {
      mesh ??= await loadMesh(resources);
      const byRegion = mesh.regionNames.map((name) => scoreOf(name.replace(/^(left|right) /, '')));
      const values = Float32Array.from(mesh.region, (at) => byRegion[at]);
      const picture = renderSurface(mesh, { values, limit, threshold: 0 }, side, REGION_SIZE);
      return pngSource(encodePng(picture, 300));
    },
    sliceHeights: HEIGHTS,
    slices(map, limit, threshold) {
      const image = axialMosaic(map, underlay, { heights: HEIGHTS, box: BOX, step: 1, limit, threshold });
      return pngSource(encodePng(image, 300));
    },
    async surfaces(map, limit, threshold) {
      if (place === null) return null;
      mesh ??= await loadMesh(resources);
      const values = surfaceValues(mesh, map, place);
      const drawn = mesh;
      const view = (side: SurfaceSide): string =>
        pngSource(encodePng(renderSurface(drawn, { values, limit, threshold }, side, SURFACE_SIZE), 300));
      return { left: view('left'), right: view('right'), top: view('top') };
    },
  };
}

/** A mesh whose vertices belong to landmark regions. */
interface LandmarkMesh extends Mesh {
  /** Per vertex an index into `regionNames`. */
  readonly region: Uint8Array;
  readonly regionNames: readonly string[];
}

/** From the bundled brain's millimetres to those of the map; null where nobody knows how. */
function placementFor(space: string): Placement | null {
  if (/^talairach/i.test(space)) return (x, y, z) => [x, y, z];
  if (!/^mni/i.test(space)) return null;
  const origin = mniToTalairach(0, 0, 0);
  const columns = [mniToTalairach(1, 0, 0), mniToTalairach(0, 1, 0), mniToTalairach(0, 0, 1)];
  const forward: Affine = [0, 1, 2].map((row) => [
    ...columns.map((column) => column[row] - origin[row]),
    origin[row],
  ]);
  const [a, b, c] = invertAffine([...forward, [0, 0, 0, 1]]);
  const apply = (row: readonly number[], x: number, y: number, z: number): number =>
    row[0] * x + row[1] * y + row[2] * z + row[3];
  return (x, y, z) => [apply(a, x, y, z), apply(b, x, y, z), apply(c, x, y, z)];
}

/** Grey value of the anatomy at a point of the map's space. Maps in MNI are drawn on their own millimetres. */
function anatomyUnderlay(anatomy: BundledAnatomy, place: Placement): Underlay {
  const [ni, nj, nk] = anatomy.shape;
  const inverse = invertAffine(anatomy.affine.map((row) => [...row]));
  const origin = place(0, 0, 0);
  const forward: Affine = [0, 1, 2].map((row) => [
    place(1, 0, 0)[row] - origin[row],
    place(0, 1, 0)[row] - origin[row],
    place(0, 0, 1)[row] - origin[row],
    origin[row],
  ]);
  const back = invertAffine([...forward, [0, 0, 0, 1]]);
  return (x, y, z) => {
    const own = back.slice(0, 3).map((row) => row[0] * x + row[1] * y + row[2] * z + row[3]);
    const [i, j, k] = inverse
      .slice(0, 3)
      .map((row) => Math.round(row[0] * own[0] + row[1] * own[1] + row[2] * own[2] + row[3]));
    if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) return Number.NaN;
    const value = anatomy.t1[i + ni * (j + nj * k)];
    return value === 0 ? Number.NaN : 60 + value * 0.72;
  };
}

async function loadMesh(resources: ResourceStore): Promise<LandmarkMesh> {
  const { meta, arrays } = await resources.bundle(RESOURCES.surface);
  const positions = arrays.positions.values;
  const triangles = arrays.indices.values;
  const region = arrays.region.values;
  if (
    !(positions instanceof Float32Array) ||
    !(triangles instanceof Uint32Array) ||
    !(region instanceof Uint8Array)
  ) {
    throw new Error('surface bundle: unexpected element types');
  }
  return { positions, triangles, region, regionNames: surfaceMetaSchema.parse(meta).regions };
}

/** Value of the map under every vertex, a little inside along the normal. */
function surfaceValues(mesh: Mesh, map: VoxelMap, place: Placement): Float32Array {
  const value = sampleVoxels(map, 1);
  const normals = outwardNormals(mesh);
  return Float32Array.from({ length: mesh.positions.length / 3 }, (_, vertex) => {
    const [x, y, z] = [0, 1, 2].map(
      (axis) => mesh.positions[3 * vertex + axis] - DEPTH * normals[3 * vertex + axis],
    );
    return value(...place(x, y, z));
  });
}

function outwardNormals({ positions: p, triangles }: Mesh): Float32Array {
  const normals = new Float32Array(p.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t] * 3, triangles[t + 1] * 3, triangles[t + 2] * 3];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const n = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const at of [a, b, c]) for (let i = 0; i < 3; i += 1) normals[at + i] += n[i];
  }
  for (let at = 0; at < normals.length; at += 3) {
    const length = Math.hypot(normals[at], normals[at + 1], normals[at + 2]) || 1;
    for (let i = 0; i < 3; i += 1) normals[at + i] /= length;
  }
  return normals;
}
