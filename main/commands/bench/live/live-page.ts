import type { Browser, Page } from 'playwright-core';
import { mark, wallClockOffset } from './marked-frame.ts';

/** One shown frame; times in milliseconds since the base. */
export interface Picture {
  readonly number: number;
  readonly sent: number;
  /** From its arrival in the station to the answer that carries it. */
  readonly delay: number;
  /** The page had read all of it. */
  readonly fetched: number;
  /** The animation frame that draws it began. */
  readonly begun: number;
  /** Its cells stood in the canvas. */
  readonly drawn: number;
  /** The page's thread had finished the picture. */
  readonly painted: number;
}

/** What the page has seen, as its watcher counts. */
export interface Shown {
  /** What each shown frame went through. */
  readonly pictures: Picture[];
  readonly torn: number;
  /** The station's counters with the newest frame, and the texts on the screen. */
  readonly counters: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Opens the station of a saved device in a page that watches itself. */
export async function openStationPage(
  browser: Browser,
  url: string,
  device: string,
  base: number,
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(watch, { base, mark, clock: wallClockOffset.toString() });
  await page.goto(url);
  await page.getByRole('main').first().waitFor();
  await page.goto(`${new URL(url).origin}/#/station?profile=${encodeURIComponent(device)}`);
  await page.getByTestId('station-screen').waitFor({ timeout: 60_000 });
  return page;
}

/** Begins a recording by the page's own buttons, or ends it. */
export async function record(page: Page, pseudonym: string | null): Promise<void> {
  await page.getByTestId('station-record').click();
  if (pseudonym === null) return;
  await page.getByTestId('station-ask').fill(pseudonym);
  await page.getByTestId('station-ask-done').click();
}

/** Numbers since the last call with `forget`. */
export async function shown(page: Page, forget = false): Promise<Shown> {
  const counts = await page.evaluate((clear) => {
    const seen: unknown = Reflect.get(globalThis, 'gyrusLive');
    const copy: unknown = JSON.parse(JSON.stringify(seen));
    if (clear && typeof seen === 'object' && seen !== null) Object.assign(seen, { pictures: [], torn: 0 });
    return copy;
  }, forget);
  const texts: Record<string, string> = {};
  for (const name of ['frames', 'lost', 'corrupt', 'reconnects'])
    texts[name] = (await page.getByTestId(`counter-${name}`).textContent()) ?? '';
  return { ...(counts as Omit<Shown, 'texts'>), texts };
}

/**
 * Runs in the page before its own scripts. Keeps the newest frame that the page read; when a map is drawn, waits for
 * the picture (the task after the animation frame that it is drawn in) and notes the frame's age and whether it is torn.
 */
function watch({
  base,
  mark,
  clock,
}: {
  base: number;
  mark: {
    time: readonly number[];
    number: readonly number[];
    bits: number;
    ticksPerMs: number;
    pattern: { frame: number; cell: number; values: number };
  };
  clock: string;
}): void {
  const seen = { pictures: [] as Picture[], torn: 0, counters: {} };
  Reflect.set(globalThis, 'gyrusLive', seen);
  // The offset's own source, from this project.
  const offset: number = new Function(`return (${clock})()`)() - base + performance.timeOrigin;
  const now = () => offset + performance.now();
  let newest: ArrayBuffer | null = null;
  let last = -1;
  const joined = (values: Float32Array, cells: readonly number[]) =>
    values[cells[0]] + values[cells[1]] * 2 ** mark.bits;
  /** What the frame says of itself; null before the first. */
  const look = (bytes: ArrayBuffer): Pick<Picture, 'number' | 'sent' | 'delay'> | null => {
    const length = new DataView(bytes).getUint32(0, true);
    const view = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
    seen.counters = view.counters;
    if (view.index < 0) return null;
    const values = new Float32Array(bytes, 4 + length, view.rows * view.cols);
    const number = joined(values, mark.number);
    // The station answers with the frame it has where none came for a while.
    if (number === last) return null;
    last = number;
    const { frame, cell, values: range } = mark.pattern;
    for (let at = 4; at < values.length; at++) {
      if (values[at] === (number * frame + at * cell) % range) continue;
      seen.torn += 1;
      break;
    }
    return { number, sent: joined(values, mark.time) / mark.ticksPerMs, delay: view.delay };
  };
  let fetched = 0;
  const read = ReadableStreamDefaultReader.prototype.read;
  ReadableStreamDefaultReader.prototype.read = async function (this: ReadableStreamDefaultReader) {
    const result = await Reflect.apply(read, this, []);
    fetched = now();
    return result;
  };
  // The page reads only frames that it draws: what it decodes at this place of a buffer is a frame's description.
  const decode = TextDecoder.prototype.decode;
  TextDecoder.prototype.decode = function (this: TextDecoder, input, options) {
    if (input instanceof Uint8Array && input.byteOffset === 4 && input.buffer instanceof ArrayBuffer)
      newest = input.buffer;
    return Reflect.apply(decode, this, [input, options]);
  };
  const channel = new MessageChannel();
  const waiting: { bytes: ArrayBuffer; fetched: number; begun: number; drawn: number }[] = [];
  channel.port1.onmessage = () => {
    const painted = now();
    for (const { bytes, ...times } of waiting.splice(0)) {
      const known = look(bytes);
      if (known !== null) seen.pictures.push({ ...known, ...times, painted });
    }
  };
  // Drawn within an animation frame, a map is in that frame's picture; else in the next one's.
  let inFrame = false;
  let begun = 0;
  let before = 0;
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    ask((time) => {
      inFrame = true;
      begun = now();
      before = fetched;
      callback(time);
      inFrame = false;
    });
  const draw = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (
    this: CanvasRenderingContext2D,
    ...given: unknown[]
  ) {
    Reflect.apply(draw, this, given);
    const bytes = newest;
    if (bytes === null || this.canvas.dataset.testid !== 'pressure-map') return;
    newest = null;
    const drawn = now();
    const painted = () => {
      // What follows the picture is the next task.
      waiting.push({ bytes, fetched: before, begun, drawn });
      channel.port2.postMessage(0);
    };
    if (inFrame) painted();
    else ask(painted);
  };
}
