import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readMatArray } from '../../formats/mat/read-array.ts';
import { zeros } from '../../tensor/matrix.ts';
import { columnNotices, type ItemData, plainUnit } from './item-data.ts';
import { namesIn, REGIONS, storyNumbers } from './layout.ts';
import { readStory } from './read-stories.ts';

/** Seconds between volumes of SMN4Lang. */
export const REPETITION_TIME = 0.71;
/** Volumes before the first one in the files: 10.65 s of silence and 4 volumes. */
export const SKIPPED_VOLUMES = 19;

/**
 * Discourse fMRI of one subject: `fmri/<region>/<subject>/story_<n>.mat` with `fmri_response`, voxels × volumes, all
 * regions side by side, all stories one after another.
 * @throws UserError `mulcog.volumes-mismatch`, `mulcog.no-times`, `mulcog.voxels-mismatch`, and as `readStory`
 */
export async function readDiscourseFmri(root: string, folder: string, subject: string): Promise<ItemData> {
  const regions: string[] = [];
  for (const region of REGIONS)
    if ((await namesIn(join(folder, region))).includes(subject)) regions.push(region);
  const numbers = await storyNumbers(join(folder, regions[0], subject), /^story_(\d+)\.mat$/);
  const stories = [];
  for (const number of numbers) stories.push(await readStory(root, number));
  const files = stories.flatMap((story) => story.files);
  const blocks: { region: string; number: number; voxels: number; volumes: number; data: Float32Array }[] =
    [];
  for (const region of regions) {
    for (const number of numbers) {
      const path = join(folder, region, subject, `story_${number}.mat`);
      const { shape, data } = await readMatArray(path, 'fmri_response');
      files.push(path);
      blocks.push({ region, number, voxels: shape[0], volumes: shape[1], data });
    }
  }
  const counts = numbers.map((number) => sameVolumes(blocks, number));
  const widths = regions.map((region) => sameVoxels(blocks, region));
  stories.forEach(({ text }, at) => {
    if (text.words.every((word) => word.end !== null)) return;
    throw new UserError(
      'mulcog.no-times',
      `There are no word times for story ${numbers[at]}: put story_${numbers[at]}_word_time.mat into word_time_features_postprocess or time_align.`,
      { story: numbers[at] },
    );
  });
  const data = zeros(
    counts.reduce((a, b) => a + b, 0),
    widths.reduce((a, b) => a + b, 0),
  );
  for (const block of blocks) {
    const firstRow = counts.slice(0, numbers.indexOf(block.number)).reduce((a, b) => a + b, 0);
    const firstCol = widths.slice(0, regions.indexOf(block.region)).reduce((a, b) => a + b, 0);
    for (let voxel = 0; voxel < block.voxels; voxel++) {
      for (let t = 0; t < block.volumes; t++) {
        data.data[(firstRow + t) * data.cols + firstCol + voxel] = block.data[voxel * block.volumes + t];
      }
    }
  }
  return {
    texts: stories.map((story) => story.text),
    rows: { kind: 'samples', interval: REPETITION_TIME, skipped: SKIPPED_VOLUMES, counts },
    units: regions.map((region, at) => plainUnit(region, widths[at])),
    sensors: null,
    data,
    files,
    notices: columnNotices(data),
  };
}

interface Block {
  readonly region: string;
  readonly number: number;
  readonly voxels: number;
  readonly volumes: number;
}

function sameVolumes(blocks: readonly Block[], number: number): number {
  const own = blocks.filter((block) => block.number === number);
  const odd = own.find((block) => block.volumes !== own[0].volumes);
  if (odd === undefined) return own[0].volumes;
  throw new UserError(
    'mulcog.volumes-mismatch',
    `Story ${number} has ${own[0].volumes} volumes in ${own[0].region} but ${odd.volumes} in ${odd.region}; all regions must have the same.`,
    { story: number, first: own[0].volumes, region: odd.region, other: odd.volumes },
  );
}

function sameVoxels(blocks: readonly Block[], region: string): number {
  const own = blocks.filter((block) => block.region === region);
  const odd = own.find((block) => block.voxels !== own[0].voxels);
  if (odd === undefined) return own[0].voxels;
  throw new UserError(
    'mulcog.voxels-mismatch',
    `${region} has ${own[0].voxels} voxels in story_${own[0].number} but ${odd.voxels} in story_${odd.number}; all stories must have the same.`,
    { region, first: own[0].voxels, story: odd.number, other: odd.voxels },
  );
}
