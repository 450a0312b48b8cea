import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GreyMatterGrid, greyMatterGrid, loadAnatomy } from '../../analysis/anatomy/bundled-brain.ts';
import { median } from '../../analysis/significance/bootstrap.ts';
import { UserError } from '../../core/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { ResourceStore } from '../../core/resource-store.ts';
import type { FeatureSpaces } from '../../stimuli/feature-spaces.ts';
import { loadLexicon } from '../../stimuli/spaces/lexicon.ts';
import { DESIGN, designStories, readStories, type Story, sampleStream } from './design-stories.ts';
import type { SampleOptions } from './options.ts';
import { planRegions, type RegionPlan, TRIM } from './plan-regions.ts';
import { type PlannedRun, type RealisedVoxel, simulateSubject } from './simulate-subject.ts';
import { PREDICTION_FORMULA, type Truth } from './truth.ts';
import { subjectLabels, writeDatasetFiles, writeRun } from './write-dataset.ts';

export interface SampleDeps {
  readonly resources: ResourceStore;
  readonly spaces: FeatureSpaces;
  readonly generator: { readonly name: string; readonly version: string };
}

/** AR(1) coefficient of the noise: the value that SPM assumes for BOLD. */
const AUTOCORRELATION = 0.2;

/**
 * Writes a simulated listening experiment as a BIDS folder: equal options, equal bytes.
 * @returns what was planted, as it stands in derivatives/simulation/truth.json
 * @throws UserError `sample.folder-not-empty`, `resources.missing`
 */
export async function makeSample(
  deps: SampleDeps,
  folder: string,
  options: SampleOptions,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<Truth> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new UserError(
      'sample.folder-not-empty',
      `${folder} is not empty; name a new folder for the simulated experiment.`,
      { folder },
    );
  }
  const lexicon = await loadLexicon(deps.resources);
  const stories = await readStories(deps.resources, options, (word) => lexicon.phonemeCount(word));
  const design = await designStories(deps.spaces, stories, options, signal, report);
  const grid = greyMatterGrid(await loadAnatomy(deps.resources), options.voxelSize);
  const regions = planRegions(grid, design, sampleStream(options, 0)).filter(
    (region) => region.tuning.voxels.length > 0,
  );
  const runs = Array.from({ length: options.runs }, (_, run): PlannedRun => {
    const story = run % stories.length;
    return { story, start: story * design.samples, samples: design.samples };
  });
  await writeDatasetFiles(folder, options, deps.generator);
  const realised = new Map<string, readonly (readonly RealisedVoxel[])[]>();
  for (const [index, subject] of subjectLabels(options).entries()) {
    signal.throwIfAborted();
    const simulated = simulateSubject({
      voxels: grid.voxelIndex.length,
      runs,
      tunings: regions.map((region) => region.tuning),
      repetitionTime: options.repetitionTime,
      highPassSeconds: DESIGN.highPassSeconds,
      trim: TRIM,
      autocorrelation: AUTOCORRELATION,
      seed: options.seed,
      stream: 1000 + index,
    });
    realised.set(subject, simulated.realised);
    for (const [run, data] of simulated.runs.entries()) {
      signal.throwIfAborted();
      await writeRun(folder, subject, run + 1, data, stories[runs[run].story], grid, options);
      const done = index * options.runs + run + 1;
      report({ phase: 'simulating', done, total: options.subjects * options.runs, unit: 'runs' });
    }
  }
  const truth = describeTruth(deps, options, stories, runs, grid, regions, realised);
  await mkdir(join(folder, 'derivatives', 'simulation'), { recursive: true });
  await writeFile(
    join(folder, 'derivatives', 'simulation', 'truth.json'),
    `${JSON.stringify(truth, null, 1)}\n`,
  );
  return truth;
}

function describeTruth(
  deps: SampleDeps,
  options: SampleOptions,
  stories: readonly Story[],
  runs: readonly PlannedRun[],
  grid: GreyMatterGrid,
  regions: readonly RegionPlan[],
  realised: ReadonlyMap<string, readonly (readonly RealisedVoxel[])[]>,
): Truth {
  return {
    simulated: true,
    generator: `${deps.generator.name} ${deps.generator.version}`,
    seed: options.seed,
    space: grid.space,
    shape: [...grid.shape],
    formula: PREDICTION_FORMULA,
    featureSpace: DESIGN.featureSpace,
    lookBackWords: DESIGN.lookBackWords,
    highPassSeconds: DESIGN.highPassSeconds,
    stories: stories.map(({ passage, stimulus }) => ({
      id: passage.id,
      title: passage.title,
      source: passage.source,
      words: stimulus.words.length,
    })),
    runs: runs.map((run, index) => {
      const first = runs.findIndex((other) => other.story === run.story);
      return {
        run: String(index + 1),
        story: stories[run.story].passage.id,
        repeatOf: first < index ? String(first + 1) : null,
      };
    }),
    regions: regions.map(({ specification, tuning }, index) => {
      const subjects = [...realised].map(([subject, lists]) => ({
        subject,
        ceiling: rounded(median(lists[index].map((voxel) => voxel.ceiling))),
        strength: rounded(median(lists[index].map((voxel) => voxel.strength))),
        predictedR: rounded(median(lists[index].map((voxel) => voxel.ceiling * voxel.strength))),
      }));
      return {
        region: specification.region,
        tuning: specification.layer === null ? 'word-rate' : 'layer',
        layer: specification.layer,
        strength: specification.strength,
        voxelIndex: Array.from(tuning.voxels, (voxel) => grid.voxelIndex[voxel]),
        subjects,
        ceiling: rounded(median(subjects.map((subject) => subject.ceiling))),
        predictedR: rounded(median(subjects.map((subject) => subject.predictedR))),
      };
    }),
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
