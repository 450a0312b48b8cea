import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { openSettingsFile } from '../../api/services/settings-file.ts';
import type { Device } from '../../contract/live.ts';
import { stationProfileSchema } from '../../contract/station.ts';
import { UserError } from '../../core/errors.ts';
import { findChromium } from '../../core/find-chromium.ts';
import type { Project } from '../../data/project.ts';
import { ensureBuilt } from '../../shells/start/build.ts';
import { startWebServer } from '../../shells/web/server.ts';
import type { CommandDeps } from '../command.ts';
import { openStationPage, record, type Shown, shown } from './live/live-page.ts';
import { readMark } from './live/marked-frame.ts';
import { quantiles, stageTable } from './live/stage-table.ts';
import { type DeviceOrder, type DeviceTally, liveFraming } from './live-device.ts';

const goalMs = 33;
/** Seconds that are not measured, while the page warms up. */
const WARM_S = 5;
/** Seconds between two pieces of garbage, and between two frames with a wrong checksum. */
const GARBAGE_S = 7;
const CORRUPT_S = 31;
/** Shares of the time after which the cable is pulled. */
const PULLS = [1 / 3, 2 / 3];

const timesSchema = z.object({ startedAt: z.number(), arrivals: z.array(z.number()) });

/**
 * A pressure mat at full rate, from a process that plays the device to the picture in a Chromium, through the product's
 * own station while it records: frames lost or torn (each recorded cell is compared), and the time from the device's
 * sending to the painted picture, in all and by the stages of its way. Garbage and wrong checksums are sent in between;
 * the serial cable is pulled twice.
 * Settings: minutes (10), only (serial or udp), rows (64), cols (32), rate (100).
 * @throws UserError `bench.no-chromium`, `bench.no-socat`
 */
