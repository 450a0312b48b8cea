import { type Cifti, openCifti } from '../cifti/cifti.ts';
import type { CiftiAxis } from '../cifti/parse-xml.ts';
import { rowMajorPlaces, ValueTotals } from '../value-totals.ts';
import { totalsFields } from './array-statistics.ts';

/** Names of CIFTI-2's intents (cifti-2 specification, table of file types). */
const intentNames: Readonly<Record<number, string>> = {
  3000: 'ConnUnknown',
  3001: 'ConnDense',
  3002: 'ConnDenseSeries',
  3003: 'ConnParcels',
  3004: 'ConnParcelSries',
  3006: 'ConnDenseScalar',
  3007: 'ConnDenseLabel',
  3008: 'ConnParcelScalr',
  3009: 'ConnParcelDense',
  3010: 'ConnDenseParcel',
  3011: 'ConnPPSr',
  3012: 'ConnPPSc',
  3013: 'ConnPPLabel',
};

/** What `gyrus inspect` says of a CIFTI-2 file. */
export async function inspectCifti(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const cifti = await openCifti(path);
  const { header, shape, axes } = cifti;
  return {
    format: 'cifti2',
    cls: 'Cifti2Image',
    shape,
    nifti_dim: header.dim,
    intent: header.intentCode,
    intent_name: intentNames[header.intentCode] ?? header.intentName,
    disk_dtype: header.datatype.name,
    axes: axes.map(describeAxis),
    ...(stats ? { data: await statistics(cifti) } : {}),
  };
}

function describeAxis(axis: CiftiAxis, index: number): Record<string, unknown> {
  const { size } = axis;
  switch (axis.type) {
    case 'series':
      return { index, type: 'SeriesAxis', size, start: axis.start, step: axis.step, unit: axis.unit };
    case 'scalars':
      return { index, type: 'ScalarAxis', size, names: axis.names };
    case 'labels':
      return {
        index,
        type: 'LabelAxis',
        size,
        names: axis.names,
        n_labels: axis.labels.map((table) => table.size),
      };
    case 'parcels':
      return { index, type: 'ParcelsAxis', size, names: axis.names };
    case 'brain-models':
      return {
        index,
        type: 'BrainModelAxis',
        size,
        structures: axis.models.map(({ structure, start, count, surface, vertices, voxels }) => ({
          name: structure,
          start,
          stop: start + count,
          surface,
          first_vertex: surface ? vertices[0] : -1,
          last_vertex: surface ? vertices.at(-1) : -1,
          first_voxel: surface ? [-1, -1, -1] : [...voxels.slice(0, 3)],
        })),
        nvertices: Object.fromEntries(
          axis.models
            .filter(({ surface }) => surface)
            .map(({ structure, surfaceVertices }) => [structure, surfaceVertices]),
        ),
        volume_shape: axis.volume?.shape ?? null,
        vol_affine: axis.volume?.affine ?? null,
      };
  }
}

async function statistics({ blocks, shape, header }: Cifti): Promise<Record<string, unknown>> {
  const totals = new ValueTotals();
  const places = rowMajorPlaces(shape, 5);
  const first = places.map(() => Number.NaN);
  for await (const { start, data } of blocks()) {
    places.forEach((place, n) => {
      if (place >= start && place < start + data.length) first[n] = data[place - start];
    });
    totals.add(data);
  }
  return { shape, dtype: header.datatype.name, ...totalsFields(totals), first };
}
