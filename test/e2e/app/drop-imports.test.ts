import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../main/core/logger.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { ciftiBytes, denseXml } from '../../fixtures/surface-series.ts';
import { samplesFolder } from '../../samples.ts';
import { violationsOn } from './accessibility.ts';
import { dropFiles } from './drop.ts';
import { type Home, makeHome, openNewProject, visitPage } from './running-app.ts';

/** How long one step may take on a busy machine; nothing here waits for a fixed time. */
const patience = 60_000;
const samples = samplesFolder();

const ratings = ['word,rater,valence,arousal'];
for (const [word, valence] of [
  ['dog', 7],
  ['war', 1],
  ['tree', 6],
  ['stone', 4],
] as const)
  for (const [rater, shift] of [
    ['a', 0],
    ['b', 0.5],
    ['c', -0.5],
  ] as const)
    ratings.push(`${word},${rater},${valence + shift},${8 - valence + shift}`);

describe.skipIf(samples === null)('files dropped on the window', () => {
  const sample = (path: string) => join(samples ?? '', path);
  let home: Home;
  let page: Page;
  let complaints: string[];
  let close = async () => {};

  const part = (name: string) => page.getByTestId(name);
  const text = async (name: string) => (await part(name).textContent())?.trim() ?? '';
  /** Screenshots are taken for looking at, where a folder for them is named. */
  const look = async (name: string) => {
    const shots = process.env.GYRUS_SHOTS;
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };
  const violations = () => violationsOn(page);
  const visit = (path: string) => visitPage(page, path);
  /** The `l` key changes the language, `t` the theme; both are pressed outside of fields. */
  const press = async (key: string, seen: string) => {
    await visit('data');
    await part('page-data').waitFor();
    await page.keyboard.press(key);
    await page.locator(seen).waitFor();
  };

  beforeAll(async () => {
    home = makeHome();
    const folder = join(home.path, 'mixed');
    mkdirSync(folder);
    writeFileSync(join(folder, 'norms.csv'), ratings.join('\n'));
    writeFileSync(
      join(folder, '0001.txt'),
      `${Array.from({ length: 2048 }, (_, at) => at % 97).join('\t')}\n`.repeat(3),
    );
    writeFileSync(join(home.path, 'letter.txt'), 'This is no recording.\n');
    ({ page, complaints, close } = await openNewProject(home, 'dropped', patience));
  });
  afterAll(() => close());

  test('what cannot be imported is said in one sentence', async () => {
    await dropFiles(page, [join(home.path, 'letter.txt')]);
    await part('drop-other').waitFor();
    expect(await text('drop-other')).toContain('letter.txt is in no format that Gyrus reads: export it');
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await part('drop-dialog').waitFor({ state: 'hidden' });
  });

  test('a folder with several kinds gives a choice, which opens the right wizard', async () => {
    await dropFiles(page, [join(home.path, 'mixed')]);
    await part('drop-kind-pressure').waitFor();
    expect(await text('drop-kind-ratings')).toContain('norms.csv');
    expect(await violations()).toEqual([]);
    await part('drop-open-ratings').click();
    await part('drop-rest-pressure').waitFor();
    await part('ratings-preview').waitFor();
    expect(await violations()).toEqual([]);
    await look('drop-rest-dark-en');
    await part('drop-rest-pressure').click();
    await part('pressure-preview').waitFor();
    await part('drop-rest').waitFor({ state: 'detached' });
  });

  test('a BIDS dataset is opened whole', async () => {
    await dropFiles(page, [sample('bids/tiny_bids')]);
    await part('bids-survey').waitFor();
    expect(await text('bids-meeg')).toBe('1');
  });

  test('a table with one frame a row shows its columns, which can be chosen anew', async () => {
    const names = Array.from({ length: 24 }, (_, at) => `S${at + 1}`);
    const rows = Array.from({ length: 20 }, (_, at) =>
      [at * 20, ...names.map((_, cell) => Math.round(50 + 40 * Math.sin((cell % 6) / 2 + at / 9)))].join(','),
    );
    const table = join(home.path, 'insole.csv');
    writeFileSync(table, [['time_ms', ...names].join(','), ...rows].join('\n'));
    await dropFiles(page, [table]);
    await part('pressure-preview').waitFor();
    expect(await part('column-guess').getAttribute('data-guess')).toBe('sure');
    expect(await part('frame-first').inputValue()).toBe('S1');
    expect(await part('frame-time-unit').inputValue()).toBe('ms');
    await part('frame-rows').fill('4');
    expect(await part('frame-cols').inputValue()).toBe('6');
    await part('pressure-preview').waitFor();
    expect(await violations()).toEqual([]);
    await look('frame-table-dark-en');
    await press('l', 'html[lang="zh"]');
    await press('t', 'html[data-mantine-color-scheme="light"]');
    await dropFiles(page, [table]);
    await part('pressure-preview').waitFor();
    await look('frame-table-light-zh');
    await press('t', 'html[data-mantine-color-scheme="dark"]');
    await press('l', 'html[lang="en"]');
  });

  const wizards = [
    {
      kind: 'ratings',
      path: () => join(home.path, 'mixed', 'norms.csv'),
      preview: 'ratings-preview',
      field: 'field-name',
    },
    {
      kind: 'pressure',
      path: () => sample('pressure/pressuRe/fscan_testL.asf'),
      preview: 'pressure-preview',
      field: 'field-subject',
    },
    {
      kind: 'eyetracking',
      path: () => sample('eyetracking/pymovements/eyelink_binocular_example.asc'),
      preview: 'gaze-preview',
      field: 'field-subject',
    },
    {
      kind: 'meeg',
      path: () => sample('bids/tiny_bids/sub-01/ses-eeg/eeg'),
      preview: 'meeg-browser',
      field: 'field-subject',
    },
    {
      kind: 'fmri',
      path: () => sample('nifti/functional.nii'),
      preview: 'preview-tr',
      field: 'fmri-subject',
    },
  ] as const;

  /** The first time the choices are saved; the next file of that layout is offered them. */
  const keepPreset = async (first: boolean) => {
    if (first) {
      await part('turn-flipRows').check();
      await part('preset-save').click();
      await part('preset-name').fill('Our insoles');
      await part('preset-confirm').click();
      await part('preset-menu').waitFor();
      return;
    }
    expect(await text('preset-suggested')).toContain('Our insoles');
    expect(await part('turn-flipRows').isChecked()).toBe(false);
    await part('preset-apply').click();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[data-testid="turn-flipRows"]')?.checked === true,
    );
  };

  for (const { language, theme, subject } of [
    { language: 'en', theme: 'dark', subject: '01' },
    { language: 'zh', theme: 'light', subject: '02' },
  ] as const) {
    test(`each goes through its wizard to a stored recording (${language}, ${theme})`, {
      timeout: 8 * patience,
    }, async () => {
      if (language === 'zh') {
        await press('l', 'html[lang="zh"]');
        await press('t', 'html[data-mantine-color-scheme="light"]');
      }
      for (const { kind, path, preview, field } of wizards) {
        // From another page: a wizard of the same kind must not be taken for the one that the drop opens.
        await visit('data');
        await part('page-data').waitFor();
        await dropFiles(page, [path()]);
        await part(preview).first().waitFor();
        if (await part('confirm-probe').isVisible()) await part('confirm-probe').click();
        if (kind === 'pressure') await keepPreset(language === 'en');
        await part(field).fill(subject);
        expect(await violations()).toEqual([]);
        await look(`wizard-${kind}-${theme}-${language}`);
        await part('start-import').click();
        await part('import-done').waitFor();
      }
    });
  }

  test('a series on surfaces shows its carpet and is stored with its parts (zh, then en)', async () => {
    const file = join(home.path, 'sub-09_task-story_space-fsLR_bold.dtseries.nii');
    writeFileSync(
      file,
      ciftiBytes(denseXml, 9, 60, (time, place) => Math.sin(time / (1 + place)) + place),
    );
    for (const language of ['zh', 'en']) {
      await visit('data');
      await part('page-data').waitFor();
      if (language === 'en') {
        await press('l', 'html[lang="en"]');
        await press('t', 'html[data-mantine-color-scheme="dark"]');
      }
      await dropFiles(page, [file]);
      await part('preview-carpet').waitFor();
      expect(await text('preview-tr')).toBe('1.500 s');
      expect(await part('preview-carpet').textContent()).toContain(
        language === 'zh' ? '左侧丘脑' : 'left thalamus',
      );
      expect(await violations()).toEqual([]);
      await look(`wizard-surface-${language}`);
    }
    await part('confirm-probe').click();
    await part('start-import').click();
    await part('import-done').waitFor();
  });

  test('all of them stand in the project, the ratings as a set that studies find', () => {
    const project = openProject(join(home.path, 'dropped.gyrus'), {
      logger: createLogger(() => {}, 'error'),
      access: 'read',
    });
    const stored = project.recordings
      .list()
      .map(({ modality, subject, task }) => `${modality} ${modality === 'rating' ? task : subject}`);
    expect(stored.sort()).toEqual(
      ['01', '02']
        .flatMap((subject) =>
          ['eeg', 'eyetracking', 'fmri', 'pressure', 'rating'].map((kind) => `${kind} ${subject}`),
        )
        .concat('fmri 09')
        .sort(),
    );
    expect(project.itemSets.list().map(({ name, modality }) => `${modality} ${name}`)).toEqual([
      'rating 01',
      'rating 02',
    ]);
    project.close();
  });

  test('nothing complained on the way', () => {
    expect(complaints).toEqual([]);
  });
});
