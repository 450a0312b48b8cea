import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { latestVersion } from '../../../main/data/migrate.ts';
import type { Migration } from '../../../main/data/migrations/migration.ts';
import { migrations } from '../../../main/data/migrations/migrations.ts';
import { createProject, openProject } from '../../../main/data/open-project.ts';
import { verifyProject } from '../../../main/data/verify.ts';
import { scratchFolder, scratchProject, silent } from './scratch.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'projects');
const dumps = readdirSync(fixtures).filter((name) => name.endsWith('.sql'));
const signal = new AbortController().signal;

/** Tables, columns and indexes as SQLite sees them, whatever road led there. */
function shapeOf(path: string): unknown {
  const db = new BetterSqlite3(path, { readonly: true });
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all();
  const shape = tables.map((table) => ({
    table,
    columns: db.pragma(`table_info(${table})`),
    links: db.pragma(`foreign_key_list(${table})`),
    indexes: db
      .prepare(
        'SELECT name, sql FROM sqlite_schema WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL ORDER BY name',
      )
      .all('index', table),
  }));
  db.close();
  return shape;
}

test('steps are numbered in tens, upwards, each once', () => {
  const versions = migrations.map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  expect(versions.every((version) => version % 10 === 0 && version > 0)).toBe(true);
});

test('every released version has a file to migrate from', () => {
  expect(dumps.map((name) => Number(basename(name, '.sql').slice(1))).sort((a, b) => a - b)).toEqual(
    migrations.map(({ version }) => version),
  );
});

test.each(dumps)('a project of %s opens, keeps its data, and ends up like a new one', async (dump) => {
  const folder = scratchFolder();
  const path = join(folder, 'old.gyrus');
  const old = new BetterSqlite3(path);
  old.exec(readFileSync(join(fixtures, dump), 'utf8'));
  const version = Number(old.pragma('user_version', { simple: true }));
  old.close();
  const project = openProject(path, { logger: silent });
  expect(project.meta.name()).toBe('Old project');
  const [array] = project.arrays.list();
  expect([...project.arrays.readAs(array.id, 'float32').data]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(project.recordings.list()).toMatchObject([{ subject: '01', task: 'listen', dataArrayId: array.id }]);
  expect(project.stimuli.list()).toMatchObject([{ words: [{ text: 'once', onset: 0.5, duration: 0.25 }] }]);
  project.close();
  expect(await verifyProject(path, { logger: silent }, signal, () => {})).toMatchObject({
    clean: true,
    findings: [],
  });
  expect(existsSync(`${path}.v${version}.bak`)).toBe(version < latestVersion(migrations));

  const fresh = join(folder, 'new.gyrus');
  createProject(fresh, { logger: silent }).close();
  expect(shapeOf(path)).toEqual(shapeOf(fresh));
});

const next: Migration = {
  version: 9000,
  name: 'a test',
  sql: 'CREATE TABLE later (id TEXT PRIMARY KEY) STRICT;',
};
const broken: Migration = {
  version: 9010,
  name: 'broken',
  sql: 'CREATE TABLE more (id TEXT); INSERT INTO nowhere VALUES (1);',
};

test('a step is taken once, after a whole copy was kept', () => {
  const project = scratchProject();
  project.meta.set('mark', 'before');
  project.close();
  const steps = [...migrations, next];
  const stepped = openProject(project.path, { logger: silent, migrations: steps });
  stepped.meta.set('mark', 'after');
  stepped.close();
  const copy = `${project.path}.v${latestVersion(migrations)}.bak`;
  const kept = openProject(copy, { logger: silent });
  expect(kept.meta.get('mark')).toBe('before');
  kept.close();
  openProject(project.path, { logger: silent, migrations: steps }).close();
  // Without the step the file is now one from the future.
  expect(() => openProject(project.path, { logger: silent })).toThrow(
    expect.objectContaining({ code: 'project.too-new' }),
  );
});

test('when a later step fails, none is taken and the project stays as it was', () => {
  const project = scratchProject();
  project.meta.set('mark', 'before');
  project.close();
  expect(() =>
    openProject(project.path, { logger: silent, migrations: [...migrations, next, broken] }),
  ).toThrow('nowhere');
  const again = openProject(project.path, { logger: silent });
  expect(again.meta.get('mark')).toBe('before');
  again.close();
});

test('looking at an old project does not change it: it is refused with what to do', () => {
  const project = scratchProject();
  project.close();
  expect(() =>
    openProject(project.path, { logger: silent, access: 'read', migrations: [...migrations, next] }),
  ).toThrow(expect.objectContaining({ code: 'project.too-old' }));
});
