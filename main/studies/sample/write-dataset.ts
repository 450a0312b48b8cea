import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GreyMatterGrid } from '../../analysis/anatomy/bundled-brain.ts';
import { bidsFileName } from '../../formats/bids/entities.ts';
import { writeNifti } from '../../formats/nifti/write.ts';
import { formatTsv } from '../../formats/table/tsv.ts';
import { textGridOfWords } from '../../formats/textgrid/write.ts';
import type { Story } from './design-stories.ts';
import { framewiseDisplacement, motionExpansion } from './noise.ts';
import type { SampleOptions } from './options.ts';
import type { SimulatedRun } from './simulate-subject.ts';

export const TASK = 'listening';
/** Template identifier that BIDS has for this space. */
const SPACE = 'Talairach';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files at the top of the dataset: what it is, that it is simulated, who took part. */
export async function writeDatasetFiles(
  folder: string,
  options: SampleOptions,
  generator: { readonly name: string; readonly version: string },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const description = {
    Name: `Simulated listening experiment (seed ${options.seed})`,
    BIDSVersion: '1.10.0',
    DatasetType: 'derivative',
    Simulated: true,
    License: 'CC0',
    Authors: ['Nobody: these data were computed, not recorded'],
    GeneratedBy: [
      {
        Name: `${generator.name} sample`,
        Version: generator.version,
        Description: 'Simulated fMRI of listeners with planted tuning; no person was scanned.',
      },
    ],
  };
  const readme = [
    '# Simulated listening experiment',
    '',
    'These data are simulated. No person was scanned, and nothing found in them says anything about brains.',
    'They exist to show that an analysis recovers what was planted: see derivatives/simulation/truth.json.',
    '',
    `Seed ${options.seed}, ${options.subjects} simulated listeners, ${options.runs} runs of ${options.minutes} minutes.`,
    'The last run plays the story of the first one again, for the noise ceiling.',
    'Texts: chapters of Herman Melville, Moby-Dick (1851), public domain. Word times are made up, but plausible.',
    'Images: already in the space of the Colin27 brain; non-zero in its grey matter only.',
    '',
  ];
  const labels = subjectLabels(options);
  await writeFile(join(folder, 'dataset_description.json'), json(description));
  await writeFile(join(folder, 'README.md'), readme.join('\n'));
  await writeFile(
    join(folder, 'participants.tsv'),
    formatTsv(
      ['participant_id', 'group'],
      labels.map((label) => [`sub-${label}`, 'simulated']),
    ),
  );
  await writeFile(
    join(folder, 'participants.json'),
    json({
      group: { Description: 'All participants are simulated', Levels: { simulated: 'computed data' } },
    }),
  );
  await writeFile(
    join(folder, `task-${TASK}_events.json`),
    json({
      onset: { Description: 'Start of the word from the first volume', Units: 's' },
      duration: { Description: 'Length of the word', Units: 's' },
      trial_type: { Description: 'Kind of event', Levels: { word: 'a spoken word' } },
      word: { Description: 'The word' },
    }),
  );
}

/** "01", "02", ... */
export function subjectLabels(options: SampleOptions): string[] {
  return Array.from({ length: options.subjects }, (_, index) => String(index + 1).padStart(2, '0'));
}

/** One run: image, sidecar, words twice (events and TextGrid), confounds, mask. */
export async function writeRun(
  folder: string,
  subject: string,
  runNumber: number,
  run: SimulatedRun,
  story: Story,
  grid: GreyMatterGrid,
  options: SampleOptions,
): Promise<void> {
  const directory = join(folder, `sub-${subject}`, 'func');
  await mkdir(directory, { recursive: true });
  const entities = { sub: subject, task: TASK, run: runNumber };
  const file = (extra: Record<string, string>, suffix: string, extension: string): string =>
    join(directory, bidsFileName({ ...entities, ...extra }, suffix, extension));
  const image = { space: SPACE, desc: 'preproc' };
  await writeNifti(
    file(image, 'bold', '.nii.gz'),
    {
      grid: [...grid.shape],
      volumeCount: run.data.rows,
      affine: grid.affine,
      dtype: 'int16',
      slope: 0.1,
      repetitionTime: options.repetitionTime,
      templateSpace: true,
      description: 'simulated',
    },
    volumes(run, grid),
  );
  await writeFile(
    file(image, 'bold', '.json'),
    json({
      RepetitionTime: options.repetitionTime,
      TaskName: TASK,
      SkullStripped: true,
      Simulated: true,
      StimulusName: story.passage.title,
    }),
  );
  const mask = new Uint8Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  for (const at of grid.voxelIndex) mask[at] = 1;
  await writeNifti(
    file({ space: SPACE, desc: 'brain' }, 'mask', '.nii.gz'),
    { grid: [...grid.shape], volumeCount: 1, affine: grid.affine, dtype: 'uint8', templateSpace: true },
    [mask],
  );
  const { words } = story.stimulus;
  await writeFile(
    file({}, 'events', '.tsv'),
    formatTsv(
      ['onset', 'duration', 'trial_type', 'word'],
      words.map(({ onset, duration, text }) => [onset, duration, 'word', text]),
    ),
  );
  await writeFile(
    file({}, 'words', '.TextGrid'),
    textGridOfWords(words, run.data.rows * options.repetitionTime),
  );
  await writeFile(file({ desc: 'confounds' }, 'timeseries', '.tsv'), confounds(run));
}

function* volumes(run: SimulatedRun, grid: GreyMatterGrid): Generator<Float32Array> {
  const volume = new Float32Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  const { cols, data } = run.data;
  for (let t = 0; t < run.data.rows; t += 1) {
    grid.voxelIndex.forEach((at, voxel) => {
      volume[at] = data[t * cols + voxel];
    });
    yield volume;
  }
}

/** Motion and framewise displacement, as fMRIPrep writes them. */
function confounds({ motion }: SimulatedRun): string {
  const text = (value: number): number | string => (Number.isNaN(value) ? 'n/a' : Number(value.toFixed(8)));
  const displacement = framewiseDisplacement(motion).map((value, t) => (t === 0 ? Number.NaN : value));
  const all = [...motionExpansion(motion), { name: 'framewise_displacement', series: displacement }];
  const rows = Array.from(displacement, (_, t) => all.map(({ series }) => text(series[t])));
  return formatTsv(
    all.map(({ name }) => name),
    rows,
  );
}
