import type { CDPSession, Page } from 'playwright-core';

export interface LayerSteps {
  readonly vertices: number;
  readonly triangles: number;
  readonly layers: number;
  /** Per change, by the viewer's own clock. */
  readonly viewerMs: number[];
  /** Per change, processor time of all main-thread tasks, less what the page uses when nothing is asked of it. */
  readonly mainThreadMs: number[];
}

/** Time that a change is given to come to rest, slices and charts included. */
const restMs = 400;

/** Drives the Viewer page in a browser of its own. */
export async function stepThroughLayers(
  launch: { executablePath: string; args: string[] },
  url: string,
  rounds: number,
  signal: AbortSignal,
): Promise<LayerSteps> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch(launch);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    // The one-time address forwards to the page itself.
    await page.getByRole('main').first().waitFor();
    await page.getByTestId('rail-viewer').click();
    while ((await measured(page, 'vertexCount')) === 0) {
      signal.throwIfAborted();
      await page.waitForTimeout(restMs);
    }
    // Layers are sampled and uploaded one by one while the page is idle.
    await page.waitForTimeout(4000);
    const slider = page.getByRole('slider', { name: /^(Layer|层)$/ });
    await slider.focus();
    const layers = Number(await slider.getAttribute('aria-valuemax')) + 1;
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const idle = await idleMs(page, session);
    const viewerMs: number[] = [];
    const mainThreadMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (let step = 1; step < layers; step++) {
        signal.throwIfAborted();
        const before = await taskMs(session);
        await page.keyboard.press(round % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
        await page.waitForTimeout(restMs);
        mainThreadMs.push(Math.max(0, (await taskMs(session)) - before - idle));
        viewerMs.push(await measured(page, 'lastUpdateMs'));
      }
    }
    return {
      vertices: await measured(page, 'vertexCount'),
      triangles: await measured(page, 'triangleCount'),
      layers,
      viewerMs,
      mainThreadMs,
    };
  } finally {
    await browser.close();
  }
}

/** One of the numbers that the brain viewer measures about itself; 0 while there is none. */
function measured(page: Page, name: string): Promise<number> {
  return page.evaluate((key) => {
    const numbers: unknown = Reflect.get(globalThis, 'gyrusViewer');
    return typeof numbers === 'object' && numbers !== null ? Number(Reflect.get(numbers, key)) : 0;
  }, name);
}

/** Processor milliseconds of all main-thread tasks so far. */
async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
}

/** What the page, and asking it, costs in the same time without a change. */
async function idleMs(page: Page, session: CDPSession): Promise<number> {
  const spans: number[] = [];
  for (let time = 0; time < 5; time++) {
    const before = await taskMs(session);
    await page.waitForTimeout(restMs);
    spans.push((await taskMs(session)) - before);
  }
  return spans.sort((a, b) => a - b)[2];
}
