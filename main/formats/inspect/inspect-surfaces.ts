import { basename } from 'node:path';
import { readFreeSurferAnnotation } from '../freesurfer/annotation.ts';
import { readFreeSurferCurvature } from '../freesurfer/curvature.ts';
import { readFreeSurferLabel } from '../freesurfer/label.ts';
import {
  damaged,
  openSurfaceStream,
  readFreeSurferSurface,
  type SurfaceStream,
} from '../freesurfer/surface.ts';
import { walkGifti } from '../gifti/gifti.ts';
import type { GiftiDataArray } from '../gifti/types.ts';
import { release } from '../release.ts';
import { ValueTotals } from '../value-totals.ts';
import { arrayStatistics, totalsFields } from './array-statistics.ts';

const spaces = ['UNKNOWN', 'SCANNER_ANAT', 'ALIGNED_ANAT', 'TALAIRACH', 'MNI_152'];

/** Points that name no space are in an unknown one, unchanged. */
const identity = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => (row === column ? 1 : 0)));

/** Data arrays shown of a GIFTI file. */
const SHOWN_ARRAYS = 6;

/** What `gyrus inspect` says of a GIFTI file. `arrays` shows the first six, `labels` the first eight. */
export async function inspectGifti(path: string): Promise<Record<string, unknown>> {
  const arrays: Record<string, unknown>[] = [];
  let count = 0;
  const { meta, labels } = await walkGifti(path, (array) => {
    count += 1;
    if (count <= SHOWN_ARRAYS) arrays.push(describeArray(array));
    release(array.values);
  });
  return {
    format: 'gifti',
    n_arrays: count,
    arrays,
    labels: Object.fromEntries(labels.slice(0, 8).map(({ key, name }) => [key, name])),
    n_labels: labels.length,
    meta,
  };
}

function describeArray(array: GiftiDataArray): Record<string, unknown> {
  const { intent, encoding, columnMajor, littleEndian, shape, dtype, values, transforms } = array;
  const { n_nonfinite, ...statistics } = arrayStatistics(values);
  const columns = shape.slice(1).reduce((product, size) => product * size, 1);
  const transform = transforms.at(-1);
  return {
    intent,
    encoding,
    order: columnMajor ? 2 : 1,
    endian: littleEndian ? 2 : 1,
    shape,
    dtype,
    ...(dtype.startsWith('float') ? { n_nonfinite } : {}),
    ...statistics,
    first: [...values.slice(0, 6)],
    ...(shape.length > 1
      ? { row0: [...values.slice(0, columns)], row_last: [...values.slice(-columns)] }
      : {}),
    ...(transform
      ? { coord_xform: transform.matrix, dataspace: Math.max(0, spaces.indexOf(transform.from)) }
      : intent === 'NIFTI_INTENT_POINTSET'
        ? { coord_xform: identity, dataspace: 0 }
        : {}),
  };
}

/** What `gyrus inspect` says of a FreeSurfer surface. @throws UserError as `readFreeSurferSurface` */
export async function inspectFreeSurferSurface(path: string): Promise<Record<string, unknown>> {
  const stream = await openSurfaceStream(path);
  if (stream !== null) return inspectTriangles(stream, basename(path));
  const { coordinates, triangles, comment, centre } = await readFreeSurferSurface(path);
  return {
    format: 'freesurfer-surface',
    n_vertices: coordinates.length / 3,
    n_triangles: triangles.length / 3,
    comment,
    c_ras: centre,
    coordinates: { ...arrayStatistics(coordinates), first: [...coordinates.slice(0, 6)] },
    triangles: { ...arrayStatistics(triangles), first: [...triangles.slice(0, 6)] },
  };
}

async function inspectTriangles(stream: SurfaceStream, file: string): Promise<Record<string, unknown>> {
  try {
    const coordinates = await walked(stream.coordinates());
    const triangles = await walked(stream.triangles());
    const { min, max } = triangles.totals;
    if (min < 0 || max >= stream.vertexCount) throw damaged(file);
    return {
      format: 'freesurfer-surface',
      n_vertices: stream.vertexCount,
      n_triangles: stream.triangleCount,
      comment: stream.comment,
      c_ras: stream.centre,
      coordinates: { ...totalsFields(coordinates.totals), first: coordinates.first },
      triangles: { ...totalsFields(triangles.totals), first: triangles.first },
    };
  } finally {
    await stream.close();
  }
}

async function walked(
  blocks: AsyncGenerator<Float32Array | Int32Array>,
): Promise<{ totals: ValueTotals; first: number[] }> {
  const totals = new ValueTotals();
  let first: number[] = [];
  for await (const values of blocks) {
    if (totals.count === 0) first = [...values.subarray(0, 6)];
    totals.add(values);
  }
  return { totals, first };
}

/** What `gyrus inspect` says of a FreeSurfer curvature, thickness or area file. */
export async function inspectFreeSurferCurvature(path: string): Promise<Record<string, unknown>> {
  const { values } = await readFreeSurferCurvature(path);
  return {
    format: 'freesurfer-curvature',
    shape: [values.length],
    dtype: '>f4',
    ...arrayStatistics(values),
    first: [...values.slice(0, 5)],
  };
}

/** What `gyrus inspect` says of a FreeSurfer annotation; `counts` has the first eight regions, `ctab` the first six. */
export async function inspectFreeSurferAnnotation(path: string): Promise<Record<string, unknown>> {
  const { labels, table } = await readFreeSurferAnnotation(path);
  const counts = new Array<number>(table.length).fill(0);
  let unassigned = 0;
  for (const label of labels) {
    if (label < 0) unassigned += 1;
    else counts[label] += 1;
  }
  return {
    format: 'freesurfer-annotation',
    n_vertices: labels.length,
    n_names: table.length,
    names: table.map(({ name }) => name),
    ctab: table.slice(0, 6).map(({ colour, packed }) => [...colour, packed]),
    counts: Object.fromEntries(table.slice(0, 8).map(({ name }, n) => [name, counts[n]])),
    n_unassigned: unassigned,
    first: [...labels.slice(0, 5)],
  };
}

/** What `gyrus inspect` says of a FreeSurfer label. */
export async function inspectFreeSurferLabel(path: string): Promise<Record<string, unknown>> {
  const { comment, promised, vertices, values } = await readFreeSurferLabel(path);
  const params = { file: basename(path), found: vertices.length, promised };
  return {
    format: 'freesurfer-label',
    comment,
    n: vertices.length,
    n_vertices: vertices.length,
    first: [...vertices.slice(0, 5)],
    values: arrayStatistics(values),
    sum_scalar: values.reduce((sum, value) => sum + value, 0),
    notices:
      promised === vertices.length
        ? []
        : [
            {
              level: 'warning',
              code: 'freesurfer.label-count',
              message: `${params.file} holds ${vertices.length} points where its second line tells of ${promised}: it may be cut off.`,
              params,
            },
          ],
  };
}
