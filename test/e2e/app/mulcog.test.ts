import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mulcogResultSchema } from '../../../main/contract/mulcog.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { gyrus, type Home, makeHome, openApp } from './running-app.ts';

const patience = 240_000;

/** Simulated word tasks of two people and one language: small, but every kind of view that a region needs. */
describe('a MulCogBench study in the page', () => {
  let home: Home;
  let page: Page;
  let complaints: string[];
  let close = async () => {};
  let project: string;

  const part = (name: string) => page.getByTestId(name);

  beforeAll(async () => {
    home = makeHome();
    project = join(home.path, 'bench.gyrus');
    await gyrus(home, 'sample', join(home.path, 'bench'), '--kind', 'mulcog', '--small', '--seed', '3');
    await gyrus(home, 'import', 'mulcog', project, join(home.path, 'bench', 'en'));
    await gyrus(
      home,
      'study',
      'run',
      'mulcog',
      project,
      '--sets',
      'en words',
      '--models',
      'encoder,vectors',
      '--shuffles',
      '4',
    );
    ({ page, complaints, close } = await openApp(home, patience, project));
    await part('tray-project').getByText('bench', { exact: true }).waitFor();
  }, 2 * patience);
  afterAll(() => close());

  test('the wizard finds the sets, refuses what is missing, and runs', async () => {
    await page.evaluate(() => {
      window.location.hash = '#/studies/new?study=mulcog';
    });
    await part('mulcog-intersect').waitFor();
    for (const kind of ['sentences', 'stories · fMRI', 'stories · MEG'])
      await page.getByLabel(new RegExp(`English · ${kind}`)).uncheck();
    await part('mulcog-shuffles').fill('5');
    await part('preflight').waitFor();
    await part('start-mulcog').click();
    await part('study-done').waitFor();
    await part('to-results').click();
    await part('mulcog-results').waitFor();
  });

  test('a chosen cell shows its numbers, its parts and its items', async () => {
    const kept = openProject(project, { logger: createLogger(() => {}), access: 'read' });
    const [run] = kept.runs.list({ study: 'mulcog' });
    const result = mulcogResultSchema.parse(run?.summary);
    kept.close();
    const cell = result.cells.find(({ kind, model }) => kind === 'en-rating-word' && model === 'vectors');
    await part('kind-choice').click();
    await page.getByRole('option', { name: 'English · words · ratings' }).click();
    await part('row-choice').click();
    await page.getByRole('option', { name: 'Word vectors' }).click();
    await part('cell-score')
      .getByText((cell?.mean ?? 0).toFixed(3), { exact: false })
      .waitFor();
    await page.locator('[data-testid="item-scatter"][data-items="120"]').waitFor();
  });

  test('two runs are set against each other', async () => {
    await part('compare-choice').click();
    await page.getByRole('option').first().click();
    await part('difference-map').waitFor();
    expect(await part('difference-table').locator('tbody tr').count()).toBeGreaterThan(8);
  });

  test.each([
    ['dark', 'en'],
    ['light', 'zh'],
  ])('no serious accessibility fault: %s, %s', async (theme, language) => {
    if (theme === 'light') {
      // By the rail: a focused choice would take the keys for itself.
      await part('rail-theme').click();
      await part('rail-language').click();
    }
    await page
      .locator(`html[data-mantine-color-scheme="${theme}"][lang="${language}"]`)
      .waitFor({ state: 'attached' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const faults = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target.join(' ')}`));
    expect(faults).toEqual([]);
  });

  test('the console stayed silent', () => {
    // The browser itself tells of the refusal that the wizard shows: the words that a model lacks.
    expect(complaints.filter((line) => !/400/.test(line))).toEqual([]);
  });
});
