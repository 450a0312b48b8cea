import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../../main/commands/run-cli.ts';
import { createLogger } from '../../main/core/logger.ts';
import { openProject } from '../../main/data/open-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const logger = createLogger(() => {});

async function gyrus(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test('new, info, verify and export of one project, as a person and as a script would', async () => {
  const path = join(folder, 'study.gyrus');
  expect(await gyrus('new', path, '--name', 'A study')).toEqual({ code: 0, out: `Made ${path}\n`, err: '' });
  expect(await gyrus('new', path)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('is there already'),
  });

  const project = openProject(path, { logger });
  const { id } = project.arrays.put(
    { name: 'map', shape: [2, 3], chunkShape: [1, 3], dtype: 'float32', unit: 'r' },
    Float32Array.of(1, 2, 3, 4, 5, 6),
  );
  project.close();

  const info = JSON.parse((await gyrus('info', path, '--arrays', '--json')).out);
  expect(info).toMatchObject({
    name: 'A study',
    arrayCount: 1,
    arrays: [{ id, name: 'map', shape: [2, 3], unit: 'r' }],
  });
  expect((await gyrus('info', path, '--arrays')).out).toContain('map  2 × 3 float32 r');

  expect(JSON.parse((await gyrus('verify', path, '--json')).out)).toMatchObject({
    clean: true,
    chunks: 2,
    bytes: 24,
  });
  expect((await gyrus('verify', path)).out).toBe(
    '1 arrays, 2 chunks, 0 tensors, 0.0 MB of values hashed again.\nEverything is whole.\n',
  );

  const zarr = join(folder, 'map.zarr');
  const exported = await gyrus('export', path, 'map', '--zarr', zarr, '--json');
  expect(JSON.parse(exported.out)).toMatchObject({ id, shape: [2, 3], folder: zarr, chunks: 2 });
  expect(existsSync(join(zarr, 'c', '1', '0'))).toBe(true);
  expect(await gyrus('export', path, id, '--zarr', zarr)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is not empty'),
  });
  expect(await gyrus('export', path, 'none', '--zarr', `${zarr}2`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('no array “none”'),
  });
  expect((await gyrus('export', path, 'map')).code).toBe(2);

  const db = new BetterSqlite3(path);
  db.exec('UPDATE chunks SET bytes = (SELECT bytes FROM chunks WHERE position = 0)');
  db.close();
  const broken = await gyrus('verify', path);
  expect(broken.code).toBe(1);
  expect(broken.out).toContain('Fault: The array “map”');
  expect(broken.err).toContain('has a fault');
});

test('verify and info look at a project that is open elsewhere', async () => {
  const path = join(folder, 'open.gyrus');
  await gyrus('new', path);
  const project = openProject(path, { logger });
  expect((await gyrus('info', path)).code).toBe(0);
  expect((await gyrus('verify', path)).code).toBe(0);
  project.close();
});
