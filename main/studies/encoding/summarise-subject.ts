import { mean, median } from '../../analysis/significance/bootstrap.ts';
import type { EncodingRegion, EncodingSubject, Histogram, LayerProfile } from '../../contract/encoding.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import type { VoxelRegion } from './voxel-regions.ts';

/** A subject's maps, all voxels. */
export interface SubjectMaps {
  readonly r: Float32Array;
  readonly rSquared: Float32Array;
  readonly q: Float32Array;
  readonly ceiling: Float32Array | null;
  readonly layerR: Matrix;
  readonly layerInner: Matrix;
  readonly controlR: Matrix;
  readonly excluded: Uint8Array;
}

export interface SummaryLabels {
  readonly subject: string;
  readonly layers: readonly string[];
  /** Control ids in the order of controlR. */
  readonly controls: readonly string[];
  readonly fdrLevel: number;
}

/** What pages and reports show of a subject without reading maps. */
export function summariseSubject(
  maps: SubjectMaps,
  nullR: Float32Array,
  regions: readonly VoxelRegion[],
  labels: SummaryLabels,
): Pick<EncodingSubject, 'significantVoxels' | 'histogram' | 'regions' | 'layerProfiles' | 'thresholdR'> {
  const significant = Array.from(maps.q.keys()).filter((voxel) => maps.q[voxel] <= labels.fdrLevel);
  const kept = (values: Float32Array): Float32Array =>
    values.filter((_, voxel) => maps.excluded[voxel] === 0);
  return {
    significantVoxels: significant.length,
    thresholdR: significant.length === 0 ? null : Math.min(...significant.map((voxel) => maps.r[voxel])),
    histogram: { observed: histogram(kept(maps.r)), null: histogram(kept(nullR)) },
    regions: regions.map((region) => regionRow(maps, region, labels)),
    layerProfiles: regions.map((region) => profile(maps, region, labels)),
  };
}

const BIN = 0.02;
const FIRST = -0.5;
const BINS = 75;

/** Counts of r in bins of 0.02 from −0.5 to 1; values beyond fall into the end bins. */
export function histogram(values: Float32Array): Histogram {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    counts[Math.min(BINS - 1, Math.max(0, Math.floor((value - FIRST) / BIN)))] += 1;
  }
  return { edges: Array.from({ length: BINS + 1 }, (_, b) => Number((FIRST + b * BIN).toFixed(2))), counts };
}

function row({ cols, data }: Matrix, index: number): Float32Array {
  return data.subarray(index * cols, (index + 1) * cols);
}

function at(values: Float32Array, voxels: Int32Array): Float64Array {
  return Float64Array.from(voxels, (voxel) => values[voxel]);
}

function regionRow(
  maps: SubjectMaps,
  { region, voxels }: VoxelRegion,
  labels: SummaryLabels,
): EncodingRegion {
  const medianR = median(at(maps.r, voxels));
  const medianCeiling = maps.ceiling === null ? null : median(at(maps.ceiling, voxels));
  const inner = labels.layers.map((_, layer) => mean(at(row(maps.layerInner, layer), voxels)));
  return {
    region,
    subject: labels.subject,
    voxels: voxels.length,
    medianR,
    medianRSquared: median(at(maps.rSquared, voxels)),
    medianCeiling,
    normalisedR: medianCeiling !== null && medianCeiling > 0.1 ? medianR / medianCeiling : null,
    significantShare: mean(Float64Array.from(voxels, (voxel) => (maps.q[voxel] <= labels.fdrLevel ? 1 : 0))),
    chosenLayer: labels.layers[inner.indexOf(Math.max(...inner))],
    controls: Object.fromEntries(
      labels.controls.map((control, index) => [control, median(at(row(maps.controlR, index), voxels))]),
    ),
  };
}

function profile(maps: SubjectMaps, { region, voxels }: VoxelRegion, labels: SummaryLabels): LayerProfile {
  return {
    region,
    layers: labels.layers.map((layer, index) => ({
      layer,
      ...interval(at(row(maps.layerR, index), voxels)),
    })),
    controls: labels.controls.map((control, index) => ({
      control,
      ...interval(at(row(maps.controlR, index), voxels)),
    })),
    ceiling: maps.ceiling === null ? null : median(at(maps.ceiling, voxels)),
  };
}

/** Mean over voxels with its normal 95 % interval: mean ± 1.96 · s / √n. */
function interval(values: Float64Array): { mean: number; low: number; high: number } {
  const centre = mean(values);
  const variance =
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1);
  const half = 1.96 * Math.sqrt(variance / values.length);
  return { mean: centre, low: centre - half, high: centre + half };
}
