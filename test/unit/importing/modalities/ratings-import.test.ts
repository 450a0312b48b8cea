import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils, write } from '@e965/xlsx';
import { expect, test } from 'vitest';
import type { ModalityReport } from '../../../../main/contract/modality-import.ts';
import { type PlannedRatings, ratingsPlanSchema } from '../../../../main/contract/ratings-import.ts';
import { createLogger } from '../../../../main/core/logger.ts';
import { createProject } from '../../../../main/data/open-project.ts';
import { ratingsImportJob } from '../../../../main/importing/ratings/ingest.ts';
import { previewRatings } from '../../../../main/importing/ratings/preview.ts';
import { probeRatings } from '../../../../main/importing/ratings/probe.ts';
import { undoModalityImport } from '../../../../main/importing/undo-modality.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-ratings-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function planOf(path: string): Promise<PlannedRatings> {
  const [{ plan }] = await probeRatings([path]);
  if (plan === null) throw new Error('nothing to plan');
  return plan;
}

const byRater =
  'word,rater,valence,arousal\ndog,a,7,5\ndog,b,5,3\nwar,a,1,9\nwar,b,3,7\ntree,a,6,2\ntree,b,6,4\n';

test('one row a word and rater: means, spread and agreement', async () => {
  const plan = await planOf(file('raters.csv', byRater));
  expect(plan.mapping).toMatchObject({ word: 'word', rater: 'rater', long: null });
  const { words, raters, dimensions } = await previewRatings(plan);
  expect({ words, raters }).toEqual({ words: 3, raters: 2 });
  expect(dimensions[0]).toMatchObject({ name: 'valence', mean: 14 / 3, ratings: [2, 2], highest: 6 });
  expect(dimensions[0].raterSd).toBeCloseTo((Math.SQRT2 + Math.SQRT2 + 0) / 3);
  expect(dimensions[0].agreement?.completeWords).toBe(3);
});

test('long tables, raters side by side and published means with SD come to the same kind of table', async () => {
  const long = await previewRatings(
    await planOf(
      file(
        'long.tsv',
        'item\tscale\trating\tparticipant\ndog\tvalence\t7\ta\ndog\tvalence\t5\tb\ndog\tarousal\t2\ta\nwar\tvalence\t1\ta\nwar\tarousal\t8\tb\n',
      ),
    ),
  );
  expect(long.dimensions.map(({ name, mean }) => [name, mean])).toEqual([
    ['valence', 3.5],
    ['arousal', 5],
  ]);
  const side = await planOf(file('side.csv', 'Word;Concreteness_r1;Concreteness_r2\nHund;4,5;5\nIdee;1;2\n'));
  expect(side.mapping?.dimensions).toEqual([
    { name: 'Concreteness', columns: ['Concreteness_r1', 'Concreteness_r2'], sd: null, n: null },
  ]);
  expect((await previewRatings(side)).first).toEqual([
    { word: 'Hund', means: [4.75] },
    { word: 'Idee', means: [1.5] },
  ]);
  const norms = await planOf(
    file(
      'norms.csv',
      'Word,Item,V.Mean.Sum,V.SD.Sum,V.Rat.Sum\naardvark,1,6.26,2.21,19\nabbey,2,5.85,1.69,20\n',
    ),
  );
  expect(norms.mapping?.dimensions).toEqual([
    { name: 'V Sum', columns: ['V.Mean.Sum'], sd: 'V.SD.Sum', n: 'V.Rat.Sum' },
  ]);
  expect((await previewRatings(norms)).dimensions[0]).toMatchObject({ raterSd: 1.95, ratings: [19, 20] });
});

test('workbooks are read past their titles, and Chinese words are known as such', async () => {
  const book = utils.book_new();
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet([['Norms of 2020'], ['词语', '愉悦度', '唤醒度'], ['狗', 6.5, 4], ['战争', 1.5, 8]]),
    'norms',
  );
  const plan = await planOf(file('norms.xlsx', write(book, { type: 'buffer', bookType: 'xlsx' })));
  expect(plan).toMatchObject({ language: 'zh', mapping: { word: '词语' } });
  expect((await previewRatings(plan)).words).toBe(2);
});

test('words that come twice, have gaps or no name are said; bad cells and columns are refused', async () => {
  const gaps = await planOf(file('gaps.csv', 'word,a,b\ndog,1,2\ndog,3,4\nwar,NA,5\n,6,7\ntree,2,2\n'));
  const { words, notices } = await previewRatings(gaps);
  expect(words).toBe(2);
  expect(notices.map(({ code, params }) => [code, params.words ?? params.rows])).toEqual([
    ['ratings.no-word', 1],
    ['ratings.repeated', 'dog'],
    ['ratings.gaps-dropped', 'war'],
  ]);
  await expect(previewRatings({ ...gaps, incomplete: 'keep' })).resolves.toMatchObject({ words: 3 });
  const mapping = {
    word: 'word',
    rater: null,
    long: null,
    dimensions: [{ name: 'c', columns: ['c'], sd: null, n: null }],
  };
  await expect(previewRatings({ ...gaps, mapping })).rejects.toMatchObject({ code: 'ratings.no-column' });
  const bad = { ...gaps, path: file('bad.csv', 'word,a,b\ndog,1,2\nwar,high,5\n') };
  await expect(previewRatings(bad)).rejects.toMatchObject({ code: 'ratings.cell' });
});

test('they are stored as a set that studies find, and taken back whole', async () => {
  const project = createProject(join(folder, 'r.gyrus'), { logger: createLogger(() => {}, 'error') });
  const plan = ratingsPlanSchema.parse({ files: [await planOf(join(folder, 'raters.csv'))] });
  const context = {
    jobId: 'test',
    project,
    signal: new AbortController().signal,
    report: () => {},
    cursor: () => undefined,
    commit: (_: unknown, write: () => void) => write(),
  };
  const report = (await ratingsImportJob('test').run(context, plan)) as ModalityReport;
  const [set] = project.itemSets.list();
  expect(set).toMatchObject({ modality: 'rating', level: 'word', language: 'en', name: 'raters' });
  expect(project.itemSets.texts(set.textsHash).map(({ name }) => name)).toEqual(['dog', 'war', 'tree']);
  expect([...project.arrays.readAs(set.dataArrayId, 'float32').data]).toEqual([6, 4, 2, 8, 6, 3]);
  expect(project.recordings.list()[0]).toMatchObject({ modality: 'rating', task: 'raters', sampleCount: 3 });
  await expect(ratingsImportJob('test').run(context, plan)).rejects.toMatchObject({
    code: 'import.nothing-imported',
  });
  undoModalityImport(project, report);
  expect(project.recordings.list()).toEqual([]);
  expect(project.itemSets.list()).toEqual([]);
  expect(report.arrayIds.every((id) => project.arrays.find(id) === null)).toBe(true);
  project.close();
});
