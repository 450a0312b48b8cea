import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../main/core/logger.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { samplesFolder } from '../../samples.ts';
import { violationsOn } from './accessibility.ts';
import { type Home, makeHome, openNewProject, visitPage } from './running-app.ts';

/** How long one step may take on a busy machine; nothing here waits for a fixed time. */
const patience = 60_000;
const samples = samplesFolder();

/** A real sample where there is one, else a small file of the same format that stands in for it. */
function sample(home: Home, path: string, name: string, standIn: () => string): string {
  const real = samples === null ? null : join(samples, path);
  if (real !== null && existsSync(real)) return real;
  const own = join(home.path, name);
  writeFileSync(own, standIn());
  return own;
}

function tekscanMovie(): string {
  const cells = (frame: number) =>
    Array.from({ length: 60 }, (_, row) =>
      Array.from({ length: 21 }, (_, col) =>
        row < 3 && col < 3 ? 'B' : Math.max(0, 40 - (row - frame) ** 2 - (col - 10) ** 2),
      ).join(','),
    );
  const header =
    'DATA_TYPE MOVIE\nVERSION Tekscan\nROWS 60\nCOLS 21\nROW_SPACING 5.08 mm\nCOL_SPACING 5.08 mm\nSECONDS_PER_FRAME 0.032\nUNITS KPa\nASCII_DATA @@\n';
  return `${header}${Array.from({ length: 30 }, (_, at) => `Frame ${at + 1}\n${cells(at * 2).join('\n')}\n`).join('\n')}@@\n`;
}

function eyelinkPage(): string {
  const samplesOf = Array.from(
    { length: 200 },
    (_, at) => `${at}\t  ${at < 100 ? 300 : 700}.0\t  500.0\t  900.0\t...`,
  );
  return [
    '** CONVERTED FROM a.edf',
    'MSG\t0 GAZE_COORDS 0.00 0.00 1919.00 1079.00',
    'START\t0\tLEFT\tSAMPLES\tEVENTS',
    'SAMPLES\tGAZE\tLEFT\tRATE\t1000.00',
    ...samplesOf,
    'EFIX L   0\t99\t100\t  300.0\t  500.0\t    900',
    'EFIX L   100\t199\t100\t  700.0\t  500.0\t    900',
    'END\t200\tSAMPLES',
  ].join('\n');
}

const areas = 'word,left,top,right,bottom\nHello,200,400,800,700\nworld,800,400,1400,700\n';

describe('bringing in pressure and gaze', () => {
  let home: Home;
  let page: Page;
  let complaints: string[];
  let close = async () => {};

  const part = (name: string) => page.getByTestId(name);
  const text = async (name: string) => (await part(name).textContent())?.trim() ?? '';
  const visit = (path: string) => visitPage(page, path);
  /** The `l` key changes the language; it is pressed outside of fields. */
  const language = async (name: 'en' | 'zh') => {
    await visit('data');
    await part('page-data').waitFor();
    await page.keyboard.press('l');
    await page.locator(`html[lang="${name}"]`).waitFor();
  };
  const violations = () => violationsOn(page);

  beforeAll(async () => {
    home = makeHome();
    writeFileSync(join(home.path, 'areas.csv'), areas);
    ({ page, complaints, close } = await openNewProject(home, 'mats', patience));
  });
  afterAll(() => close());

  test('a pressure file is dropped in, looked at, turned and stored', async () => {
    await visit('data/import-pressure');
    await part('page-import-pressure').waitFor();
    const movie = sample(home, 'pressure/pressuRe/fscan_testL.asf', 'fscan_testL.asf', tekscanMovie);
    await page.locator('input[type=file]').setInputFiles(movie);
    await part('pressure-preview').waitFor();
    expect(await text('preview-cells')).toBe('60 × 21');
    expect(await part('probe-table').locator('tbody tr').count()).toBe(1);
    await part('frame-player')
      .focus()
      .catch(() => undefined);
    await part('frame-player').getByRole('slider').press('ArrowRight');
    expect(await text('frame-readout')).toContain('Frame');
    await part('turn-transpose').check();
    await page.waitForFunction(
      () => document.querySelector('[data-testid="preview-cells"]')?.textContent === '21 × 60',
    );
    await part('turn-transpose').uncheck();
    await part('field-subject').fill('07');
    expect(await violations()).toEqual([]);
    await part('start-import').click();
    await part('import-done').waitFor();
  });

  test('in Chinese, gaze with words goes through to its reading measures', async () => {
    await language('zh');
    await visit('data/import-eyetracking');
    await part('page-import-eyetracking').waitFor();
    const asc = sample(
      home,
      'eyetracking/pymovements/eyelink_binocular_example.asc',
      'page.asc',
      eyelinkPage,
    );
    await page.locator('input[type=file]').setInputFiles(asc);
    await part('gaze-preview').waitFor();
    expect(Number(await text('preview-fixations'))).toBe(2);
    await part('choose-words').click();
    await part('picker-list').getByText('areas.csv').click();
    await part('picker-choose').click();
    await part('reading-table').waitFor();
    expect(await part('reading-table').locator('tbody tr').count()).toBe(2);
    await part('field-subject').fill('07');
    expect(await violations()).toEqual([]);
    await part('start-import').click();
    await part('import-done').waitFor();
    expect(await text('import-done')).toContain('已导入 1 个记录');
    await language('en');
  });

  test('both stand in the project with their measures', () => {
    const project = openProject(join(home.path, 'mats.gyrus'), {
      logger: createLogger(() => {}, 'error'),
      access: 'read',
    });
    const recordings = project.recordings.list();
    expect(recordings.map(({ modality, subject }) => `${modality} ${subject}`).sort()).toEqual([
      'eyetracking 07',
      'pressure 07',
    ]);
    for (const { dataArrayId } of recordings)
      expect(project.arrays.info(dataArrayId).contentHash).not.toBeNull();
    project.close();
  });

  test('nothing complained on the way', () => {
    expect(complaints).toEqual([]);
  });
});
