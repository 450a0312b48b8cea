import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../main/core/logger.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { seriousFaults } from './accessibility.ts';
import { type Home, makeHome, openNewProject, type RunningApp } from './running-app.ts';

/** How long one step may take on a busy machine; nothing here waits for a fixed time. */
const patience = 120_000;
/** Too many to be done while the test looks on: it pauses the run itself. */
const steps = 200_000;

describe('a model is trained from the page', () => {
  let home: Home;
  let app: RunningApp;
  let page: Page;
  let complaints: string[];
  let close = async () => {};
  const shown = new Map<string, string>();

  const part = (name: string) => page.getByTestId(name);
  const text = async (name: string) => (await part(name).textContent())?.trim() ?? '';
  const step = async () => Number((await text('live-step')).split('/')[0]?.replace(/\D/g, ''));
  const points = async () => Number(await part('timeline-panels').getAttribute('data-points'));
  const beyond = (least: number) => expect.poll(step, { timeout: patience }).toBeGreaterThan(least);

  beforeAll(async () => {
    home = makeHome();
    ({ app, page, complaints, close } = await openNewProject(home, 'training', patience));
  });
  afterAll(() => close());

  test('the form says what the plan needs and starts it', async () => {
    await part('rail-timeline').click();
    await part('page-timeline').getByTestId('empty-state').waitFor();
    await part('new-training').click();
    await part('train-name').fill('tiny');
    for (const [field, value] of [
      ['layers', '2'],
      ['heads', '2'],
      ['width', '16'],
      ['vocabulary', '280'],
      ['steps', String(steps)],
      ['batch', '4'],
      ['sequence', '16'],
    ] as const)
      await part(`train-${field}`).fill(value);
    await part('train-corpus').click();
    await page.getByRole('option', { name: /Human Rights/ }).click();
    await part('train-precision').click();
    await page.getByRole('option', { name: 'float16' }).click();
    const refused = page.locator('[data-testid="preflight"][data-fits="false"]');
    await refused.getByText('float16 cannot be computed on cpu').waitFor();
    expect(await part('start-training').isDisabled()).toBe(true);
    await part('train-precision').click();
    await page.getByRole('option', { name: 'float32' }).click();
    await page.locator('[data-testid="preflight"][data-fits="true"]').waitFor();
    await part('start-training').click();
    await part('page-timeline').waitFor();
  });

  test('the timeline grows while it trains, with the numbers of the moment', async () => {
    await part('plan').first().click();
    await beyond(8);
    const before = await points();
    await expect.poll(points, { timeout: patience }).toBeGreaterThan(before);
    for (const name of ['loss', 'held-out-loss', 'learning-rate', 'gradient-norm', 'tokens-per-second'])
      expect(Number((await text(`live-${name}`)).replaceAll(',', '')), name).toBeGreaterThan(0);
    await part('live-eta').waitFor();
  });

  test('the compute process is killed: the page says so and training goes on from what was saved', async () => {
    const killed = await step();
    for (const child of childrenOf(app.pid)) process.kill(child, 'SIGKILL');
    await part('resumed-note').waitFor();
    // What was not saved is taken back first, and done again.
    await beyond(Math.max(killed, await step()));
  });

  test('it is paused and resumed', async () => {
    await part('training-pause').click();
    await part('inspector').getByTestId('run-state-paused').waitFor();
    const paused = await step();
    await part('training-resume').click();
    await part('inspector').getByTestId('run-state-training').waitFor();
    await beyond(paused);
    await part('training-pause').click();
    await part('inspector').getByTestId('run-state-paused').waitFor();
    await part('training-resume').waitFor();
    shown.set('step', String(await step()));
  });

  test('two checkpoints are pinned and compared, tensor by tensor and layer by layer', async () => {
    await part('pin-a-0').click();
    await part('pin-b-8').click();
    expect(await text('pin-A')).toContain('tiny, step 0');
    await part('compare').click();
    const rows = part('compare-tensors').locator('tbody tr');
    await rows.first().waitFor();
    shown.set('tensors', String(await rows.count()));
    shown.set(
      'embedding',
      (await rows.filter({ hasText: 'wte.weight' }).locator('td').nth(2).textContent()) ?? '',
    );
    await part('compare-text').fill('All human beings are born free and equal in dignity and rights.');
    await part('compare-layers').click();
    await part('compare-cka').waitFor();
  });

  test.each([
    ['dark', 'en'],
    ['light', 'zh'],
  ])('no page of models has a serious accessibility fault: %s, %s', async (theme, language) => {
    if (theme === 'light') await page.keyboard.press('t');
    if (language === 'zh') await page.keyboard.press('l');
    await page
      .locator(`html[data-mantine-color-scheme="${theme}"][lang="${language}"]`)
      .waitFor({ state: 'attached' });
    const faults = (await seriousFaults(page)).map((fault) => `compare: ${fault}`);
    for (const name of ['models', 'models/train', 'timeline']) {
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#/${name}`);
      await part(`page-${name.split('/').at(-1)}`).waitFor();
      if (name === 'timeline') {
        await part('plan').first().click();
        await part('checkpoints').waitFor();
      }
      faults.push(...(await seriousFaults(page)).map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toEqual([]);
    // Back to the comparison, which the next look begins with.
    await part('pin-a-0').click();
    await part('pin-b-8').click();
    await part('compare').click();
    await part('compare-tensors').waitFor();
  });

  test('every number shown is the one in the project file, and the console stayed silent', async () => {
    expect(complaints).toEqual([]);
    await app.stop();
    const project = openProject(join(home.path, 'training.gyrus'), { logger: createLogger(() => {}) });
    try {
      const [run] = project.training.list();
      if (run === undefined) throw new Error('the project has no run');
      expect(run).toMatchObject({ name: 'tiny', state: 'paused', totalSteps: steps, tokensPerStep: 64 });
      const [loss] = project.training.metrics.list({ runIds: [run.id], names: ['loss'] });
      expect(loss).toMatchObject({ points: Number(shown.get('step')), lastStep: Number(shown.get('step')) });
      const first = project.checkpoints.list(run.id)[0];
      const tensors = project.checkpoints.tensors(first?.id ?? '');
      expect(shown.get('tensors')).toBe(String(tensors.length));
      const norm = tensors.find(({ name }) => name === 'wte.weight')?.norm ?? Number.NaN;
      expect(Number(shown.get('embedding'))).toBeCloseTo(norm, 2);
    } finally {
      project.close();
    }
  });
});

/** Processes that a process started. */
function childrenOf(pid: number): number[] {
  const list = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return list.split('\n').filter(Boolean).map(Number);
}
