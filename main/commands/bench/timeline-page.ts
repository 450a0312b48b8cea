import type { Page } from 'playwright-core';

export interface TimelineLook {
  readonly curves: number;
  readonly points: number;
  /** From the click on the rail until all panels in sight are painted. */
  readonly openMs: number;
  /** The same after asking for every seed as a line of its own. */
  readonly lines: { readonly curves: number; readonly openMs: number };
  /** Intervals between frames while the timeline was panned, and what the timeline did in each. */
  readonly frameMs: readonly number[];
  readonly mainThreadMs: readonly number[];
}

/** Steps of the mouse, and pixels of each. */
const PAN_STEPS = 150;
const PAN_PX = 3;

/** Drives the Timeline page in a browser of its own. */
export async function lookAtTimeline(
  launch: { executablePath: string; args: string[] },
  url: string,
  signal: AbortSignal,
): Promise<TimelineLook> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch(launch);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    await page.getByRole('main').first().waitFor();
    // The page's code is fetched once, as with any page; what is measured is the data.
    await page.getByTestId('rail-timeline').click();
    await painted(page, 0, signal);
    await page.getByTestId('rail-jobs').click();
    await page.getByTestId('page-jobs').waitFor();
    await page.reload();
    await page.getByTestId('page-jobs').waitFor();
    const openMs = await timed(page, '[data-testid="rail-timeline"]', 0, signal);
    const { curves, points } = await timings(page);
    const linesMs = await timed(page, 'label:has-text("Every seed")', curves, signal);
    const lines = { curves: (await timings(page)).curves, openMs: linesMs };
    await page.getByTestId('timeline-in').click();
    await page.getByTestId('timeline-in').click();
    await painted(page, 0, signal);
    return { curves, points, openMs, lines, ...(await pan(page)) };
  } finally {
    await browser.close();
  }
}

interface Timings {
  readonly curves: number;
  readonly points: number;
  readonly complete: boolean;
}

function timings(page: Page): Promise<Timings> {
  return page.evaluate(() => {
    const found: unknown = Reflect.get(globalThis, 'gyrusTimeline');
    const number = (name: string) =>
      typeof found === 'object' && found !== null ? Number(Reflect.get(found, name)) : 0;
    return { curves: number('curves'), points: number('points'), complete: number('complete') === 1 };
  });
}

/** Waits until more than `above` curves are painted. */
async function painted(page: Page, above: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { curves, complete } = await timings(page);
    if (complete && curves > above) return;
    await page.waitForTimeout(50);
  }
}

/** Clicks and tells how long the page took, by its own clock, to have more than `above` curves painted. */
async function timed(page: Page, selector: string, above: number, signal: AbortSignal): Promise<number> {
  const target = page.locator(selector).first();
  await target.waitFor();
  signal.throwIfAborted();
  return target.evaluate(
    (element, least) =>
      new Promise<number>((resolve) => {
        const began = performance.now();
        const look = () => {
          const found: unknown = Reflect.get(globalThis, 'gyrusTimeline');
          const number = (name: string) =>
            typeof found === 'object' && found !== null ? Number(Reflect.get(found, name)) : 0;
          if (number('complete') === 1 && number('curves') > least) resolve(performance.now() - began);
          else requestAnimationFrame(look);
        };
        if (element instanceof HTMLElement) element.click();
        requestAnimationFrame(look);
      }),
    above,
  );
}

/** Pans by the mouse, there and back, and reads the page's frames. */
async function pan(page: Page): Promise<Pick<TimelineLook, 'frameMs' | 'mainThreadMs'>> {
  const box = await page.getByTestId('timeline-panels').boundingBox();
  if (box === null) throw new Error('the timeline is not drawn');
  const [x, y] = [box.x + box.width / 2, box.y + 100];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 10, y);
  const before = await page.evaluate(() => {
    const marks: number[] = [];
    Reflect.set(globalThis, 'benchFrames', marks);
    const tick = (now: number) => {
      marks.push(now);
      if (Reflect.get(globalThis, 'benchFrames') === marks) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    return performance.now();
  });
  for (let step = 0; step < PAN_STEPS; step++) {
    const way = step < PAN_STEPS / 2 ? step : PAN_STEPS - step;
    await page.mouse.move(x - PAN_PX * way, y);
  }
  const found = await page.evaluate(() => {
    const marks: unknown = Reflect.get(globalThis, 'benchFrames');
    Reflect.deleteProperty(globalThis, 'benchFrames');
    const timeline: unknown = Reflect.get(globalThis, 'gyrusTimeline');
    const costs: unknown =
      typeof timeline === 'object' && timeline !== null ? Reflect.get(timeline, 'frameMs') : [];
    const numbers = (list: unknown) => (Array.isArray(list) ? list.map(Number) : []);
    return { marks: numbers(marks), costs: numbers(costs) };
  });
  await page.mouse.up();
  const marks = found.marks.filter((at) => at > before);
  const frameMs = marks.slice(1).map((at, index) => at - marks[index]);
  return { frameMs, mainThreadMs: found.costs.slice(-frameMs.length) };
}
