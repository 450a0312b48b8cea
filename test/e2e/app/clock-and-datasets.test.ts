import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../main/core/logger.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { writeBrainVision } from '../../../main/formats/brainvision/write-brainvision.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { violationsOn } from './accessibility.ts';
import { gyrus, type Home, makeHome, openNewProject, type RunningApp, visitPage } from './running-app.ts';

/** How long one step may take on a busy machine; nothing here waits for a fixed time. */
const patience = 60_000;
/** Folder for screenshots, for looking at; none are taken without it. */
const shots = process.env.GYRUS_SHOTS;

const [offset, drift] = [3.5, 1.5e-4];
const random = createRandom(21);
const words = 'the little boat went far out to sea and no one saw it come back'.split(' ');
/** Simulated speech of 150 words without a regular beat. */
const heard = Array.from({ length: 150 }, (_, at) => ({
  text: words[at % words.length],
  onset: 1 + at * 0.42 + 0.3 * random.uniform(),
}));

/** A dataset with one simulated EEG run whose annotations follow the words late, and one file without data. */
async function writeDataset(root: string): Promise<void> {
  const folder = join(root, 'sub-01', 'eeg');
  mkdirSync(folder, { recursive: true });
  const put = (path: string, text: string) => writeFileSync(join(root, path), text);
  put('dataset_description.json', JSON.stringify({ Name: 'Story, simulated', BIDSVersion: '1.11.0' }));
  put('participants.tsv', 'participant_id\nsub-01\n');
  put('sub-01/eeg/sub-01_task-rest_eeg.edf', '');
  put('sub-01/eeg/sub-01_run-2_task-odd_events.tsv', 'time\n1\n');
  const markers = heard.flatMap(({ onset }, at) =>
    at % 11 === 5
      ? []
      : [{ sample: Math.round((offset + (1 + drift) * onset) * 250), samples: 0, name: 'word' }],
  );
  await writeBrainVision(
    join(folder, 'sub-01_task-story_eeg'),
    { channels: ['Cz', 'Pz'], sfreq: 250, markers: [...markers, { sample: 20, samples: 0, name: 'pause' }] },
    [Float32Array.from({ length: 250 * 75 * 2 }, (_, at) => 1e-5 * Math.sin(at / 9))],
  );
}

/** Three lines of reading, seen a good half line too low, and the words it was. */
function writeReading(folder: string): void {
  const lines = [
    '** CONVERTED FROM b.edf',
    'MSG\t0 GAZE_COORDS 0.00 0.00 799.00 399.00',
    'START\t0\tRIGHT\tEVENTS',
  ];
  const areas = ['word,left,top,right,bottom'];
  for (let at = 0; at < 15; at++) {
    const [column, line] = [at % 5, Math.floor(at / 5)];
    const [x, y] = [110 + column * 120, 120 + line * 60];
    lines.push(`EFIX R   ${at * 260}\t${at * 260 + 220}\t222\t  ${x + 40}.0\t  ${y + 37}.0\t    900`);
    areas.push(`${words[at % words.length]},${x},${y - 20},${x + 100},${y + 20}`);
  }
  lines.push('END\t4000\tEVENTS');
  writeFileSync(join(folder, 'sub-02_task-page.asc'), lines.join('\n'));
  writeFileSync(join(folder, 'areas.csv'), `${areas.join('\n')}\n`);
}

