import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameReports } from '../../unit/live/hid-bytes.ts';
import { type Home, launchBrowser, listen, makeHome, type RunningApp, startApp } from './running-app.ts';

const patience = 60_000;
/** Folder for pictures to be looked at; none are taken where it is not set. */
const shots = process.env.GYRUS_SHOTS;

const eventually = (read: () => Promise<string | null>) => expect.poll(read, { timeout: patience });

/**
 * Gives the page a HID device of ours in place of the browser's, as no machine of the tests has one plugged in. The
 * page, the server and everything between are real.
 */
function plugIn() {
  const device = Object.assign(new EventTarget(), {
    opened: false,
    vendorId: 0x1209,
    productId: 1,
    productName: 'Pressure mat',
    collections: [{ usagePage: 0xff00, usage: 1 }],
    open: async () => {},
    close: async () => {},
  });
  let plugged = true;
  const hid = Object.assign(new EventTarget(), {
    getDevices: async () => (plugged ? [device] : []),
    requestDevice: async () => [device],
  });
  Object.defineProperty(navigator, 'hid', { value: hid });
  const event = (name: string, parts: object) => Object.assign(new Event(name), parts);
  addEventListener('hid-report', (asked) => {
    const { id, bytes } = Reflect.get(asked, 'detail');
    const data = new DataView(Uint8Array.from(bytes).buffer);
    device.dispatchEvent(event('inputreport', { reportId: id, data }));
  });
  addEventListener('hid-plug', (asked) => {
    plugged = Reflect.get(asked, 'detail');
    hid.dispatchEvent(event(plugged ? 'connect' : 'disconnect', { device }));
  });
}

describe('the station with a mat that speaks HID', { timeout: 3 * patience }, () => {
  let home: Home;
  let app: RunningApp;
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    home = makeHome();
    browser = await launchBrowser();
    app = await startApp(home);
    context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: 'en-US' });
  }, patience);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    home?.remove();
  });

  const station = async (page: Page, preset: RegExp) => {
    page.setDefaultTimeout(patience);
    await page.goto(app.url);
    await page.getByTestId('rail-station').click();
    await page.getByTestId('station-preset').click();
    return page.getByRole('option', { name: preset });
  };
  const shoot = async (page: Page, name: string) => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };

  test('chosen, shown, unplugged and plugged in again', async () => {
    const page = await context.newPage();
    const complaints = listen(page);
    await page.addInitScript(plugIn);
    const part = (name: string) => page.getByTestId(name);
    await (await station(page, /^HID device/)).click();
    expect(await part('station-open').isDisabled()).toBe(true);
    await part('station-hid-device').click();
    await page.getByRole('option', { name: 'Pressure mat (1209:0001, ff00/0001)' }).click();
    await part('station-rows').fill('8');
    await part('station-cols').fill('8');
    await shoot(page, 'station-hid-form');
    await part('station-open').click();
    await eventually(() => part('station-state').textContent()).toBe('Live');
    const send = async (indices: number[]) => {
      const reports = indices.flatMap((index) => frameReports(index));
      await page.evaluate(
        (all) => {
          for (const detail of all) dispatchEvent(new CustomEvent('hid-report', { detail }));
        },
        reports.map(({ id, bytes }) => ({ id, bytes: [...bytes] })),
      );
    };
    const plug = (detail: boolean) =>
      page.evaluate((plugged) => dispatchEvent(new CustomEvent('hid-plug', { detail: plugged })), detail);
    await send([0, 1, 2, 3, 4]);
    await eventually(() => part('counter-frames').textContent()).toBe('5');
    await plug(false);
    await part('station-trouble').waitFor();
    expect(await part('station-trouble').textContent()).toContain('the HID device was unplugged');
    await shoot(page, 'station-hid-unplugged');
    await plug(true);
    await eventually(() => part('station-state').textContent()).toBe('Live');
    await send([5]);
    await eventually(() => part('counter-frames').textContent()).toBe('6');
    expect(await part('counter-reconnects').textContent()).toBe('1');
    expect(await part('counter-corrupt').textContent()).toBe('0');
    await part('station-leave').click();
    await part('station-open').waitFor();
    await page.keyboard.press('l');
    await page.locator('html[lang="zh"]').waitFor();
    await part('station-preset').click();
    await page.getByRole('option', { name: 'HID 设备', exact: true }).click();
    expect(await part('station-hid-request').textContent()).toBe('查找设备…');
    await shoot(page, 'station-hid-form-zh');
    expect(complaints).toEqual([]);
  });

  test('a browser without WebHID says what to use', async () => {
    const page = await context.newPage();
    await page.addInitScript(() => Object.defineProperty(navigator, 'hid', { value: undefined }));
    const option = await station(page, /^HID 设备：需要 Gyrus 窗口/);
    await option.waitFor();
    expect(await option.getAttribute('data-combobox-disabled')).toBe('true');
    await shoot(page, 'station-hid-missing');
  });
});
