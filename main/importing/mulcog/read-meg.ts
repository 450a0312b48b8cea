import { basename, join } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { Sensor } from '../../contract/item-sets.ts';
import { UserError } from '../../core/errors.ts';
import { openMat } from '../../formats/mat/open-mat.ts';
import { readMatArray } from '../../formats/mat/read-array.ts';
import { numberOf, readTsv } from '../../formats/table/tsv.ts';
import { type Matrix, stackRows, takeRows } from '../../tensor/matrix.ts';
import { asMatrix, ndArray, permute, reshape } from '../../tensor/nd-array.ts';
import { columnNotices, type ItemData } from './item-data.ts';
import { namesIn, storyNumbers } from './layout.ts';
import { readStory } from './read-stories.ts';

/** Seconds a bin of the published MEG spans. */
const BIN_SECONDS = 0.1;

interface StoryMeg {
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * MEG of one subject: `encoding_meg_100ms/sub-<subject>/story_<n>.mat`, one array words × sensors × bins of 100 ms
 * (whatever its name), for all words or for those that count. Columns are laid out bin after bin.
 * @throws UserError `mulcog.meg-shape`, `mulcog.rows-mismatch`, and as `readStory`
 */
export async function readMeg(root: string, folder: string): Promise<ItemData> {
  const numbers = await storyNumbers(folder, /^story_(\d+)\.mat$/);
  const files: string[] = [];
  const texts = [];
  const rows = { kind: 'words' as const, text: [] as number[], word: [] as number[] };
  const parts: Matrix[] = [];
  let layout: { sensors: number; bins: number } | null = null;
  for (const [at, number] of numbers.entries()) {
    const story = await readStory(root, number);
    const meg = await readCube(join(folder, `story_${number}.mat`));
    const [words, sensors, bins] = meg.shape;
    if (layout !== null && (layout.sensors !== sensors || layout.bins !== bins)) throw badShape(meg);
    layout = { sensors, bins };
    const counting = story.text.words.flatMap((word, index) => (word.counts ? [index] : []));
    const whole = words === story.text.words.length && words !== counting.length;
    if (!whole && words !== counting.length) {
      throw new UserError(
        'mulcog.rows-mismatch',
        `${basename(meg.path)} has ${words} rows, but there are ${counting.length} words in story ${number}; both must list the same items in the same order.`,
        { file: basename(meg.path), rows: words, items: counting.length, what: `words in story ${number}` },
      );
    }
    parts.push(binAfterBin(meg, whole ? counting : counting.map((_, index) => index)));
    rows.text.push(...counting.map(() => at));
    rows.word.push(...counting);
    texts.push(story.text);
    files.push(...story.files, meg.path);
  }
  if (layout === null) {
    throw new UserError('mulcog.no-stories', `${folder} has no files named story_<number>.mat.`, { folder });
  }
  const data = stackRows(parts);
  const timing = await windowStarts(root, layout.bins, files);
  const { bins, sensors: columns } = layout;
  return {
    texts,
    rows,
    units: Array.from({ length: bins }, (_, bin) => {
      const start = timing.starts[bin];
      return { name: windowName(start), columns, seconds: start + BIN_SECONDS / 2 };
    }),
    sensors: await readSensors(root, columns, files),
    data,
    files,
    notices: [...columnNotices(data), ...timing.notices],
  };
}

function windowName(start: number): string {
  const milliseconds = (seconds: number): string => String(Math.round(seconds * 1000)).replace('-', '−');
  return `${milliseconds(start)} to ${milliseconds(start + BIN_SECONDS)} ms`;
}

async function readCube(path: string): Promise<StoryMeg> {
  const mat = await openMat(path);
  const name = mat.variables.find((one) => one.shape.length === 3)?.name;
  await mat.close();
  if (name === undefined) throw badShape({ path, shape: [], data: new Float32Array() });
  return { path, ...(await readMatArray(path, name)) };
}

function badShape({ path, shape }: StoryMeg): UserError {
  const file = basename(path);
  const found = shape.length === 0 ? 'no such array' : shape.join(' × ');
  return new UserError(
    'mulcog.meg-shape',
    `${file} must hold one array words × sensors × time bins, the same sensors and bins in every story; found: ${found}.`,
    { file, found },
  );
}

function binAfterBin({ shape: [all, sensors, bins], data }: StoryMeg, words: readonly number[]): Matrix {
  const turned = permute(ndArray([all, sensors, bins], data), [0, 2, 1]);
  return takeRows(asMatrix(reshape(turned, [all, bins * sensors])), words);
}

/** Beginning of every bin in seconds from word onset: `meg_windows.tsv` (column start_s), else bin 0 at the onset. */
async function windowStarts(
  root: string,
  bins: number,
  files: string[],
): Promise<{ readonly starts: number[]; readonly notices: Notice[] }> {
  if ((await namesIn(root)).includes('meg_windows.tsv')) {
    const path = join(root, 'meg_windows.tsv');
    const starts = (await readTsv(path)).rows.map(([cell]) => numberOf(cell) ?? Number.NaN);
    if (starts.length === bins && starts.every(Number.isFinite)) {
      files.push(path);
      return { starts, notices: [] };
    }
  }
  return {
    starts: Array.from({ length: bins }, (_, bin) => bin * BIN_SECONDS),
    notices: [
      {
        level: 'warning',
        code: 'mulcog.no-windows',
        message:
          'The MEG files do not say when their first bin begins; bins are counted from word onset. Put a meg_windows.tsv with a column start_s beside them to say otherwise.',
        params: {},
      },
    ],
  };
}

/** Flat sensor positions from `sensors.tsv` (name, x, y); null where there is none for all sensors. */
async function readSensors(root: string, count: number, files: string[]): Promise<Sensor[] | null> {
  if (!(await namesIn(root)).includes('sensors.tsv')) return null;
  const path = join(root, 'sensors.tsv');
  const sensors = (await readTsv(path)).rows.map(([name, x, y]) => ({
    name,
    x: numberOf(x) ?? Number.NaN,
    y: numberOf(y) ?? Number.NaN,
  }));
  if (sensors.length !== count || sensors.some(({ x, y }) => !Number.isFinite(x + y))) return null;
  files.push(path);
  return sensors;
}
