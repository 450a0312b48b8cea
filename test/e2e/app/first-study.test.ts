import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodingResultSchema } from '../../../main/contract/encoding.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { seriousFaults } from './accessibility.ts';
import { gyrus, type Home, makeHome, openApp, type RunningApp } from './running-app.ts';
import { sphereSurface } from './sphere-surface.ts';

/** One simulated listener, three short runs, coarse voxels: small, but every step of a real study. */
const sample = ['--seed', '7', '--subjects', '1', '--runs', '3', '--minutes', '1.5', '--voxel-size', '10'];
const volumes = 45;

const pages = [
  'project',
  'data',
  'data/import',
  'stimuli',
  'studies',
  'studies/new',
  'viewer',
  'jobs',
  'settings',
];
/** How long one step may take on a busy machine; nothing here waits for a fixed time. */
const patience = 120_000;

describe('from an empty project to the map', () => {
  const shown = new Map<string, string>();
  let home: Home;
  let app: RunningApp;
  let page: Page;
  let complaints: string[];
  let close = async () => {};

  const part = (name: string) => page.getByTestId(name);
  const text = async (name: string) => (await part(name).textContent())?.trim() ?? '';

  beforeAll(async () => {
    home = makeHome();
    await gyrus(home, 'sample', join(home.path, 'listening'), ...sample);
    ({ app, page, complaints, close } = await openApp(home, patience));
  });
  afterAll(() => close());

  test('a first start shows two doors, and one leads to a new project', async () => {
    await part('two-doors').waitFor();
    await part('door-own').click();
    await part('picker-name').fill('first');
    await part('picker-choose').click();
    await part('page-import').waitFor();
    await part('tray-project').getByText('first', { exact: true }).waitFor();
  });

  test('the wizard shows what it found before anything is stored, then imports', async () => {
    await part('choose-folder').click();
    await part('picker-list').getByText('listening').click();
    await page.waitForFunction(() => {
      const field = document.querySelector<HTMLInputElement>('[data-testid="picker-path"]');
      return field?.value.endsWith('listening') ?? false;
    });
    await part('picker-choose').click();
    await part('preview').waitFor();
    expect(await part('probe-table').locator('tbody tr').count()).toBe(3);
    expect(await text('preview-tr')).toBe('2.000 s');
    expect(await text('preview-volumes')).toBe(String(volumes));
    expect(await text('preview-duration')).toBe('1 min 30 s');
    shown.set('words', await text('preview-words'));

    await part('confirm-probe').click();
    await part('preflight').waitFor();
    await part('start-import').click();
    await part('import-done').waitFor();
    await part('to-data').click();
    const rows = part('recordings-table').locator('tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(3);
    expect(await part('recordings-table').getByTestId('simulated').count()).toBe(3);
    await rows.first().click();
    expect(await text('recording-volumes')).toBe(String(volumes));
    shown.set('voxels', await text('recording-voxels'));
  });

  test('an encoding study runs with its controls, and says beforehand what it needs', async () => {
    await part('rail-studies').click();
    await part('new-study').click();
    await part('permutations').fill('100');
    await page.locator('[data-testid="preflight"][data-fits="true"]').waitFor();
    await part('start-study').click();
    await part('study-done').waitFor();
    await part('to-results').click();
    await part('regions-table').waitFor();
    shown.set('significant', await text('significant-01'));
    await part('open-map-01').click();
  });

  test('the map shows the layers, and a click on it the course of that voxel', async () => {
    const map = part('map');
    await map.waitFor();
    shown.set('map', JSON.stringify(await map.evaluate((element: HTMLElement) => ({ ...element.dataset }))));
    const course = part('time-course');
    await course.waitFor();
    shown.set(
      'best',
      JSON.stringify(await course.evaluate((element: HTMLElement) => ({ ...element.dataset }))),
    );
    const best = (await course.getAttribute('data-voxel')) ?? '';
    const brain = await page.locator('canvas').first().boundingBox();
    if (brain === null) throw new Error('the brain is not drawn');
    // The picker's tree is built in the background; the first click that is answered tells that it is ready.
    await expect
      .poll(
        async () => {
          await page.mouse.click(brain.x + brain.width / 2, brain.y + brain.height / 2);
          return (await course.isVisible()) ? course.getAttribute('data-voxel') : best;
        },
        { timeout: patience, interval: 500 },
      )
      .not.toBe(best);
    shown.set('clicked', (await course.getAttribute('data-voxel')) ?? '');
  });

  test("the map goes onto a surface of one's own, and back", async () => {
    const own = sphereSurface(20);
    const drawn = (vertices: number) =>
      page.waitForFunction((count) => window.gyrusViewer?.vertexCount === count, vertices);
    writeFileSync(join(home.path, 'own.surf.gii'), own.text);
    await part('add-surface').click();
    await part('picker-path').fill(home.path);
    await part('picker-path').press('Enter');
    await part('picker-list').getByText('own.surf.gii').click();
    await part('picker-choose').click();
    await part('surface-keep').click();
    await drawn(own.vertices);
    await part('viewer-surface').click();
    await page.getByRole('option').first().click();
    await drawn(168_390);
  });

  test.each([
    ['dark', 'en'],
    ['light', 'zh'],
  ])('no page has a serious accessibility fault: %s, %s', async (theme, language) => {
    if (theme === 'light') await page.keyboard.press('t');
    if (language === 'zh') await page.keyboard.press('l');
    await page
      .locator(`html[data-mantine-color-scheme="${theme}"][lang="${language}"]`)
      .waitFor({ state: 'attached' });
    const faults: string[] = [];
    for (const path of pages) {
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#/${path}`);
      await part(
        `page-${path === 'data/import' ? 'import' : path === 'studies/new' ? 'new-study' : path}`,
      ).waitFor();
      if (path === 'viewer') await part('map').waitFor();
      await page.getByTestId('loading-state').waitFor({ state: 'detached' });
      faults.push(...(await seriousFaults(page)).map((fault) => `${path}: ${fault}`));
    }
    await page.keyboard.press('?');
    await part('keyboard-help').waitFor();
    faults.push(...(await seriousFaults(page)).map((fault) => `keyboard help: ${fault}`));
    await page.keyboard.press('Escape');
    await part('keyboard-help').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  test('settings check this workstation', async () => {
    await part('rail-settings').click();
    await part('run-diagnosis').click();
    for (const check of ['database', 'disk', 'memory', 'providers', 'write']) {
      await page.locator(`[data-testid="check-${check}"]:not([data-state="open"])`).waitFor();
      expect(await part(`check-${check}`).getAttribute('data-state'), check).not.toBe('failed');
    }
  });

  test('every number shown is the one in the project file, and the console stayed silent', async () => {
    expect(complaints).toEqual([]);
    await app.stop();
    const project = openProject(join(home.path, 'first.gyrus'), { logger: createLogger(() => {}) });
    try {
      const recording = project.recordings.list()[0];
      const run = project.runs.list()[0];
      if (recording === undefined || run === undefined) throw new Error('the project is empty');
      const { subjects, featureSpace } = encodingResultSchema.parse(run.summary);
      const subject = subjects[0];
      if (subject === undefined) throw new Error('the run has no subject');
      const thousands = (value: number) => value.toLocaleString('en');
      expect(recording.sampleCount).toBe(volumes);
      expect(shown.get('voxels')).toBe(thousands(subject.voxelCount));
      expect(shown.get('words')).toBe(
        thousands(project.stimuli.get(recording.stimulusId ?? '').words.length),
      );
      expect(shown.get('significant')).toBe(thousands(subject.significantVoxels));

      const firstLayer = project.arrays.readAs(subject.arrays.layerR, 'float32', [
        { start: 0, stop: 1 },
        null,
      ]).data;
      expect(JSON.parse(shown.get('map') ?? '')).toMatchObject({
        subject: '01',
        voxels: String(subject.voxelCount),
        layer: featureSpace.layers[0],
        maximum: Math.max(...firstLayer).toFixed(6),
        significant: String(subject.significantVoxels),
      });
      const r = project.arrays.readAs(subject.arrays.r, 'float32').data;
      expect(JSON.parse(shown.get('best') ?? '')).toMatchObject({
        voxel: String(r.indexOf(Math.max(...r))),
        samples: String(subject.sampleCount),
      });
      expect(Number(shown.get('clicked'))).toBeLessThan(subject.voxelCount);
    } finally {
      project.close();
    }
  });
});
