import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEventBus } from '../../../main/api/services/event-bus.ts';
import { openSettingsFile } from '../../../main/api/services/settings-file.ts';
import { createWorkspace } from '../../../main/api/services/workspace.ts';
import type { AppEvent } from '../../../main/contract/events.ts';
import { createMemoryCarrier } from '../../../main/jobs/carriers/memory-carrier.ts';
import { createJobRegistry } from '../../../main/jobs/job-registry.ts';
import { openSession } from '../../../main/jobs/project-session.ts';
import { serveCompute } from '../../../main/jobs/serve-compute.ts';
import { scratchFolder, silent } from '../data/scratch.ts';
import { countingJob } from '../jobs/counting-job.ts';

function bench() {
  const folder = scratchFolder();
  const registry = createJobRegistry();
  registry.register(countingJob());
  const carrier = createMemoryCarrier((port) => serveCompute(port, { registry, logger: silent }));
  const settings = openSettingsFile(join(folder, 'settings.json'));
  const events = createEventBus();
  const seen: AppEvent[] = [];
  events.subscribe((event) => seen.push(event));
  const workspace = createWorkspace({
    settings,
    events,
    logger: silent,
    clock: { now: () => 77 },
    openSession: (path, how) =>
      openSession(path, how, { registry, carrier, logger: silent, codeVersion: '1' }),
  });
  return { folder, workspace, settings, seen };
}

test('making, opening and closing projects keeps one open, remembers them and tells the page', async () => {
  const { folder, workspace, settings, seen } = bench();
  expect(() => workspace.require()).toThrow(expect.objectContaining({ code: 'project.none-open' }));
  const a = await workspace.create(join(folder, 'a.gyrus'), 'Study A');
  expect(workspace.require()).toBe(a);
  expect(await workspace.open(a.project.path)).toBe(a);
  await workspace.create(join(folder, 'b.gyrus'), 'Study B');
  expect(workspace.current()?.project.meta.name()).toBe('Study B');
  // The first one was closed, so its lease is free again.
  await workspace.open(a.project.path);
  expect(settings.read().recentProjects.map(({ name, openedAt }) => [name, openedAt])).toEqual([
    ['Study A', 77],
    ['Study B', 77],
  ]);
  await workspace.close();
  expect(workspace.current()).toBeNull();
  expect(seen.filter((event) => event.kind === 'changed' && event.topic === 'project')).toHaveLength(4);
});

test('a refused opening leaves the open project open, and every job update is an event', async () => {
  const { folder, workspace, seen } = bench();
  const { jobs } = await workspace.create(join(folder, 'c.gyrus'), 'C');
  await expect(workspace.open(join(folder, 'none.gyrus'))).rejects.toMatchObject({ code: 'project.missing' });
  expect(workspace.require().project.meta.name()).toBe('C');
  const { id } = jobs.enqueue('test.counting', { chunks: 2 });
  await expect.poll(() => jobs.get(id).state).toBe('succeeded');
  await expect.poll(() => seen.at(-1)).toMatchObject({ kind: 'job', job: { id, state: 'succeeded' } });
  await workspace.close();
});
