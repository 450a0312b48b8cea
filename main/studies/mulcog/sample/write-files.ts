import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ItemText } from '../../../contract/item-sets.ts';
import { encodeMat, type MatArray } from '../../../formats/mat/write-mat.ts';
import { formatTsv } from '../../../formats/table/tsv.ts';
import { type Matrix, transpose } from '../../../tensor/matrix.ts';
import { ndArray, packed, permute } from '../../../tensor/nd-array.ts';
import { MEG_WINDOWS } from './planted.ts';
import type { SampleLanguage } from './texts.ts';

/** Writes files below one root of the published layout; folders are made as needed. */
export interface LayoutWriter {
  text(path: string, content: string): Promise<void>;
  mat(path: string, variables: Readonly<Record<string, MatArray>>): Promise<void>;
}

/** A writer into `root`. */
export function layoutWriter(root: string): LayoutWriter {
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  };
  return { text: write, mat: (path, variables) => write(path, encodeMat(variables)) };
}

const matrixOf = ({ rows, cols, data }: Matrix): MatArray => ({ shape: [rows, cols], data });

/** Word list and one file of `examples` (words × voxels) a person. */
export async function writeWordTask(
  writer: LayoutWriter,
  words: readonly string[],
  people: readonly { readonly subject: string; readonly data: Matrix }[],
): Promise<void> {
  await writer.text('word/word.txt', `${words.join('\n')}\n`);
  for (const { subject, data } of people)
    await writer.mat(`word_fmri/${subject}_selected.mat`, { examples: matrixOf(data) });
}

/** Ratings as a table, one row a word. */
export async function writeRatings(
  writer: LayoutWriter,
  words: readonly string[],
  measures: readonly string[],
  { cols, data }: Matrix,
): Promise<void> {
  const rows = words.map((word, row) => [
    word,
    ...measures.map((_, col) => Number(data[row * cols + col].toFixed(4))),
  ]);
  await writer.text('ratings/ratings_mean.tsv', formatTsv(['word', ...measures], rows));
}

/** Texts, word times and punctuation marks; Chinese times stand where SMN4Lang has them, English where the benchmark has. */
export async function writeStories(
  writer: LayoutWriter,
  stories: readonly ItemText[],
  language: SampleLanguage,
): Promise<void> {
  const times = language === 'zh' ? 'time_align/word-level' : 'word_time_features_postprocess';
  for (const [at, { words }] of stories.entries()) {
    const name = `story_${at + 1}`;
    await writer.text(`story/${name}.txt`, `${words.map(({ text }) => text).join(' ')}\n`);
    const ends = Float64Array.from(words, ({ end }) => end ?? Number.NaN);
    const starts = ends.map((_, word) => (word === 0 ? Math.max(0, ends[0] - 0.3) : ends[word - 1]));
    const shape = [1, words.length];
    await writer.mat(`${times}/${name}_word_time.mat`, {
      start: { shape, data: starts },
      end: { shape, data: ends },
    });
    const valid = Uint8Array.from(words, ({ counts }) => (counts ? 1 : 0));
    await writer.mat(`notPU/${name}.mat`, { isvalid: { shape: [words.length, 1], data: valid } });
  }
}

/** One person's volumes of one region and story, voxels × volumes as published. */
export async function writeVolumes(
  writer: LayoutWriter,
  region: string,
  subject: string,
  story: number,
  data: Matrix,
): Promise<void> {
  await writer.mat(`fmri/${region}/${subject}/story_${story}.mat`, {
    fmri_response: matrixOf(transpose(data)),
  });
}

/** One person's MEG of one story, words × sensors × bins, from columns laid out bin after bin. */
export async function writeMeg(
  writer: LayoutWriter,
  subject: string,
  story: number,
  { rows, cols, data }: Matrix,
): Promise<void> {
  const bins = MEG_WINDOWS.length;
  const sensors = cols / bins;
  const cube = packed(permute(ndArray([rows, bins, sensors], data), [0, 2, 1]));
  await writer.mat(`encoding_meg_100ms/sub-${subject}/story_${story}.mat`, {
    meg_response: { shape: [rows, sensors, bins], data: cube },
  });
}

/** Sensor positions spread evenly over a disc (a sunflower's seeds), and when each bin begins. */
export async function writeMegSidecars(writer: LayoutWriter, sensors: number): Promise<void> {
  const rows = Array.from({ length: sensors }, (_, at) => {
    const radius = 0.95 * Math.sqrt((at + 0.5) / sensors);
    const angle = at * Math.PI * (3 - Math.sqrt(5));
    return [
      `S${String(at + 1).padStart(3, '0')}`,
      Number((radius * Math.cos(angle)).toFixed(4)),
      Number((radius * Math.sin(angle)).toFixed(4)),
    ];
  });
  await writer.text('sensors.tsv', formatTsv(['name', 'x', 'y'], rows));
  await writer.text(
    'meg_windows.tsv',
    formatTsv(
      ['start_s'],
      MEG_WINDOWS.map(({ start }) => [start]),
    ),
  );
}

/** Mean and spread of each eye measure, so that simulated ones look like milliseconds, counts and rates. */
const EYE_SCALES: Readonly<Record<string, readonly [number, number]>> = {
  FFD: [230, 30],
  GD: [270, 50],
  FPF: [0.8, 0.1],
  FN: [1.4, 0.3],
  RI: [0.2, 0.06],
  RO: [0.2, 0.06],
  LI_left: [2.2, 0.4],
  LO_right: [2.4, 0.4],
  TT: [350, 80],
};
export const EYE_MEASURES = Object.keys(EYE_SCALES);

/** Eye-tracking measures in the published JSON: sentence → words → measures, means over readers. */
export async function writeEye(
  writer: LayoutWriter,
  sentences: readonly ItemText[],
  { cols, data }: Matrix,
): Promise<void> {
  let row = 0;
  const entries = sentences.map(({ words }, at) => {
    const split = words.map(({ text }) => text);
    const features = split.map(() => {
      const from = row++ * cols;
      return Object.fromEntries(
        EYE_MEASURES.map((name, col) => {
          const [mean, spread] = EYE_SCALES[name];
          return [name, Number((mean + spread * data[from + col]).toFixed(4))];
        }),
      );
    });
    const value = { content: split.join(' '), num: 1, all_split: [split], split_features: { 0: features } };
    return [String(at + 1), value];
  });
  await writer.text(
    'eye_tracking/eye_features_sentence_level.json',
    JSON.stringify(Object.fromEntries(entries)),
  );
}
