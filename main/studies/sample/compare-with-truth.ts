import { median } from '../../analysis/significance/bootstrap.ts';
import {
  type EncodingResult,
  type EncodingSubject,
  type Recovery,
  type RecoveryRow,
  recoverySentences,
} from '../../contract/encoding.ts';
import type { Project } from '../../data/project.ts';
import type { Truth } from './truth.ts';

/** Largest difference between recovered and predicted r that still counts as recovered. */
const TOLERANCE = 0.05;
/** Largest share of significant voxels that may lie where nothing was planted. */
const OUTSIDE_SHARE = 0.05;

type Region = Truth['regions'][number];

/** A subject's maps with the planted voxels found on its voxel axis. */
interface SubjectView {
  readonly subject: string;
  readonly place: ReadonlyMap<number, number>;
  readonly r: Float32Array;
  readonly q: Float32Array;
  readonly ceiling: Float32Array | null;
  readonly layerInner: Float32Array;
  readonly controlR: Float32Array;
  readonly voxels: number;
}

/** Sets what a study found in simulated data against what was planted there, voxel for voxel. */
export function compareWithTruth(project: Project, result: EncodingResult, truth: Truth): Recovery {
  const views = result.subjects.map((subject) => viewOf(project, subject));
  const rows = truth.regions.map((region) => rowOf(region, views, result));
  const planted = new Set(truth.regions.flatMap((region) => region.voxelIndex));
  let significant = 0;
  let outside = 0;
  for (const view of views) {
    for (const [at, voxel] of view.place) {
      if (view.q[voxel] > result.params.fdrLevel) continue;
      significant += 1;
      if (!planted.has(at)) outside += 1;
    }
  }
  const outsideShare = significant === 0 ? 0 : outside / significant;
  return { rows, outsideShare, checks: checksOf(rows, significant, outsideShare) };
}

function viewOf(project: Project, subject: EncodingSubject): SubjectView {
  const { arrays } = subject;
  const floats = (id: string): Float32Array => project.arrays.readAs(id, 'float32').data;
  const index = project.arrays.readAs(arrays.voxelIndex, 'uint32').data;
  return {
    subject: subject.subject,
    place: new Map(Array.from(index, (at, voxel) => [at, voxel])),
    r: floats(arrays.r),
    q: floats(arrays.q),
    ceiling: arrays.ceiling === null ? null : floats(arrays.ceiling),
    layerInner: floats(arrays.layerInner),
    controlR: floats(arrays.controlR),
    voxels: index.length,
  };
}

function rowOf(region: Region, views: readonly SubjectView[], result: EncodingResult): RecoveryRow {
  const { layers } = result.featureSpace;
  const perSubject = views.map((view) => {
    const voxels = region.voxelIndex.flatMap((at) => view.place.get(at) ?? []);
    const medianOf = (values: Float32Array, row = 0): number =>
      median(voxels.map((voxel) => values[row * view.voxels + voxel]));
    const inner = layers.map((_, layer) =>
      voxels.reduce((sum, voxel) => sum + view.layerInner[layer * view.voxels + voxel], 0),
    );
    return {
      r: medianOf(view.r),
      ceiling: view.ceiling === null ? null : medianOf(view.ceiling),
      layer: layers[inner.indexOf(Math.max(...inner))],
      controls: result.controls.map((_, index) => medianOf(view.controlR, index)),
    };
  });
  const ceilings = perSubject.flatMap((one) => (one.ceiling === null ? [] : [one.ceiling]));
  return {
    region: region.region,
    tuning: region.tuning,
    plantedLayer: region.layer,
    plantedStrength: region.strength,
    predictedR: region.predictedR,
    recoveredR: median(perSubject.map((one) => one.r)),
    simulatedCeiling: region.ceiling,
    estimatedCeiling: ceilings.length === 0 ? null : median(ceilings),
    chosenLayers: perSubject.map((one) => one.layer),
    controls: Object.fromEntries(
      result.controls.map(({ id }, index) => [id, median(perSubject.map((one) => one.controls[index]))]),
    ),
  };
}

function checksOf(
  rows: readonly RecoveryRow[],
  significant: number,
  outsideShare: number,
): Recovery['checks'] {
  const tuned = rows.filter((row) => row.tuning === 'layer');
  const rate = rows.filter((row) => row.tuning === 'word-rate');
  const worst = Math.max(...tuned.map((row) => Math.abs(row.recoveredR - row.predictedR)));
  const layersFound = tuned.map(
    (row) => row.chosenLayers.filter((layer) => layer === row.plantedLayer).length,
  );
  const enough = tuned.map(
    (row, index) => layersFound[index] >= Math.ceil((2 * row.chosenLayers.length) / 3),
  );
  const margin = Math.min(...tuned.map((row) => row.recoveredR - row.controls.autocorrelation));
  const rateGap = Math.max(...rate.map((row) => Math.abs(row.controls['word-rate'] - row.predictedR)));
  const rateGain = Math.max(...rate.map((row) => row.recoveredR - row.controls['word-rate']));
  const numbers = {
    worst: worst.toFixed(3),
    allowed: String(TOLERANCE),
    found: layersFound.join(', '),
    subjects: String(rows[0]?.chosenLayers.length ?? 0),
    outside: (100 * outsideShare).toFixed(1),
    significant: String(significant),
    allowedOutside: String(100 * OUTSIDE_SHARE),
    margin: margin.toFixed(3).replace('-', '−'),
    gap: rateGap.toFixed(3),
    gain: rateGain.toFixed(3).replace('-', '−'),
  };
  const check = (name: keyof typeof recoverySentences, holds: boolean) => {
    const sentence = Object.entries(numbers).reduce(
      (text: string, [blank, value]) => text.replace(`{${blank}}`, value),
      recoverySentences[name],
    );
    return { name, holds, sentence, numbers };
  };
  return [
    check('recovered r', significant > 0 && worst <= TOLERANCE),
    check('planted layer', enough.every(Boolean)),
    check('false discoveries', outsideShare <= OUTSIDE_SHARE),
    check('autocorrelation control', margin > 0),
    check('word-rate region', rateGap <= TOLERANCE && rateGain <= 0.02),
  ];
}