describe('a dataset, its clock, and lines of reading', () => {
  let home: Home;
  let app: RunningApp;
  let page: Page;
  let complaints: string[];
  let close = async () => {};

  const part = (name: string) => page.getByTestId(name);
  const text = async (name: string) => (await part(name).textContent())?.trim() ?? '';
  const visit = (path: string) => visitPage(page, path);
  /** The keys `l` and `t` change language and theme; they are pressed outside of fields. */
  const press = async (key: string) => {
    await page.locator('h1').first().click();
    await page.keyboard.press(key);
  };
  const theme = async (name: 'light' | 'dark') => {
    await press('t');
    await page.locator(`html[data-mantine-color-scheme="${name}"]`).waitFor();
  };
  const look = async (name: string) => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
  };
  const violations = () => violationsOn(page);
  const waitForText = (name: string, wanted: string) =>
    page.getByTestId(name).filter({ hasText: wanted }).waitFor();

  beforeAll(async () => {
    home = makeHome();
    await writeDataset(join(home.path, 'dataset'));
    writeReading(home.path);
    writeFileSync(
      join(home.path, 'story_events.tsv'),
      `onset\tduration\tword\n${heard.map((word) => `${word.onset}\t0.25\t${word.text}`).join('\n')}\n`,
    );
    ({ app, page, complaints, close } = await openNewProject(home, 'clocks', patience));
  });
  afterAll(() => close());

  test('a BIDS folder is looked over, imported, taken back whole, and imported again', async () => {
    await visit('data/import-bids');
    await part('choose-dataset').click();
    await part('picker-list').getByText('dataset').click();
    await part('picker-choose').click();
    await part('bids-survey').waitFor();
    expect(await text('bids-meeg')).toBe('1');
    expect(await text('bids-placeholders')).toBe('1');
    expect(await part('bids-tree').locator('[data-state=empty]').count()).toBe(1);
    expect(await violations()).toEqual([]);
    await part('bids-recording').first().click();
    await part('meeg-browser').waitFor();
    expect(await violations()).toEqual([]);
    await look('bids-dark-en');
    await part('start-import').click();
    await part('bids-report').waitFor();
    expect(await text('bids-report')).toContain('1 recording imported');
    await look('bids-report-dark-en');
    await part('undo-bids').click();
    await part('undo-bids').click();
    await part('start-import').click();
    await part('bids-report').waitFor();
    await press('l');
    await page.locator('html[lang="zh"]').waitFor();
    await theme('light');
    await look('bids-light-zh');
    await theme('dark');
    await press('l');
    await page.locator('html[lang="en"]').waitFor();
  });

  test('a run gets its words, is fitted to its marks, corrected by hand, and reset', async () => {
    await visit('stimuli/clock');
    await part('clock-table').locator('tbody tr').first().click();
    await part('attach-words').waitFor();
    await look('clock-attach-dark-en');
    await part('attach-file').click();
    await part('picker-list').getByText('story_events.tsv').click();
    await part('picker-choose').click();
    await part('clock-timeline').waitFor();
    await part('clock-marks').fill('*word*');
    await page.keyboard.press('Escape');
    await part('clock-fit').click();
    await waitForText('clock-matched', '136 of 150 onsets and 136 marks');
    // Marks stand on samples of 4 ms, so that residuals are up to 2 ms.
    expect(Number.parseFloat(await text('clock-rms'))).toBeLessThan(1.6);
    expect(Number(await part('clock-offset').inputValue())).toBeCloseTo(offset, 2);
    expect(Math.abs(Number(await part('clock-drift').inputValue()) - drift * 1e6)).toBeLessThan(15);
    await part('clock-residuals').waitFor();
    expect(await violations()).toEqual([]);
    await look('clock-dark-en');
    await part('clock-view').getByText('Before').click();
    await waitForText('clock-matched', 'of 150 onsets and 136 marks');
    await look('clock-before-dark-en');
    await part('clock-view').getByText('After').click();
    await press('l');
    await page.locator('html[lang="zh"]').waitFor();
    await theme('light');
    await look('clock-light-zh');
    await theme('dark');
    await press('l');
    await page.locator('html[lang="en"]').waitFor();
    await part('clock-offset').fill('3.6');
    await part('clock-save').click();
    await waitForText('clock-table', 'by hand');
    await part('clock-reset').click();
    await waitForText('clock-table', 'not aligned');
  });

  test('lines of reading: by methods, seen before and after, and by keyboard with undo', async () => {
    await visit('data/import-eyetracking');
    await part('page-import-eyetracking').waitFor();
    await page.locator('input[type=file]').setInputFiles(join(home.path, 'sub-02_task-page.asc'));
    await part('gaze-preview').waitFor();
    await part('choose-words').click();
    await part('picker-list').getByText('areas.csv').click();
    await part('picker-choose').click();
    await part('reading-table').waitFor();
    // The field lies under the frame that takes clicks for it.
    await part('line-methods').click({ force: true });
    await page.getByRole('option', { name: 'segment' }).click();
    await page.getByRole('option', { name: 'warp' }).click();
    await page.keyboard.press('Escape');
    await waitForText('line-status', 'Fixation 1 is on line 1 of 3');
    await waitForText('line-status', '10 moved to another line than the nearest');
    expect(await violations()).toEqual([]);
    await look('lines-dark-en');
    await part('line-view').getByText('As seen').click();
    await look('lines-seen-dark-en');
    await part('line-view').getByText('On their lines').click();
    await part('scan-path').focus();
    await page.keyboard.press('ArrowRight');
    await waitForText('line-status', 'Fixation 2 is on line 1 of 3');
    await page.keyboard.press('ArrowDown');
    await waitForText('line-status', 'Fixation 2 is on line 2 of 3');
    await waitForText('line-status', '1 set by hand');
    await part('scan-path').focus();
    await page.keyboard.press('z');
    await waitForText('line-status', 'Fixation 2 is on line 1 of 3');
    await page.keyboard.press('3');
    await waitForText('line-status', '1 set by hand');
    await press('l');
    await page.locator('html[lang="zh"]').waitFor();
    await theme('light');
    await look('lines-light-zh');
    await theme('dark');
    await press('l');
    await part('start-import').click();
    await part('import-done').waitFor();
  });

  test('the project goes out as a BIDS dataset, with what was left out and why', async () => {
    await visit('data');
    await part('export-bids').click();
    await part('page-export-bids').waitFor();
    await part('export-folder').click();
    await part('picker-name').fill('from-page');
    await part('picker-choose').click();
    await part('start-export').click();
    await part('export-report').waitFor();
    expect(await text('export-report')).toContain('sub-01/eeg/sub-01_task-story_eeg.vhdr');
    expect(await violations()).toEqual([]);
    await look('export-dark-en');
    await part('export-folder').click();
    await part('picker-name').fill('from-page');
    await part('picker-choose').click();
    await part('start-export').click();
    await waitForText('export-failed', 'is not empty');
  });

  test('nothing complained on the way', () => {
    expect(complaints).toEqual([]);
  });

  test('the lines given by hand stand in the project beside the raw coordinates', async () => {
    await app.stop();
    const project = openProject(join(home.path, 'clocks.gyrus'), {
      logger: createLogger(() => {}, 'error'),
      access: 'read',
    });
    const [gaze] = project.recordings.list({ modality: 'eyetracking' });
    const { eventsArrayId, lines } = project.arrays.info(gaze.dataArrayId).attributes;
    expect(lines).toMatchObject({ methods: ['segment', 'warp'], byHand: [{ start: 260, line: 2 }] });
    const columns = project.arrays.info(String(eventsArrayId)).attributes.columns as string[];
    const { data } = project.arrays.readAs(String(eventsArrayId), 'float64');
    const second = (name: string) => data[columns.length + columns.indexOf(name)];
    expect([second('y'), second('line'), second('line y')]).toEqual([157, 2, 240]);
    project.close();
  });

  test('the command line fits the same run and writes the dataset anew', async () => {
    const project = join(home.path, 'clocks.gyrus');
    const fitted = await gyrus(
      home,
      'clock',
      'fit',
      project,
      'sub-01 task-story',
      '--marks',
      '*word*',
      '--json',
    );
    const { model, fit } = JSON.parse(fitted);
    expect(model.offset).toBeCloseTo(offset, 2);
    expect(fit.matched).toBe(136);
    const written = JSON.parse(
      await gyrus(home, 'export', project, '--bids', join(home.path, 'out'), '--json'),
    );
    expect(written.raw).toEqual(['sub-01/eeg/sub-01_task-story_eeg.vhdr']);
    const survey = JSON.parse(
      await gyrus(home, 'import', 'bids', project, join(home.path, 'out'), '--dry-run', '--json'),
    );
    expect(survey.problems).toEqual([]);
  });
});
