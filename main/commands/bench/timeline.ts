import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { findChromium, headlessChromiumFlags } from '../../core/find-chromium.ts';
import { ensureBuilt } from '../../shells/start/build.ts';
import { startWebServer } from '../../shells/web/server.ts';
import type { CommandDeps } from '../command.ts';
import { lookAtTimeline } from './timeline-page.ts';
import { writeTimelineProject } from './timeline-project.ts';

const OPEN_GOAL_MS = 1000;
/** 60 frames a second, with the jitter of a display's clock. */
const FRAME_GOAL_MS = 17.5;

/**
 * Opens the timeline of many simulated runs in a Chromium and pans it by the mouse: `open_ms` from the click on the rail
 * until every panel in sight is painted, `frame_ms` the intervals between the frames that the page could draw while it was
 * panned, `main_thread_ms` what each of them cost. Settings: `runs`, `checkpoints`, `metrics`, `seeds` (band or lines).
 * @throws UserError('bench.no-chromium') where this machine has none
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
  const size = {
    runs: Number(settings.runs ?? 1000),
    checkpoints: Number(settings.checkpoints ?? 200),
    metrics: Number(settings.metrics ?? 10),
  };
  await ensureBuilt(deps.paths.root, (line) => deps.err(`${line}\n`));
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-timeline-'));
  try {
    const path = join(folder, 'runs.gyrus');
    writeTimelineProject(path, size, deps.logger);
    const { composeApp } = await import('../../compose.ts');
    const paths = { ...deps.paths, userData: folder, staging: join(folder, 'staging') };
    const app = await composeApp({ shell: 'web', paths, logger: deps.logger });
    try {
      await app.context.workspace.open(path);
      const server = await startWebServer(app.handle, 0);
      try {
        const launch = { executablePath, args: [...headlessChromiumFlags] };
        const found = await lookAtTimeline(launch, server.url, deps.signal);
        const frames = summary(found.frameMs);
        return {
          simulated: true,
          size,
          curves: found.curves,
          points: found.points,
          open_ms: Math.round(found.openMs),
          all_seeds: { curves: found.lines.curves, open_ms: Math.round(found.lines.openMs) },
          frame_ms: frames,
          main_thread_ms: summary(found.mainThreadMs),
          frames: found.frameMs.length,
          goal: { open_ms: OPEN_GOAL_MS, frame_ms: FRAME_GOAL_MS },
          met:
            found.openMs < OPEN_GOAL_MS &&
            found.lines.openMs < OPEN_GOAL_MS &&
            frames.median <= FRAME_GOAL_MS,
        };
      } finally {
        await server.close();
      }
    } finally {
      await app.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summary(values: readonly number[]): { median: number; p95: number; worst: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(100 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN)) /
    100;
  return { median: at(0.5), p95: at(0.95), worst: at(1) };
}
