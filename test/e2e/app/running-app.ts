import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium, headlessChromiumFlags } from '../../../main/core/find-chromium.ts';
import { resolvePaths } from '../../../main/core/paths.ts';

const { root } = resolvePaths();
const bundle = (name: string) => join(root, 'out', 'main', `${name}.js`);

/** The machine's Chromium, else the one that Playwright itself has installed. */
export function launchBrowser(): Promise<Browser> {
  const own = chromium.executablePath();
  const executablePath = findChromium() ?? (existsSync(own) ? own : null);
  if (executablePath === null) {
    throw new Error(
      'No Chromium found: install Chromium or Chrome, or run "npx playwright-core install chromium".',
    );
  }
  return chromium.launch({ executablePath, args: [...headlessChromiumFlags] });
}

/** A home folder of its own: the app may read nothing else, and keeps its settings there. */
export interface Home {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

export function makeHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'gyrus-e2e-'));
  return {
    path,
    env: {
      ...process.env,
      HOME: path,
      USERPROFILE: path,
      GYRUS_USER_DATA: join(path, '.gyrus'),
      LANG: 'en_US.UTF-8',
    },
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Runs the built command line to its end. Throws with its own words when it fails. */
export function gyrus(home: Home, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle('cli'), ...args], { env: home.env });
    let out = '';
    let err = '';
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      err += piece.toString();
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`gyrus ${args[0]}: ${err}`)),
    );
  });
}

export interface RunningApp {
  /** Address with the one-time token. */
  readonly url: string;
  /** Process of the web shell; its child is the compute process. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the built web shell, with a project open where one is given, and resolves with its address. */
export async function startApp(home: Home, project?: string): Promise<RunningApp> {
  const args = [bundle('web'), '--no-open', ...(project === undefined ? [] : [project])];
  const child: ChildProcess = spawn(process.execPath, args, {
    env: home.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('the web shell has no output');
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(stdout).once('line', resolve);
    child.once('close', (code) => reject(new Error(`the web shell ended with ${code}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Everything that a page complained of: console errors and warnings, faults, refused requests. */
export function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

export interface OpenApp {
  readonly app: RunningApp;
  readonly page: Page;
  readonly complaints: string[];
  /** Ends browser and app and removes the home folder. */
  close(): Promise<void>;
}

/** The app in a browser of its own, with a project open where one is given. */
export async function openApp(home: Home, patience: number, project?: string): Promise<OpenApp> {
  const browser = await launchBrowser();
  const app = await startApp(home, project);
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    colorScheme: 'dark',
    locale: 'en-US',
  });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints = listen(page);
  await page.goto(app.url);
  return {
    app,
    page,
    complaints,
    async close() {
      await browser.close();
      await app.stop();
      home.remove();
    },
  };
}

/** The app with a new project of that name, made through the page's own door, at the import. */
export async function openNewProject(home: Home, name: string, patience: number): Promise<OpenApp> {
  const opened = await openApp(home, patience);
  const { page } = opened;
  await page.getByTestId('door-own').click();
  await page.getByTestId('picker-name').fill(name);
  await page.getByTestId('picker-choose').click();
  await page.getByTestId('page-import').waitFor();
  return opened;
}

/** Goes to a page of the app by its address. */
export function visitPage(page: Page, path: string): Promise<void> {
  return page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/${path}`);
}
