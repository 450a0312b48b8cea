import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, headlessChromiumFlags } from '../../../main/core/find-chromium.ts';
import type { BrainTimings } from '../../../renderer/viewers/brain/props.ts';
import { layerCount } from './harness/data.ts';
import { startHarness } from './harness-server.ts';

/** How long a state is waited for on a slow machine that draws without a graphics card. */
const patience = { timeout: 60_000 };

const executablePath = findChromium();
if (!executablePath)
  process.stdout.write('No Chromium on this machine: the viewers are not tested in a page.\n');

describe.skipIf(!executablePath)('viewers in Chromium', () => {
  let browser: Browser;
  let harness: Awaited<ReturnType<typeof startHarness>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    harness = await startHarness();
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: [...headlessChromiumFlags],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await harness?.close();
  });

  async function open(query: string): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 880, height: 640 },
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${harness.url}?${query}`);
    return page;
  }

  /** RGBA bytes of PNG pictures (base64), put to `judge` in the page, which can decode them. */
  function judged(page: Page, pictures: readonly string[], judge: (pixels: Uint8ClampedArray[]) => number) {
    return page.evaluate(
      async ([source, ...encoded]) => {
        const pixels = await Promise.all(
          encoded.map(async (picture) => {
            const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
            const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
            const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
            context?.drawImage(bitmap, 0, 0);
            return context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray();
          }),
        );
        const answer: unknown = new Function('pixels', `return (${source})(pixels)`)(pixels);
        return Number(answer);
      },
      [judge.toString(), ...pictures],
    );
  }

  /** Largest difference of any colour channel between two pictures, 0 to 255. */
  function greatestDifference(page: Page, one: string, other: string): Promise<number> {
    return judged(page, [one, other], ([a, b]) =>
      a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0),
    );
  }

  /** Pixels that are clearly red or blue: the map's, since the surface and the page are grey. */
  function colouredPixels(page: Page, one: string): Promise<number> {
    return judged(page, [one], ([a]) => {
      let count = 0;
      for (let at = 0; at < a.length; at += 4) if (Math.abs(a[at] - a[at + 2]) > 60) count++;
      return count;
    });
  }

  const brainOf = (page: Page) => page.getByRole('application', { name: /Cortical surface/ });
  const slicesOf = (page: Page) => page.getByRole('application', { name: /Orthogonal slices/ });

  /** The brain once it stands still: two equal pictures in a row. */
  async function picture(page: Page): Promise<string> {
    let last = '';
    for (let tries = 0; tries < 60; tries++) {
      const next = (await brainOf(page).screenshot()).toString('base64');
      if (next === last) return next;
      last = next;
    }
    throw new Error('The brain never stood still.');
  }

  async function drawn(page: Page): Promise<void> {
    await page.waitForFunction(() => (window.gyrusViewer?.vertexCount ?? 0) > 0);
    // A slow graphics card shows the bare surface for some frames before the map on it.
    const coloured = async () => colouredPixels(page, await picture(page));
    await expect.poll(coloured, patience).toBeGreaterThan(100);
  }

  it('draws 168,390 vertices and other pixels for every layer, and says how long the change took', async () => {
    const page = await open('scheme=dark');
    await drawn(page);
    const timings: BrainTimings | undefined = await page.evaluate(() => window.gyrusViewer);
    expect(timings?.vertexCount).toBe(168_390);
    expect(timings?.triangleCount).toBe(337_014);
    const pictures = new Set([await picture(page)]);
    await page.getByRole('slider', { name: 'Layer', exact: true }).focus();
    for (let layer = 1; layer < 4; layer++) {
      await page.keyboard.press('ArrowRight');
      await page.getByRole('heading', { name: `r, layer ${layer}`, exact: true }).waitFor();
      await expect.poll(async () => pictures.has(await picture(page)), patience).toBe(false);
      pictures.add(await picture(page));
    }
    expect(pictures.size).toBe(4);
    const took = await page.evaluate(() => window.gyrusViewer?.lastUpdateMs ?? Number.NaN);
    process.stdout.write(
      `Brain viewer: last change of ${layerCount} layers took ${took.toFixed(2)} ms of main thread\n`,
    );
    expect(took).toBeGreaterThan(0);
    await page.context().close();
  });

  it('turns by keys to named views and answers with the right edge letters', async () => {
    const page = await open('scheme=dark');
    await drawn(page);
    await brainOf(page).focus();
    const edges = () => brainOf(page).locator('span').allInnerTexts();
    for (const [key, letters] of [
      ['1', 'APSI'],
      ['2', 'PASI'],
      ['5', 'LRAP'],
      ['6', 'RLAP'],
      ['7', 'RLSI'],
      ['8', 'LRSI'],
    ]) {
      await page.keyboard.press(key);
      await expect.poll(async () => (await edges()).join(''), patience).toBe(letters);
    }
    await page.context().close();
  });

  it('links brain, slices and cursor both ways', async () => {
    const page = await open('scheme=dark');
    await drawn(page);
    const cursor = async () => JSON.parse((await page.getByTestId('cursor').textContent()) ?? 'null');
    const box = await brainOf(page).boundingBox();
    if (!box) throw new Error('no brain');
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    // The tree of the picker is built in the background; the first answer tells that it is ready.
    await expect
      .poll(async () => {
        await page.mouse.click(...middle);
        return cursor();
      }, patience)
      .not.toBeNull();
    const onBrain = await cursor();
    expect(onBrain.mm[0]).toBeLessThan(-40);
    expect(onBrain.voxel).toBeGreaterThanOrEqual(0);
    const before = await picture(page);
    await slicesOf(page).focus();
    await page.keyboard.press('3');
    await page.keyboard.press('ArrowUp');
    const moved = await cursor();
    expect(moved.mm[1]).toBeCloseTo(onBrain.mm[1] + 3, 3);
    expect(moved.mm[0]).toBeCloseTo(onBrain.mm[0], 6);
    await page.keyboard.press('f');
    expect(await page.getByRole('radio', { name: 'Radiological' }).isChecked()).toBe(true);
    await page.keyboard.press('ArrowRight');
    expect((await cursor()).mm[0]).toBeCloseTo(onBrain.mm[0] - 3, 3);
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowUp');
    await expect.poll(async () => (await picture(page)) === before, patience).toBe(false);
    await page.context().close();
  });

  it('changes the picture with thresholds, and counts exactly', async () => {
    const page = await open('scheme=light');
    await drawn(page);
    const status = page.getByText(/^Above threshold/);
    const fdr = await status.textContent();
    const before = await picture(page);
    await page.getByText('Value', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Threshold of positive values' }).fill('0.2');
    await page.getByRole('checkbox', { name: 'Show negative values' }).uncheck();
    await page.getByText('Hidden', { exact: true }).click();
    const changed = async () => greatestDifference(page, before, await picture(page));
    await expect.poll(changed, patience).toBeGreaterThan(50);
    const { simulatedMap } = await import('./harness/data.ts');
    const above = simulatedMap().layers[0].values.filter((value) => value >= 0.2).length;
    const text = await status.textContent();
    expect(text).not.toBe(fdr);
    expect(text).toBe(
      `Above threshold: ${above.toLocaleString('en')} positive, 0 negative of ${(77_671).toLocaleString('en')} voxels`,
    );
    await page.context().close();
  });

  it('saves PNG files that say 300 dpi, and CSV with a row per voxel', async () => {
    const page = await open('scheme=dark');
    await drawn(page);
    const save = async (name: string, at: number) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).nth(at).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const box = await brainOf(page).boundingBox();
    for (const at of [0, 1]) {
      const { name, bytes } = await save('Save PNG, 300 dpi', at);
      expect(name).toBe(['r-layer-0.png', 'slices-layer-0.png'][at]);
      expect(bytes.toString('latin1', 37, 41)).toBe('pHYs');
      expect(bytes.readUInt32BE(41)).toBe(11_811);
      // As wide as on screen at 300 / 96 pixels per CSS pixel, the colour bar beside it.
      if (at === 0) expect(bytes.readUInt32BE(16)).toBeCloseTo(((box?.width ?? 0) + 78) * 3.125, -1);
    }
    const { bytes } = await save('Save values as CSV', 0);
    const lines = bytes.toString('utf8').trimEnd().split('\r\n');
    expect(lines[0]).toBe('i,j,k,x_mm,y_mm,z_mm,r,p');
    expect(lines).toHaveLength(77_672);
    await page.context().close();
  });

  it('comes back after the graphics context was lost', async () => {
    const page = await open('scheme=dark');
    await drawn(page);
    const before = await picture(page);
    const extension = await page.evaluateHandle(() =>
      document
        .querySelector<HTMLCanvasElement>('[aria-label^="Cortical"] canvas')
        ?.getContext('webgl2')
        ?.getExtension('WEBGL_lose_context'),
    );
    await extension.evaluate((context) => context?.loseContext());
    await page.getByRole('alert').waitFor();
    // Given back only after the loss was seen, so that a slow machine sees both.
    await extension.evaluate((context) => context?.restoreContext());
    await page.getByRole('alert').waitFor({ state: 'detached' });
    const changed = async () => greatestDifference(page, before, await picture(page));
    await expect.poll(changed, patience).toBeLessThanOrEqual(2);
    // three.js reports the loss itself; that is not ours to complain about.
    complaints.splice(
      0,
      complaints.length,
      ...complaints.filter((text) => !/context (was )?lost|Context (Lost|Restored)/i.test(text)),
    );
    await page.context().close();
  });

  it.each(['dark', 'light'])('has no serious accessibility violation, %s', async (scheme) => {
    for (const query of [`scheme=${scheme}`, `page=charts&scheme=${scheme}`]) {
      const page = await open(query);
      if (query.startsWith('scheme')) await drawn(page);
      else await page.getByText('r = 0.8').first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
        [],
      );
      await page.context().close();
    }
  });

  it('wrote nothing to the console', () => {
    expect(complaints).toEqual([]);
  });
});
