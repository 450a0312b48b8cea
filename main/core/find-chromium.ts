import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * The Chromium of this machine, for printing reports, benches and tests: `GYRUS_CHROMIUM` where it is set, else the
 * first known name on the PATH, else the usual places of macOS and Windows; null where there is none.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env.GYRUS_CHROMIUM) return existsSync(env.GYRUS_CHROMIUM) ? env.GYRUS_CHROMIUM : null;
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      for (const ending of process.platform === 'win32' ? ['.exe'] : ['']) {
        const file = join(folder, name + ending);
        if (folder !== '' && existsSync(file)) return file;
      }
    }
  }
  return elsewhere.find((file) => existsSync(file)) ?? null;
}

/**
 * Flags for a headless Chromium that must draw WebGL without a graphics card, inside a container, and keep to itself.
 */
export const headlessChromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-quic',
];
