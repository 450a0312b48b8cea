import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { describe, expect, test } from 'vitest';
import { mulcogImportReportSchema } from '../../../main/contract/mulcog-import.ts';
import type { Project } from '../../../main/data/project.ts';
import { encodeMat } from '../../../main/formats/mat/write-mat.ts';
import { mulcogImportJob } from '../../../main/importing/mulcog/ingest.ts';
import { probeMulcog } from '../../../main/importing/mulcog/layout.ts';
import { edgeWords } from '../../../main/importing/mulcog/read-eye.ts';
import { matrixOf, transpose } from '../../../main/tensor/matrix.ts';
import { jobContext, temporaryFolder, temporaryProject } from './fixtures.ts';

const job = mulcogImportJob('test');
const regions = ['Language', 'Vision'];
/** "Once upon , a time", then "The end ." */
const stories = [
  ['Once', 'upon', ',', 'a', 'time'],
  ['The', 'end', '.'],
];
const volumes = [6, 4];

/** Value of a voxel of a region at a volume of a story: known, so that order is checked exactly. */
const bold = (region: number, voxel: number, story: number, t: number): number =>
  1000 * region + 100 * voxel + 10 * story + t;
const meg = (word: number, sensor: number, bin: number): number => 100 * word + 10 * sensor + bin;

