import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samplesFolder } from '../../samples.ts';
import {
  gyrus,
  type Home,
  launchBrowser,
  listen,
  makeHome,
  type RunningApp,
  startApp,
} from './running-app.ts';

const patience = 120_000;
const samples = samplesFolder();
const shots = process.env.GYRUS_SHOTS;
const mats = ['1', '3'].map((name) => `pressure/pmd/experiment-i/S1/${name}.txt`);

describe.skipIf(samples === null)(
  'keypoints, from two recordings to the station',
  () => {
    let home: Home;
    let app: RunningApp;
    let browser: Browser;
    let page: Page;
    let complaints: string[];
    const part = (name: string) => page.getByTestId(name);
    const visit = (path: string) =>
      page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#/${path}`);
    const shoot = async (name: string) => {
      if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
    };

    beforeAll(async () => {
      home = makeHome();
      const project = join(home.path, 'mats.gyrus');
      for (const [at, file] of mats.entries()) {
        const copy = join(home.path, `${at + 1}.txt`);
        copyFileSync(join(samples ?? '', file), copy);
        await gyrus(
          home,
          'import',
          'pressure',
          project,
          copy,
          '--subject',
          '01',
          '--task',
          ['back', 'left'][at],
        );
      }
      const foot = join(home.path, 'fscan_testL.asf');
      copyFileSync(join(samples ?? '', 'pressure/pressuRe/fscan_testL.asf'), foot);
      await gyrus(home, 'import', 'pressure', project, foot, '--subject', '02', '--task', 'walk');
      browser = await launchBrowser();
      app = await startApp(home, project);
      const context = await browser.newContext({
        viewport: { width: 1440, height: 1000 },
        reducedMotion: 'reduce',
        colorScheme: 'light',
        locale: 'en-US',
      });
      context.setDefaultTimeout(patience);
      page = await context.newPage();
      complaints = listen(page);
      await page.goto(app.url);
      await page.getByTestId('page-project').waitFor();
    }, patience);
    afterAll(async () => {
      await browser?.close();
      await app?.stop();
      home?.remove();
    });

    test('trains the light preset on the recordings of one mat', async () => {
      await visit('keypoints');
      await part('empty-state').waitFor();
      await visit('keypoints/train');
      await part('keypoint-recordings').waitFor();
      expect(await part('keypoint-recordings').locator('tbody tr').count()).toBe(3);
      expect(await page.getByRole('checkbox', { name: /walk/ }).isChecked(), 'another mat').toBe(false);
      await part('keypoint-preset').getByText('pmd mats').click();
      await part('keypoint-keypoints').fill('12');
      await part('keypoint-classificationSteps').fill('6');
      await part('keypoint-frozenSteps').fill('2');
      await part('keypoint-steps').fill('40');
      await part('keypoint-batch').fill('6');
      await part('preflight').waitFor();
      await shoot('keypoint-training');
      await part('start-keypoint-training').click();
      await part('plan').first().waitFor();
      await visit('keypoints/train');
      await page.locator('[data-testid="keypoint-job"][data-state="succeeded"]').waitFor();
      await shoot('keypoint-trained');
    });

    test('shows what it learned on the station', async () => {
      await visit('station');
      await part('station-open').waitFor();
      await part('station-path').fill(join(home.path, '1.txt'));
      await part('station-speed').fill('0');
      await part('station-model').click();
      await page.getByRole('option').first().click();
      await part('station-open').click();
      await part('station-points').waitFor();
      await part('station-posture').waitFor();
      await shoot('station-keypoints');
      await part('station-leave').click();
      expect(complaints).toEqual([]);
    });
  },
  patience,
);
