import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createEventBus } from '../../main/api/services/event-bus.ts';
import { openSettingsFile } from '../../main/api/services/settings-file.ts';
import { createWorkspace } from '../../main/api/services/workspace.ts';
import { createMemoryCarrier } from '../../main/jobs/carriers/memory-carrier.ts';
import { createJobRegistry } from '../../main/jobs/job-registry.ts';
import { openSession } from '../../main/jobs/project-session.ts';
import { serveCompute } from '../../main/jobs/serve-compute.ts';
import { scratchFolder, silent } from '../unit/data/scratch.ts';

test('a recording whose process is killed is there when the project is opened again', {
  timeout: 60_000,
}, async () => {
  const folder = scratchFolder();
  const path = join(folder, 'station.gyrus');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill', 'recorder-app.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stored = 0;
  for await (const line of createInterface(child.stdout)) {
    stored = Number(line);
    if (stored >= 3) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  const registry = createJobRegistry();
  const carrier = createMemoryCarrier((port) => serveCompute(port, { registry, logger: silent }));
  const workspace = createWorkspace({
    settings: openSettingsFile(join(folder, 'settings.json')),
    events: createEventBus(),
    logger: silent,
    openSession: (file, how) =>
      openSession(file, how, { registry, carrier, logger: silent, codeVersion: '1' }),
  });
  const { project } = await workspace.open(path);
  const [recording] = project.recordings.list();
  expect(recording).toMatchObject({ subject: 'P1', notices: [{ code: 'station.cut-short' }] });
  expect(recording.sampleCount % 128).toBe(0);
  expect(recording.sampleCount).toBeGreaterThanOrEqual(stored * 128);
  const { data } = project.arrays.read(recording.dataArrayId);
  expect(Array.from({ length: recording.sampleCount }, (_, at) => data[8 * at])).toEqual(
    Array.from({ length: recording.sampleCount }, (_, at) => at),
  );
  expect(project.arrays.list()).toHaveLength(1);
  await workspace.close();
});
