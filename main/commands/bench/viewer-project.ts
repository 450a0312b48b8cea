import { BUNDLED_SPACE } from '../../contract/anatomy.ts';
import { type EncodingResult, encodingResultSchema } from '../../contract/encoding.ts';
import type { Affine } from '../../contract/recordings.ts';
import type { Logger } from '../../core/logger.ts';
import { createProject } from '../../data/open-project.ts';
import type { Project } from '../../data/project.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';

const shape: [number, number, number] = [52, 64, 52];
const affine: Affine = [
  [3, 0, 0, -76],
  [0, 3, 0, -108],
  [0, 0, 3, -66],
  [0, 0, 0, 1],
];
const sampleCount = 200;

/** A map of known form: one bump on each side that wanders back as the layer rises, and noise. */
function layerMap(places: readonly (readonly number[])[], layer: number, noise: () => number): Float32Array {
  const bump = (mm: readonly number[], x: number, y: number) =>
    Math.exp(-((mm[0] - x) ** 2 + (mm[1] - y) ** 2 + (mm[2] - 8) ** 2) / 450);
  return Float32Array.from(
    places,
    (mm) => 0.4 * bump(mm, -56, 24 - 6 * layer) + 0.25 * bump(mm, 56, 18 - 6 * layer) + 0.03 * noise(),
  );
}

/**
 * Writes a project that holds one finished encoding run with simulated maps, named so, as large as real ones: what the
 * Viewer page needs and nothing else. Returns the number of voxels.
 */
export function writeViewerProject(path: string, layerCount: number, logger: Logger): number {
  const project = createProject(path, { logger });
  try {
    const { cells, places } = keptVoxels();
    const random = createRandom(1);
    const noise = () => random.normal();
    const maps = Array.from({ length: layerCount }, (_, layer) => layerMap(places, layer, noise));
    const result = encodingResultSchema.parse(resultOf(project, cells, maps));
    project.transaction(() => {
      const run = project.runs.create({
        study: 'encoding',
        name: 'Simulated maps of the viewer bench',
        params: result.params,
        splitHash: null,
        seed: 1,
        codeVersion: result.provenance.codeVersion,
        simulated: true,
      });
      project.runs.finish(run.id, 'complete', result);
    });
    return cells.length;
  } finally {
    project.close();
  }
}

/** Voxels inside an ellipsoid of the size of a brain, ascending, with their centres in mm. */
function keptVoxels(): { cells: Uint32Array; places: number[][] } {
  const cells: number[] = [];
  const places: number[][] = [];
  for (let cell = 0; cell < shape[0] * shape[1] * shape[2]; cell++) {
    const index = [
      cell % shape[0],
      Math.floor(cell / shape[0]) % shape[1],
      Math.floor(cell / (shape[0] * shape[1])),
    ];
    const mm = index.map((value, axis) => 3 * value + affine[axis][3]);
    if ((mm[0] / 72) ** 2 + ((mm[1] + 16) / 92) ** 2 + ((mm[2] - 9) / 70) ** 2 > 1) continue;
    cells.push(cell);
    places.push(mm);
  }
  return { cells: Uint32Array.from(cells), places };
}

function resultOf(project: Project, cells: Uint32Array, maps: readonly Float32Array[]): unknown {
  const voxels = cells.length;
  const put = (name: string, length: readonly number[], data: Float32Array | Uint32Array | Uint8Array) =>
    project.arrays.put(
      {
        name,
        shape: length,
        unit: '',
        attributes: { simulated: true },
        dtype: data instanceof Float32Array ? 'float32' : data instanceof Uint32Array ? 'uint32' : 'uint8',
      },
      data,
    ).id;
  const rows = (some: readonly Float32Array[]) => {
    const all = new Float32Array(some.length * voxels);
    some.forEach((map, row) => {
      all.set(map, row * voxels);
    });
    return all;
  };
  const p = maps[0].map((value) => Math.exp(-Math.abs(value) * 80));
  const voxelIndex = put('voxel index', [voxels], cells);
  project.spaces.put({
    id: 'bench',
    name: BUNDLED_SPACE,
    shape,
    affine,
    voxelIndexArrayId: voxelIndex,
    voxelCount: voxels,
  });
  const course = Float32Array.from({ length: sampleCount * voxels }, (_, at) =>
    Math.sin(Math.floor(at / voxels) / 5),
  );
  const layers = maps.map((_, layer) => `layer ${layer}`);
  const bins = {
    edges: Array.from({ length: 61 }, (_, edge) => edge / 60),
    counts: Array.from({ length: 60 }, (_, bin) => 60 - bin),
  };
  const interval = { mean: 0.2, low: 0.15, high: 0.25 };
  const result: EncodingResult = {
    study: 'encoding',
    params: {
      recordingIds: ['bench'],
      featureSpace: 'use-lite',
      lookBackWords: 20,
      downsampling: 'lanczos',
      hemodynamics: { kind: 'spm' },
      split: { kind: 'leave-one-run-out' },
      trim: 5,
      innerFolds: 3,
      penalties: { from: 0, to: 5, count: 11 },
      highPassSeconds: 128,
      confounds: 'none',
      permutations: 0,
      blockSamples: 10,
      fdrLevel: 0.05,
      seed: 1,
    },
    simulated: true,
    featureSpace: { id: 'simulated', name: 'Simulated', layers },
    controls: [{ id: 'word-rate', name: 'Word rate', meaning: 'Simulated.' }],
    subjects: [
      {
        subject: '01',
        recordingIds: ['bench'],
        spaceId: 'bench',
        voxelCount: voxels,
        excludedVoxels: 0,
        sampleCount,
        samplingInterval: 2,
        segments: [{ recordingId: 'bench', start: 0, length: sampleCount, fold: 0 }],
        arrays: {
          r: put('r', [voxels], maps[0]),
          rSquared: put(
            'R²',
            [voxels],
            maps[0].map((value) => value * value),
          ),
          p: put('p', [voxels], p),
          q: put('q', [voxels], p),
          ceiling: null,
          penalty: put('penalty', [voxels], new Float32Array(voxels)),
          layer: put('layer', [voxels], new Uint8Array(voxels)),
          layerR: put('r of layers', [maps.length, voxels], rows(maps)),
          layerInner: put('inner R² of layers', [maps.length, voxels], rows(maps)),
          controlR: put('r of controls', [1, voxels], maps[0]),
          measured: put('measured', [sampleCount, voxels], course),
          predicted: put('predicted', [sampleCount, voxels], course),
          voxelIndex,
        },
        significantVoxels: 0,
        histogram: { observed: bins, null: bins },
        regions: [],
        layerProfiles: [
          {
            region: 'superior temporal',
            ceiling: 0.5,
            controls: [{ control: 'word-rate', ...interval }],
            layers: layers.map((layer) => ({ layer, ...interval })),
          },
        ],
        split: { kind: 'leave-one-run-out', trim: 5, folds: [], repeatGroups: [], hash: 'bench' },
        thresholdR: 0.1,
      },
    ],
    group: [],
    notices: [],
    provenance: {
      codeVersion: 'bench',
      seed: 1,
      startedAt: 0,
      endedAt: 0,
      platform: process.platform,
      versions: {},
      inputs: [],
    },
  };
  return result;
}
