import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openCifti } from '../cifti/cifti.ts';
import type { CiftiAxis } from '../cifti/parse-xml.ts';
import { readGifti } from '../gifti/gifti.ts';
import type { Gifti } from '../gifti/types.ts';
import type { NiftiImage, PlacedVoxels, SurfaceLayout } from '../nifti/types.ts';
import { type Rows, rowsImage } from './rows-image.ts';

/** Memory for the time points that one pass over a CIFTI file, which keeps each place's course together, brings. */
const WINDOW_BYTES = 96 << 20;
const CORTEX = { left: 'CIFTI_STRUCTURE_CORTEX_LEFT', right: 'CIFTI_STRUCTURE_CORTEX_RIGHT' } as const;

/**
 * Opens a CIFTI-2 series over time, dense (.dtseries.nii) or of parcels (.ptseries.nii), as an image whose grid is the
 * line of its grayordinates. TR by the series axis where it counts seconds.
 * @throws UserError `import.no-series` for maps, labels and connectivity; as `openCifti` does
 */
export async function openCiftiSeries(path: string): Promise<NiftiImage> {
  const cifti = await openCifti(path);
  const at = cifti.axes.findIndex(({ type }) => type === 'series');
  const [series, places] = [cifti.axes[at], cifti.axes[1 - at]];
  if (cifti.axes.length !== 2 || series?.type !== 'series' || places === undefined) throw noSeries(path);
  const surface = layoutOf(places);
  if (surface === null) throw noSeries(path);
  const [times, count] = [series.size, places.size];
  const timeRunsFastest = at === 0;
  async function* rows(start: number, stop: number): Rows {
    const most = Math.max(1, Math.floor(WINDOW_BYTES / (4 * count)));
    const memory = new Float32Array(Math.min(most, stop - start) * count);
    for (let first = start; first < stop; first += most) {
      const wanted = Math.min(most, stop - first);
      const window = memory.subarray(0, wanted * count);
      for await (const { start: number, data } of cifti.blocks())
        if (timeRunsFastest) putCourses(data, number, { times, count, first, wanted }, window);
        else {
          const shift = number - first * count;
          const [from, to] = [Math.max(0, -shift), Math.min(data.length, window.length - shift)];
          if (from < to) window.set(data.subarray(from, to), shift + from);
        }
      for (let time = 0; time < wanted; time++) yield window.subarray(time * count, (time + 1) * count);
    }
  }
  const inSeconds = /SECOND/i.test(series.unit) && series.step > 0;
  return rowsImage({ path, times, count, rows, repetitionTime: inSeconds ? series.step : null, surface });
}

/** Puts the courses of places, which follow each other, where the rows of `wanted` time points from `first` on have them. */
function putCourses(
  data: Float64Array,
  number: number,
  { times, count, first, wanted }: Record<'times' | 'count' | 'first' | 'wanted', number>,
  window: Float32Array,
): void {
  for (let at = 0; at < data.length; ) {
    const place = Math.floor((number + at) / times);
    const begin = place * times - number;
    const end = Math.min(data.length, begin + times);
    const from = Math.max(at, begin + first);
    const stop = Math.min(end, begin + first + wanted);
    let to = (from - begin - first) * count + place;
    for (let value = from; value < stop; value++, to += count) window[to] = data[value];
    at = end;
  }
}

/**
 * Opens time series on one surface (.func.gii, one data array a time point or one array of all), together with the
 * other hemisphere's file where it lies beside it, left first.
 * @throws UserError `import.no-series`, `import.hemispheres-differ`; as `readGifti` does
 */
export async function openGiftiSeries(path: string): Promise<NiftiImage> {
  const other = otherHemisphere(path);
  const partner = other !== null && existsSync(other) ? other : null;
  const own = await seriesOf(path);
  const beside = partner === null ? null : await seriesOf(partner);
  if (beside !== null && beside.times.length !== own.times.length) {
    const params = { file: basename(path), other: basename(partner ?? '') };
    throw new UserError(
      'import.hemispheres-differ',
      `${params.file} has ${own.times.length} time points and ${params.other} ${beside.times.length}: give both hemispheres of one run.`,
      params,
    );
  }
  const sides = { left: own.side === 'left' ? own : beside, right: own.side === 'left' ? beside : own };
  const [left, right] = [sides.left?.vertices ?? 0, sides.right?.vertices ?? 0];
  const parts = [
    { name: 'left hemisphere', start: 0, count: left },
    { name: 'right hemisphere', start: left, count: right },
  ].filter(({ count }) => count > 0);
  async function* rows(start: number, stop: number): Rows {
    for (let time = start; time < stop; time++) {
      const row = new Float32Array(left + right);
      if (sides.left) row.set(sides.left.times[time]);
      if (sides.right) row.set(sides.right.times[time], left);
      yield row;
    }
  }
  return rowsImage({
    path,
    times: own.times.length,
    count: left + right,
    rows,
    repetitionTime: null,
    surface: { left, right, places: Int32Array.from({ length: left + right }, (_, n) => n), parts },
    ...(partner === null ? {} : { partner }),
  });
}

