import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolvePaths } from '../../main/core/paths.ts';
import { findElectron } from '../../main/shells/start/electron-binary.ts';

const { root } = resolvePaths();
const executablePath = findElectron(root);
if (executablePath === null) {
  process.stderr.write('SKIPPED: there is no Electron binary here, so the real window was not driven.\n');
}

describe.skipIf(executablePath === null)('the desktop window', () => {
  let app: ElectronApplication;
  let page: Page;
  beforeAll(async () => {
    const userData = mkdtempSync(join(tmpdir(), 'gyrus-window-'));
    app = await _electron.launch({
      executablePath: executablePath ?? '',
      args: [root],
      env: { ...process.env, GYRUS_USER_DATA: userData },
    });
    page = await app.firstWindow();
    await page.waitForLoadState('domcontentloaded');
  });
  afterAll(() => app?.close());

  test('shows the page of the one handler', async () => {
    expect(page.url()).toMatch(/^gyrus:\/\/app\//);
    const answer = await page.evaluate(async () => (await fetch('/api/settings.app')).json());
    expect(answer).toMatchObject({ result: { data: { json: { shell: 'electron' } } } });
    await page.locator('#root button').first().waitFor();
  });

  test('gives the page native dialogs and nothing of Node.js', async () => {
    const found = await page.evaluate(() => ({
      native: Object.keys(Reflect.get(window, 'gyrusNative')).sort(),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
    }));
    expect(found).toEqual({ native: ['ask', 'pathOf'], node: [] });
  });

  test('goes nowhere else and opens nothing', async () => {
    const opened = await page.evaluate(() => window.open('https://example.org/') === null);
    expect(opened).toBe(true);
    await page.evaluate(() => {
      window.location.href = 'https://example.org/';
    });
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(page.url()).toMatch(/^gyrus:\/\/app\//);
    expect(app.windows()).toHaveLength(1);
    const outside = page.evaluate(() =>
      fetch('https://example.org/').then(
        () => 'reached',
        () => 'blocked',
      ),
    );
    expect(await outside).toBe('blocked');
  });

  test('streams events', async () => {
    const first = await page.evaluate(async () => {
      const reader = (await fetch('/events')).body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      await reader?.cancel();
      return new TextDecoder().decode(value);
    });
    expect(first).toContain('"kind":"hello"');
  });
});
