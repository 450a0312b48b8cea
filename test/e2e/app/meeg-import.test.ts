import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../main/core/logger.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { annotationSignal, edfBytes, type Signal } from '../../unit/formats/meeg/edf-writer.ts';
import { violationsOn } from './accessibility.ts';
import { type Home, makeHome, openNewProject, type RunningApp, visitPage } from './running-app.ts';

/** How long one step may take on a busy machine; nothing here waits for a fixed time. */
const patience = 120_000;

/** Twenty seconds at 100 Hz: two ramps of 1 and 2 µV a sample, a trigger of 7 every second, one annotation. */
function recordingBytes(): Buffer {
  const ramp = (label: string, step: number): Signal => ({
    label,
    samples: 100,
    record: (index) => Array.from({ length: 100 }, (_, at) => step * (((index * 100 + at) % 200) - 100)),
  });
  const status: Signal = {
    label: 'Status',
    samples: 100,
    physical: [0, 1000],
    digital: [0, 1000],
    record: () => Array.from({ length: 100 }, (_, at) => (at >= 10 && at < 15 ? 7 : 0)),
  };
  const notes = annotationSignal(
    (record) => record,
    (record) => (record === 1 ? ['+1.25\x14word\x14'] : []),
  );
  return edfBytes([ramp('Fz', 10), ramp('Cz', 20), status, notes], 20, { reserved: 'EDF+C' });
}

describe('bringing in MEG and EEG', () => {
  let home: Home;
  let app: RunningApp;
  let page: Page;
  let complaints: string[];
  let close = async () => {};

  const part = (name: string) => page.getByTestId(name);
  const text = async (name: string) => (await part(name).textContent())?.trim() ?? '';
  const visit = (path: string) => visitPage(page, path);
  const violations = () => violationsOn(page);

  beforeAll(async () => {
    home = makeHome();
    writeFileSync(join(home.path, 'sub-07_task-listen_eeg.edf'), recordingBytes());
    writeFileSync(join(home.path, 'broken.edf'), Buffer.from(`0       ${' '.repeat(248)}`));
    ({ app, page, complaints, close } = await openNewProject(home, 'waves', patience));
  });
  afterAll(() => close());

  test('the wizard shows what is there, its doubts and its traces', async () => {
    await visit('data/import-meeg');
    await part('page-import-meeg').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles([join(home.path, 'sub-07_task-listen_eeg.edf'), join(home.path, 'broken.edf')]);
    await part('meeg-browser').waitFor();
    expect(await part('probe-table').locator('tbody tr').count()).toBe(2);
    expect(await part('probe-table').textContent()).toContain('broken.edf');
    expect(await text('preview-channels')).toBe('2 eeg (V), 1 stim');
    expect(await text('preview-rate')).toBe('100 Hz');
    expect(await text('preview-annotations')).toBe('1');
    expect(await violations()).toEqual([]);
  });

  test('keys move the traces, and a click marks a channel as bad', async () => {
    const traces = page.getByRole('heading', { name: /Traces from/ });
    expect(await traces.textContent()).toContain('from 0.00 to 10.00');
    await part('meeg-browser').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Traces from 2.50 to 12.50 s' }).waitFor();
    await page.keyboard.press('b');
    await part('meeg-browser').getByText('eeg', { exact: true }).waitFor();
    await page.keyboard.press('b');
    await page.getByRole('button', { name: 'Cz' }).click();
    await part('confirm-probe').click();
    await part('meeg-bads').getByText('Bad channels: Cz').waitFor();
    expect(await part('field-subject').inputValue()).toBe('07');
  });

  test('the recording is stored, with its events and epochs', async () => {
    await part('meeg-epochs').check({ force: true });
    await part('preflight').waitFor();
    await part('start-import').click();
    await part('import-done').waitFor();
    expect(await text('import-done')).toContain('2,000 samples, 21 events and 20 epochs');
    await part('to-data').click();
    const rows = part('recordings-table').locator('tbody tr');
    await rows.first().getByRole('button').click();
    expect(await text('meeg-types')).toBe('2 eeg, 1 stim');
    expect(await text('meeg-events')).toBe('21');
  });

  test('the wizard speaks Chinese, and nothing was complained of', async () => {
    await page.keyboard.press('l');
    await page.locator('html[lang="zh"]').waitFor();
    await visit('data/import-meeg');
    await page.getByRole('heading', { name: '导入 MEG/EEG' }).waitFor();
    expect(await violations()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('what was stored is what was in the file', async () => {
    await app.stop();
    const project = openProject(join(home.path, 'waves.gyrus'), { logger: createLogger(() => {}) });
    try {
      const [recording] = project.recordings.list();
      expect(recording).toMatchObject({ modality: 'eeg', subject: '07', task: 'listen', sampleCount: 2000 });
      const { data } = project.arrays.readAs(recording.dataArrayId, 'float32', [
        { start: 199, stop: 201 },
        null,
      ]);
      expect([...data].map((value, at) => (at % 3 === 2 ? value : Math.round(value * 1e7)))).toEqual([
        990, 1980, 0, -1000, -2000, 0,
      ]);
    } finally {
      project.close();
    }
  });
});
