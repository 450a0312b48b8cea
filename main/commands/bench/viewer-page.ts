import type { CDPSession, Page } from 'playwright-core';

export interface LayerSteps {
  readonly vertices: number;
  readonly triangles: number;
  readonly layers: number;
  /** Per change, by the viewer's own clock. */
  readonly viewerMs: number[];
  /** Per change, processor time of the main thread from the key to the end of the frame that first draws the layer. */
  readonly untilDrawnMs: number[];
  /** Per change, wall time of the longest main-thread task until slices and charts have followed as well. */
  readonly longestTaskMs: number[];
  /** Per change, processor time of all main-thread tasks until then. */
  readonly settledMs: number[];
}

/** Time that a change is given to come to rest, slices and charts included; software rendering takes most of it. */
const restMs = 1000;

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
    const viewerMs: number[] = [];
    const costs: ChangeCost[] = [];
    for (let round = 0; round < rounds; round++) {
      for (let step = 1; step < layers; step++) {
        signal.throwIfAborted();
        const key = round % 2 === 0 ? 'ArrowRight' : 'ArrowLeft';
        costs.push(
          changeCost(
            await traced(session, async () => {
              await page.keyboard.press(key);
              await page.waitForTimeout(restMs);
            }),
          ),
        );
        viewerMs.push(await measured(page, 'lastUpdateMs'));
      }
    }
    return {
      vertices: await measured(page, 'vertexCount'),
      triangles: await measured(page, 'triangleCount'),
      layers,
      viewerMs,
      untilDrawnMs: costs.map((cost) => cost.untilDrawnMs),
      longestTaskMs: costs.map((cost) => cost.longestTaskMs),
      settledMs: costs.map((cost) => cost.settledMs),
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

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, as the two below: when it began, how long it took, and its processor time. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } };
}

/** What Chromium's tracing says about its threads while `work` goes on. */
async function traced(session: CDPSession, work: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }) => events.push(...(value as TraceEvent[]));
  session.on('Tracing.dataCollected', collect);
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  const categories = 'devtools.timeline,disabled-by-default-devtools.timeline';
  await session.send('Tracing.start', { categories, transferMode: 'ReportEvents' });
  await work();
  await session.send('Tracing.end');
  await complete;
  session.off('Tracing.dataCollected', collect);
  return events;
}

interface ChangeCost {
  readonly untilDrawnMs: number;
  readonly longestTaskMs: number;
  readonly settledMs: number;
}

/** The cost of one change of layer from a trace of it: tasks of the page's main thread from the key on. */
function changeCost(events: readonly TraceEvent[]): ChangeCost {
  const key = events.find(({ name, args }) => name === 'EventDispatch' && args?.data?.type === 'keydown');
  if (!key) throw new Error('The trace holds no key.');
  const ours = events.filter(({ ph, pid, tid }) => ph === 'X' && pid === key.pid && tid === key.tid);
  const endOf = ({ ts, dur }: TraceEvent) => ts + (dur ?? 0);
  const tasks = ours
    .filter((event) => event.name === 'RunTask' && endOf(event) > key.ts)
    .sort((a, b) => a.ts - b.ts);
  // The map is asked for in the key's own task, so the first frame after it draws it.
  const frame = ours.find(({ name, ts }) => name === 'FireAnimationFrame' && ts > key.ts);
  const drawn = tasks.filter(({ ts }) => frame !== undefined && ts <= frame.ts);
  const processorMs = (some: readonly TraceEvent[]) =>
    some.reduce((sum, { tdur }) => sum + (tdur ?? 0), 0) / 1000;
  return {
    untilDrawnMs: processorMs(drawn),
    longestTaskMs: Math.max(...tasks.map(({ dur }) => dur ?? 0)) / 1000,
    settledMs: processorMs(tasks),
  };
}