async function put(root: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** The released layout, by hand and small. */
async function writeLayout(root: string): Promise<void> {
  await put(root, 'word/word.txt', 'dog\ncat\nhouse\n');
  await put(
    root,
    'word_fmri/01_selected.mat',
    encodeMat({ examples: { shape: [3, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6) } }),
  );
  await put(root, 'ratings/ratings_mean.tsv', 'word\tvision\ttime\ndog\t5\t1\ncat\t4.5\t1\nhouse\t4\t2\n');
  for (const [at, words] of stories.entries()) {
    const name = `story_${at + 1}`;
    const valid = Uint8Array.from(words, (word) => (/\w/.test(word) ? 1 : 0));
    const ends = Float64Array.from(words, (_, word) => 11 + 0.4 * word);
    await put(root, `story/${name}.txt`, words.join(' '));
    await put(
      root,
      `time_align/${name}_word_time.mat`,
      encodeMat({ end: { shape: [1, words.length], data: ends } }),
    );
    await put(root, `notPU/${name}.mat`, encodeMat({ isvalid: { shape: [words.length, 1], data: valid } }));
    for (const [region, folder] of regions.entries()) {
      const data = Float32Array.from({ length: 2 * volumes[at] }, (_, index) =>
        bold(region, Math.floor(index / volumes[at]), at, index % volumes[at]),
      );
      await put(
        root,
        `fmri/${folder}/01/${name}.mat`,
        encodeMat({ fmri_response: { shape: [2, volumes[at]], data } }),
      );
    }
    const counting = valid.reduce((sum, value) => sum + value, 0);
    const cube = Float32Array.from({ length: counting * 2 * 3 }, (_, index) =>
      meg(Math.floor(index / 6), Math.floor(index / 3) % 2, index % 3),
    );
    await put(
      root,
      `encoding_meg_100ms/sub-01/${name}.mat`,
      encodeMat({ response: { shape: [counting, 2, 3], data: cube } }),
    );
  }
  const word = (value: number) => ({
    FFD: value,
    GD: 1,
    FPF: 1,
    FN: 1,
    RI: 1,
    RO: 1,
    LI_left: 1,
    LI_right: value,
    TT: 1,
  });
  await put(
    root,
    'eye_tracking/eye_features_sentence_level.json',
    JSON.stringify({
      7: {
        content: '',
        num: 1,
        all_split: [['abc', 'de', 'fg', 'hij']],
        split_features: { 0: [word(1), word(2), word(0), word(4)] },
      },
      8: {
        content: '',
        num: 1,
        all_split: [['once', 'more', 'unto', 'the']],
        split_features: { 0: [word(5), word(6), { FFD: 0 }, word(8)] },
      },
    }),
  );
}

async function importAll(project: Project, folder: string) {
  const sets = await probeMulcog(folder);
  return mulcogImportReportSchema.parse(await job.run(jobContext(project), { sets }));
}

/** A MATLAB 7.3 file of one matrix: HDF5 behind a text of 512 bytes, dimensions reversed. */
async function encodeMat73(name: string, shape: [number, number], data: Float64Array): Promise<Uint8Array> {
  await h5wasm.ready;
  const path = join(temporaryFolder(), 'file.h5');
  const file = new h5wasm.File(path, 'w');
  const turned = transpose(matrixOf(shape[0], shape[1], data));
  const dataset = file.create_dataset({ name, data: turned.data, shape: [turned.rows, turned.cols] });
  dataset.create_attribute('MATLAB_class', 'double');
  file.close();
  const text = Buffer.alloc(512);
  text.write('MATLAB 7.3 MAT-file');
  return Buffer.concat([text, await readFile(path)]);
}

describe('import of the MulCogBench layout', () => {
  test('sixty stories, half of them in MATLAB 5 and half in 7.3, come in whole and in order', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    const root = join(folder, 'data');
    const [count, voxels, length] = [60, 3, 4];
    for (let story = 1; story <= count; story++) {
      const name = `story_${story}`;
      const ends = Float64Array.of(11, 11.5);
      const matrix = async (variable: string, shape: [number, number], data: Float64Array) =>
        story % 2 === 1 ? encodeMat({ [variable]: { shape, data } }) : encodeMat73(variable, shape, data);
      await put(root, `story/${name}.txt`, `word${story} again`);
      await put(root, `time_align/${name}_word_time.mat`, await matrix('end', [1, 2], ends));
      await put(root, `notPU/${name}.mat`, await matrix('isvalid', [2, 1], Float64Array.of(1, 1)));
      const values = Float64Array.from({ length: voxels * length }, (_, at) =>
        bold(0, Math.floor(at / length), story, at % length),
      );
      await put(
        root,
        `fmri/Language/01/${name}.mat`,
        await matrix('fmri_response', [voxels, length], values),
      );
    }
    expect((await importAll(project, root)).failed).toEqual([]);
    const [set] = project.itemSets.list();
    const { shape, data } = project.arrays.readAs(set.dataArrayId, 'float32');
    expect(shape).toEqual([count * length, voxels]);
    for (let row = 0; row < count * length; row++)
      for (let voxel = 0; voxel < voxels; voxel++)
        expect(data[row * voxels + voxel]).toBe(bold(0, voxel, Math.floor(row / length) + 1, row % length));
    const texts = project.itemSets.texts(set.textsHash);
    expect(texts.map(({ words }) => words[0].text)).toEqual(
      Array.from({ length: count }, (_, at) => `word${at + 1}`),
    );
  });

  test('finds every kind of data, in folders a language, and tells the language by the script', async () => {
    const folder = temporaryFolder();
    await writeLayout(join(folder, 'one'));
    await put(folder, 'two/word/word.txt', '国王\n音乐\n');
    await put(
      folder,
      'two/word_fmri/03_selected.mat',
      encodeMat({ examples: { shape: [2, 1], data: Float32Array.of(1, 2) } }),
    );
    await put(folder, 'dataset_description.json', JSON.stringify({ Simulated: true }));
    const found = await probeMulcog(folder);
    expect(
      found.map(({ language, modality, level, subject }) => [language, modality, level, subject]),
    ).toEqual([
      ['en', 'rating', 'word', 'mean'],
      ['en', 'fmri', 'word', '01'],
      ['en', 'eye', 'sentence', 'mean'],
      ['en', 'fmri', 'discourse', '01'],
      ['en', 'meg', 'discourse', '01'],
      ['zh', 'fmri', 'word', '03'],
    ]);
    expect(found.every(({ simulated }) => simulated)).toBe(true);
  });

  test('keeps every number in its place, with words, regions, windows and hashes', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    await writeLayout(join(folder, 'data'));
    const report = await importAll(project, join(folder, 'data'));
    expect(report.failed).toEqual([]);
    const sets = project.itemSets.list();
    const valuesOf = (modality: string, level: string) => {
      const set = sets.find((one) => one.modality === modality && one.level === level);
      if (set === undefined) throw new Error(`no ${level} ${modality}`);
      return { set, ...project.arrays.readAs(set.dataArrayId, 'float32') };
    };

    const story = valuesOf('fmri', 'discourse');
    expect(story.shape).toEqual([10, 4]);
    expect(story.set.units.map(({ name, columns }) => [name, columns])).toEqual([
      ['Language', 2],
      ['Vision', 2],
    ]);
    expect(story.set.rows).toEqual({ kind: 'samples', interval: 0.71, skipped: 19, counts: [6, 4] });
    // Second story, third volume, second voxel of Vision.
    expect(story.data[(6 + 2) * 4 + 3]).toBe(bold(1, 1, 1, 2));
    const texts = project.itemSets.texts(story.set.textsHash);
    expect(texts[0].words.map(({ text, counts }) => [text, counts])).toEqual([
      ['Once', true],
      ['upon', true],
      [',', false],
      ['a', true],
      ['time', true],
    ]);
    expect(texts[1].words[1].end).toBeCloseTo(11.4, 5);

    const magnetic = valuesOf('meg', 'discourse');
    expect(magnetic.shape).toEqual([6, 6]);
    expect(magnetic.set.rows).toEqual({ kind: 'words', text: [0, 0, 0, 0, 1, 1], word: [0, 1, 3, 4, 0, 1] });
    // Fourth word of the first story, second bin, first sensor: bins follow one another.
    expect(magnetic.data[3 * 6 + 2]).toBe(meg(3, 0, 1));
    expect(magnetic.set.notices.map(({ code }) => code)).toContain('mulcog.no-windows');
    expect(magnetic.set.units[1].seconds).toBeCloseTo(0.15);

    const words = valuesOf('fmri', 'word');
    expect([...words.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...valuesOf('rating', 'word').data]).toEqual([5, 1, 4.5, 1, 4, 2]);

    const eye = valuesOf('eye', 'sentence');
    // Words at the edges and words that nobody fixated are left out; LI_right stands in for LO_right.
    expect(eye.shape).toEqual([3, 9]);
    expect([...eye.data].filter((_, at) => at % 9 === 0)).toEqual([2, 0, 6]);
    expect(eye.data[7]).toBe(2);

    expect(story.set.sourceFiles).toHaveLength(10);
    const trace = project.provenance.trace('items', story.set.id);
    expect(trace.files).toHaveLength(10);
  });

  test('the same files again are the same sets', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    await writeLayout(join(folder, 'data'));
    const first = await importAll(project, join(folder, 'data'));
    const arrays = project.arrays.list().length;
    const second = await importAll(project, join(folder, 'data'));
    expect(second.sets.map(({ id }) => id)).toEqual(first.sets.map(({ id }) => id));
    expect(project.arrays.list()).toHaveLength(arrays);
  });

  test('says of each set that does not fit why, and imports the others', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    const root = join(folder, 'data');
    await writeLayout(root);
    await put(root, 'word/word.txt', 'dog\ncat\n');
    await put(
      root,
      'fmri/Vision/01/story_2.mat',
      encodeMat({ fmri_response: { shape: [2, 3], data: new Float32Array(6) } }),
    );
    const report = await importAll(project, root);
    expect(report.failed.map(({ error }) => error.code)).toEqual([
      'mulcog.rows-mismatch',
      'mulcog.volumes-mismatch',
    ]);
    expect(report.failed[0].error.message).toContain('3 rows, but there are 2 words in word.txt');
    expect(report.sets).toHaveLength(3);
  });

  test('a folder of something else is refused', async () => {
    await expect(probeMulcog(temporaryFolder())).rejects.toMatchObject({ code: 'mulcog.nothing-found' });
  });
});

test('words at the edge of a sentence are those that cover its first or last three characters', () => {
  expect(edgeWords(['ab', 'c', 'defg', 'hi', 'j', 'kl'])).toEqual([true, true, false, false, true, true]);
});
