import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { findChromium, headlessChromiumFlags } from '../../core/find-chromium.ts';
import { ensureBuilt } from '../../shells/start/build.ts';
import { startWebServer } from '../../shells/web/server.ts';
import type { CommandDeps } from '../command.ts';
import { stepThroughLayers } from './viewer-page.ts';
import { writeViewerProject } from './viewer-project.ts';

const goalMs = 16;

/**
 * Opens the built page in a Chromium, goes to the Viewer, walks through the layers by the slider's own keys, and reads
 * what each change cost the page's main thread: `viewer_ms` by the brain viewer's own clock (upload, drawing calls),
 * `main_thread_ms` as processor time from the key to the frame that shows the layer, React and layout included,
 * `longest_task_ms` as the longest time the page could not answer, `settled_ms` as processor time until slices and charts
 * have followed.
 * Settings: `project` (a project with a finished encoding run; simulated maps when left out), `layers`, `rounds`.
 *
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
  await ensureBuilt(deps.paths.root, (line) => deps.err(`${line}\n`));
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-viewer-'));
  try {
    let project = settings.project;
    if (project === undefined) {
      project = join(folder, 'maps.gyrus');
      const voxels = writeViewerProject(project, Number(settings.layers ?? 13), deps.logger);
      deps.err(`Simulated maps of ${voxels} voxels written.\n`);
    }
    const { composeApp } = await import('../../compose.ts');
    const paths = { ...deps.paths, userData: folder, staging: join(folder, 'staging') };
    const app = await composeApp({ shell: 'web', paths, logger: deps.logger });
    try {
      await app.context.workspace.open(resolve(project));
      const server = await startWebServer(app.handle, 0);
      try {
        const launch = { executablePath, args: [...headlessChromiumFlags] };
        const steps = await stepThroughLayers(launch, server.url, Number(settings.rounds ?? 2), deps.signal);
        return {
          vertices: steps.vertices,
          triangles: steps.triangles,
          layers: steps.layers,
          changes: steps.viewerMs.length,
          viewer_ms: summary(steps.viewerMs),
          main_thread_ms: summary(steps.untilDrawnMs),
          longest_task_ms: summary(steps.longestTaskMs),
          settled_ms: summary(steps.settledMs),
          goal_ms: goalMs,
          met: Math.max(...steps.untilDrawnMs) < goalMs,
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

function summary(values: readonly number[]): { median: number; worst: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return {
    median: rounded(sorted[Math.floor(sorted.length / 2)]),
    worst: rounded(sorted[sorted.length - 1]),
  };
}
