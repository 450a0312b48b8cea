import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { composeApp } from '../../main/compose.ts';
import { createLogger } from '../../main/core/logger.ts';
import { resolvePaths } from '../../main/core/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-compose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const logger = createLogger(() => {});

test('the composed app makes, closes and opens a project, and answers through its one handler', async () => {
  const paths = { ...resolvePaths(), userData: folder, staging: join(folder, 'staging') };
  const app = await composeApp({ shell: 'web', paths, logger });
  const { workspace } = app.context;
  const path = join(folder, 'first.gyrus');
  expect(() => workspace.require()).toThrow(expect.objectContaining({ code: 'project.none-open' }));
  await workspace.create(path, 'First');
  expect(workspace.require().project.meta.name()).toBe('First');
  await expect(workspace.create(path, 'Again')).rejects.toMatchObject({ code: 'project.exists' });

  await workspace.open(path);
  const jobs = await app.handle(new Request('http://localhost/api/jobs.list'));
  expect(await jobs.json()).toMatchObject({ result: {} });
  expect(() => workspace.require().jobs.enqueue('import.fmri', { name: 'x', runs: [] })).toThrow(
    expect.objectContaining({ code: 'job.bad-params' }),
  );
  await app.close();
  await app.close();
  expect(workspace.current()).toBeNull();
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test('a job runs in a real compute process, whose refusal comes back as its sentence', async () => {
  const paths = { ...resolvePaths(), userData: folder, staging: join(folder, 'staging') };
  const app = await composeApp({ shell: 'web', paths, logger });
  const { jobs } = await app.context.workspace.create(join(folder, 'second.gyrus'), 'Second');
  const image = join(folder, 'missing.nii.gz');
  const { id } = jobs.enqueue('import.fmri', { name: 'x', runs: [{ image, subject: '01', task: 'listen' }] });
  const ended = await new Promise<ReturnType<typeof jobs.get>>((resolve) => {
    app.context.events.subscribe((event) => {
      if (event.kind === 'job' && event.job.id === id && event.job.endedAt !== null) resolve(event.job);
    });
  });
  const told = z.object({ failed: z.array(z.unknown()) }).safeParse(ended.result);
  expect(ended.state === 'failed' || (told.success && told.data.failed.length === 1)).toBe(true);
  await app.close();
});