/** The file of the other hemisphere as names go (BIDS, Connectome Workbench, FreeSurfer); null where none tells. */
export function otherHemisphere(path: string): string | null {
  const name = basename(path);
  for (const [pattern, swap] of [
    [/_hemi-([LR])(?=_)/, { L: 'R', R: 'L' }],
    [/\.([LR])(?=\.)/, { L: 'R', R: 'L' }],
    [/^([lr])(?=h\.)/, { l: 'r', r: 'l' }],
  ] as const) {
    const found = pattern.exec(name);
    const letter: string | undefined = found?.[1];
    if (found === null || letter === undefined) continue;
    const other = Reflect.get(swap, letter);
    return join(dirname(path), name.replace(pattern, found[0].replace(letter, String(other))));
  }
  return null;
}

/** Whether a file's name says right hemisphere. */
export function isRight(path: string): boolean {
  return /_hemi-R_|\.R\.|^rh\./.test(basename(path));
}

interface HemisphereSeries {
  readonly side: 'left' | 'right';
  readonly vertices: number;
  readonly times: readonly ArrayLike<number>[];
}

async function seriesOf(path: string): Promise<HemisphereSeries> {
  const gifti = await readGifti(path);
  const [first] = gifti.arrays;
  if (first === undefined || gifti.arrays.some(({ intent }) => /POINTSET|TRIANGLE|LABEL/.test(intent)))
    throw noSeries(path);
  const vertices = first.shape[0];
  const times = timesOf(gifti, vertices);
  if (times === null) throw noSeries(path);
  const structure = gifti.meta.AnatomicalStructurePrimary ?? first.meta.AnatomicalStructurePrimary ?? '';
  const right = structure === '' ? isRight(path) : /right/i.test(structure);
  return { side: right ? 'right' : 'left', vertices, times };
}

/** One row a time point; null where the arrays are not alike. */
function timesOf({ arrays }: Gifti, vertices: number): ArrayLike<number>[] | null {
  const [first] = arrays;
  const count = first.shape[1] ?? 1;
  if (arrays.length === 1 && count > 1)
    return Array.from({ length: count }, (_, time) =>
      Float32Array.from({ length: vertices }, (_, vertex) => first.values[vertex * count + time]),
    );
  const alike = arrays.every(({ values }) => values.length === vertices);
  return alike ? arrays.map(({ values }) => values) : null;
}

function layoutOf(axis: CiftiAxis): SurfaceLayout | null {
  if (axis.type === 'parcels') {
    const [left, right] = [axis.surfaces.get(CORTEX.left) ?? 0, axis.surfaces.get(CORTEX.right) ?? 0];
    const places = new Int32Array(left + right).fill(-1);
    for (const [parcel, vertices] of axis.vertices.entries()) {
      for (const vertex of vertices.get(CORTEX.left) ?? []) places[vertex] = parcel;
      for (const vertex of vertices.get(CORTEX.right) ?? []) places[left + vertex] = parcel;
    }
    return { left, right, places, parts: axis.names.map((name, start) => ({ name, start, count: 1 })) };
  }
  if (axis.type !== 'brain-models') return null;
  const sizeOf = (structure: string): number =>
    axis.models.find((model) => model.surface && model.structure === structure)?.surfaceVertices ?? 0;
  const [left, right] = [sizeOf(CORTEX.left), sizeOf(CORTEX.right)];
  const places = new Int32Array(left + right).fill(-1);
  for (const model of axis.models) {
    if (model.structure !== CORTEX.left && model.structure !== CORTEX.right) continue;
    const shift = model.structure === CORTEX.left ? 0 : left;
    model.vertices.forEach((vertex, n) => {
      places[shift + vertex] = model.start + n;
    });
  }
  const parts = axis.models.map(({ structure, start, count }) => ({
    name: structure.replace('CIFTI_STRUCTURE_', '').replaceAll('_', ' ').toLowerCase(),
    start,
    count,
  }));
  return { left, right, places, parts, voxels: voxelsOf(axis) };
}

/** Voxel models as places on their grid; nothing where the file has none or does not say the grid. */
function voxelsOf({
  models,
  volume,
}: Extract<CiftiAxis, { type: 'brain-models' }>): PlacedVoxels | undefined {
  if (volume === null || volume.shape.length !== 3) return undefined;
  const [ni, nj, nk] = volume.shape;
  const found = models.flatMap(({ voxels, start }) =>
    Array.from({ length: voxels.length / 3 }, (_, n): [place: number, index: number] => {
      const [i, j, k] = voxels.subarray(3 * n, 3 * n + 3);
      return [start + n, i + ni * (j + nj * k)];
    }),
  );
  if (found.length === 0) return undefined;
  const pairs = Int32Array.from(found.sort(([, a], [, b]) => a - b).flat());
  return { shape: [ni, nj, nk], affine: volume.affine, pairs };
}

function noSeries(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'import.no-series',
    `${file} holds no series over time on a surface: give a .dtseries.nii, a .ptseries.nii, or the .func.gii of a run; “gyrus inspect” shows what it holds.`,
    { file },
  );
}