export async function bench(
  deps: CommandDeps,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new UserError(
      'bench.no-chromium',
      'There is no Chromium on the PATH: install one, or name it in GYRUS_CHROMIUM.',
    );
  }
  await ensureBuilt(deps.paths.root, (line) => deps.err(`${line}\n`));
  const { chromium } = await import('playwright-core');
  const results: Record<string, unknown> = { goal_p99_ms: goalMs, simulated: true };
  for (const wire of ['serial', 'udp'] as const) {
    if (settings.only !== undefined && settings.only !== wire) continue;
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-live-'));
    try {
      const size = { rows: Number(settings.rows ?? 64), cols: Number(settings.cols ?? 32) };
      const plan = {
        wire,
        folder,
        ...size,
        rate: settings.rate ?? '100',
        minutes: Number(settings.minutes ?? 10),
      };
      results[wire] = await oneWire(deps, browser, plan);
      deps.err(`${wire}: ${JSON.stringify(results[wire])}\n`);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
  return results;
}

interface Plan {
  readonly wire: 'serial' | 'udp';
  readonly folder: string;
  readonly rows: number;
  readonly cols: number;
  readonly rate: string;
  readonly minutes: number;
}

async function oneWire(deps: CommandDeps, browser: Browser, plan: Plan): Promise<Record<string, unknown>> {
  const { folder, rows, cols, wire } = plan;
  const cable = wire === 'serial' ? await plug(folder) : null;
  const port = wire === 'udp' ? await freePort() : 0;
  const device = stationProfileSchema.parse({
    name: 'bench',
    transport:
      wire === 'serial'
        ? { kind: 'serial', path: cable?.near, baudRate: 4_000_000 }
        : { kind: 'udp', port, host: '127.0.0.1' },
    framing: liveFraming,
    rows,
    cols,
  });
  openSettingsFile(join(folder, 'settings.json')).change({ stations: [device] });
  const { composeApp } = await import('../../compose.ts');
  const paths = { ...deps.paths, userData: folder, staging: join(folder, 'staging') };
  const app = await composeApp({ shell: 'web', paths, logger: deps.logger });
  const base = Date.now();
  let sender: Sender | null = null;
  try {
    const { project } = await app.context.workspace.create(join(folder, 'live.gyrus'), 'live');
    const server = await startWebServer(app.handle, 0);
    try {
      const page = await openStationPage(browser, server.url, device.name, base);
      await record(page, 'P01');
      await page.getByTestId('station-ask').waitFor({ state: 'detached' });
      sender = startDevice({ to: cable?.far ?? String(port), rate: plan.rate, rows, cols, base });
      await sleep(WARM_S * 1000);
      await shown(page, true);
      const pulls = await during(deps, page, sender, cable, plan.minutes * 60);
      const tally = await sender.stop();
      await sleep(500);
      const seen = await shown(page);
      const began = performance.now();
      await record(page, null);
      const recorded = await recording(project, device, base);
      return {
        ...outcome(seen, tally, recorded),
        pulls,
        stop_recording_s: (performance.now() - began) / 1000,
      };
    } finally {
      await server.close();
    }
  } finally {
    sender?.kill();
    cable?.kill();
    await app.close();
  }
}

/** Lets time pass and sends what a cable brings besides frames. @returns what the page said while it was unplugged */
async function during(
  deps: CommandDeps,
  page: Page,
  sender: Sender,
  cable: Cable | null,
  seconds: number,
): Promise<string[]> {
  const said: string[] = [];
  const pulls = cable === null ? [] : PULLS.map((share) => Math.round(share * seconds));
  for (let second = 1; second <= seconds; second++) {
    deps.signal.throwIfAborted();
    await sleep(1000);
    if (second % GARBAGE_S === 0) sender.tell('garbage');
    if (second % CORRUPT_S === 0) sender.tell('corrupt');
    if (cable === null || !pulls.includes(second)) continue;
    await sender.cut();
    await sleep(200);
    cable.kill();
    const trouble = page.getByTestId('station-trouble');
    await trouble.waitFor({ timeout: 10_000 });
    said.push((await trouble.textContent()) ?? '');
    await cable.plug();
    await page.getByTestId('station-trouble').waitFor({ state: 'detached', timeout: 20_000 });
    sender.tell('plugged');
  }
  return said;
}

function outcome(seen: Shown, tally: DeviceTally, recorded: Recorded): Record<string, unknown> {
  const { at, count } = quantiles(seen.pictures.map(({ sent, painted }) => painted - sent));
  return {
    frames_sent: tally.frames,
    frames_recorded: recorded.frames,
    lost: tally.frames - recorded.distinct,
    torn: recorded.torn + seen.torn,
    garbage_sent: tally.garbage,
    corrupt_sent: tally.corrupt,
    counters: seen.counters,
    counters_on_screen: seen.texts,
    frames_shown: count,
    latency_ms: { p50: at(0.5), p90: at(0.9), p99: at(0.99), worst: at(1) },
    device_late_ms: tally.latest,
    stages_ms: stageTable(seen.pictures, recorded.arrivals),
    met: at(0.99) < goalMs && recorded.torn + seen.torn === 0 && tally.frames === recorded.distinct,
  };
}

interface Recorded {
  readonly frames: number;
  /** Different numbers among them. */
  readonly distinct: number;
  readonly torn: number;
  /** When each frame's number arrived in the station, in milliseconds since the base. */
  readonly arrivals: ReadonlyMap<number, number>;
}

/** Waits for the recording to be whole and compares every cell of it. */
async function recording(project: Project, { rows, cols }: Device, base: number): Promise<Recorded> {
  for (;;) {
    const [found] = project.recordings.list();
    if (found === undefined) {
      await sleep(50);
      continue;
    }
    const { startedAt, arrivals: seconds } = timesSchema.parse(
      project.arrays.info(found.dataArrayId).attributes,
    );
    const arrivals = new Map<number, number>();
    let torn = 0;
    const step = 128;
    for (let start = 0; start < found.sampleCount; start += step) {
      const stop = Math.min(found.sampleCount, start + step);
      const { data } = project.arrays.read(found.dataArrayId, [
        { start, stop },
        { start: 0, stop: rows },
        { start: 0, stop: cols },
      ]);
      for (let frame = 0; frame < stop - start; frame++) {
        const { number, whole } = readMark(
          Float32Array.from(
            data.subarray(frame * rows * cols, (frame + 1) * rows * cols) as ArrayLike<number>,
          ),
        );
        arrivals.set(number, startedAt - base + 1000 * seconds[start + frame]);
        if (!whole) torn += 1;
      }
    }
    return { frames: found.sampleCount, distinct: arrivals.size, torn, arrivals };
  }
}

interface Sender {
  tell(order: DeviceOrder): void;
  /** Half a frame, then silence. */
  cut(): Promise<void>;
  stop(): Promise<DeviceTally>;
  kill(): void;
}

function startDevice(settings: Readonly<Record<string, string | number>>): Sender {
  const set = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const child: ChildProcess = fork(process.argv[1], ['bench', 'live-device', '--set', ...set], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answer = <T>(order: DeviceOrder): Promise<T> =>
    new Promise((resolve, reject) => {
      child.once('message', (said) => resolve(said as T));
      child.once('exit', (code) => reject(new Error(`the simulated device ended with ${code}`)));
      child.send(order);
    });
  return {
    tell: (order) => void child.send(order),
    cut: () => answer('cut'),
    stop: () => answer<DeviceTally>('stop'),
    kill: () => void child.kill('SIGKILL'),
  };
}

interface Cable {
  readonly near: string;
  readonly far: string;
  plug(): Promise<void>;
  kill(): void;
}

/** A pair of pseudo terminals, which socat joins. */
async function plug(folder: string): Promise<Cable> {
  if (spawnSync('socat', ['-V']).status !== 0)
    throw new UserError(
      'bench.no-socat',
      'There is no socat on the PATH: install it, or use --set only=udp.',
    );
  const [near, far] = ['near', 'far'].map((name) => join(folder, name));
  let child: ChildProcess | null = null;
  const cable = {
    near,
    far,
    async plug() {
      child = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
      while (!existsSync(far) || !existsSync(near)) await sleep(10);
    },
    kill: () => void child?.kill('SIGKILL'),
  };
  await cable.plug();
  return cable;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
