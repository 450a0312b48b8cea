import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createProject, openProject } from '../../../main/data/open-project.ts';
import { explainSqlError } from '../../../main/data/sql.ts';
import { listening, scratchFolder, scratchProject, silent } from './scratch.ts';

const refusal = (code: string) => expect.objectContaining({ name: 'UserError', code });
const isRoot = process.getuid?.() === 0;

test('a new project knows its name, keeps settings and leaves one file behind', () => {
  const folder = scratchFolder();
  const path = join(folder, 'my study.gyrus');
  const project = createProject(path, { logger: silent });
  expect(project.meta.name()).toBe('my study');
  project.meta.rename(' Narratives ');
  project.meta.set('view', { threshold: 0.2 });
  const { projectId } = project.meta;
  project.close();
  project.close();
  expect(readdirSync(folder)).toEqual(['my study.gyrus']);
  const again = openProject(path, { logger: silent });
  expect([again.meta.name(), again.meta.projectId, again.meta.get('view')]).toEqual([
    'Narratives',
    projectId,
    { threshold: 0.2 },
  ]);
  expect(() => again.meta.rename(' ')).toThrow(refusal('project.name-empty'));
  again.close();
});

test('a project is not made over a file, nor in a folder that is not there', () => {
  const project = scratchProject();
  expect(() => createProject(project.path, { logger: silent })).toThrow(refusal('project.exists'));
  const nowhere = join(scratchFolder(), 'none', 'x.gyrus');
  expect(() => createProject(nowhere, { logger: silent })).toThrow(refusal('project.no-folder'));
  expect(existsSync(nowhere)).toBe(false);
});

test.each([
  ['nothing', undefined, 'project.missing'],
  ['an empty file', '', 'project.not-a-project'],
  ['text', 'onset\tduration\n'.repeat(50), 'project.not-a-project'],
])('%s is no project', (_what, content, code) => {
  const path = join(scratchFolder(), 'x.gyrus');
  if (content !== undefined) writeFileSync(path, content);
  expect(() => openProject(path, { logger: silent })).toThrow(refusal(code));
  if (content !== undefined) expect(readFileSync(path, 'utf8')).toBe(content);
});

test('a folder and a foreign database are no projects and are left alone', () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'dir.gyrus'));
  expect(() => openProject(join(folder, 'dir.gyrus'), { logger: silent })).toThrow(
    refusal('project.not-a-project'),
  );
  const foreign = new BetterSqlite3(join(folder, 'foreign.gyrus'));
  foreign.exec('CREATE TABLE photos (id INTEGER); PRAGMA user_version = 3');
  foreign.close();
  expect(() => openProject(join(folder, 'foreign.gyrus'), { logger: silent })).toThrow(
    refusal('project.not-a-project'),
  );
});

test('a project from a newer version is refused untouched, with both versions named', () => {
  const project = scratchProject();
  project.close();
  const raw = new BetterSqlite3(project.path);
  raw.pragma('user_version = 990');
  raw.close();
  const before = readFileSync(project.path);
  expect(() => openProject(project.path, { logger: silent })).toThrow(
    expect.objectContaining({ code: 'project.too-new', params: expect.objectContaining({ version: 990 }) }),
  );
  expect(readFileSync(project.path).equals(before)).toBe(true);
});

test('what another program locks is refused after the wait, and works once it lets go', () => {
  const project = scratchProject();
  project.close();
  const other = new BetterSqlite3(project.path);
  other.exec('BEGIN EXCLUSIVE');
  expect(() => openProject(project.path, { logger: silent, busyTimeoutMs: 20 })).toThrow(
    refusal('project.locked'),
  );
  other.exec('ROLLBACK');
  other.close();
  openProject(project.path, { logger: silent }).close();
});

test('read access changes nothing and needs no lease', () => {
  const project = scratchProject();
  const { id } = project.arrays.put({ name: 'a', shape: [2], dtype: 'int8' }, Int8Array.of(1, 2));
  const reader = openProject(project.path, { logger: silent, access: 'read' });
  expect(reader.arrays.read(id).data).toEqual(Int8Array.of(1, 2));
  expect(reader.leaseToken).toBeNull();
  expect(() => reader.meta.set('a', 1)).toThrow(refusal('project.read-only'));
  reader.close();
  project.meta.set('a', 2);
});

test.skipIf(isRoot)('a read-only file is opened for reading and refused for writing', () => {
  const project = scratchProject();
  project.close();
  chmodSync(project.path, 0o444);
  expect(() => openProject(project.path, { logger: silent })).toThrow(refusal('project.read-only'));
});

test('a project at rest wants no log beside it, one in use does', () => {
  const project = scratchProject();
  // Bytes 18 and 19 of the header: 2 where readers want a write-ahead log, 1 where they need none (SQLite file format 1.3).
  const modes = () => [...readFileSync(project.path).subarray(18, 20)];
  expect(modes()).toEqual([2, 2]);
  const second = openProject(project.path, { logger: silent, access: 'read' });
  second.close();
  project.close();
  expect(modes()).toEqual([1, 1]);
  const again = openProject(project.path, { logger: silent });
  expect(modes()).toEqual([2, 2]);
  again.close();
});

test.each([
  ['SQLITE_FULL', 'project.disk-full'],
  ['ENOSPC', 'project.disk-full'],
  ['SQLITE_READONLY_DIRECTORY', 'project.read-only'],
  ['EROFS', 'project.read-only'],
  ['SQLITE_BUSY_SNAPSHOT', 'project.locked'],
  ['SQLITE_NOTADB', 'project.not-a-project'],
  ['SQLITE_CORRUPT_INDEX', 'project.damaged'],
  ['SQLITE_CANTOPEN', 'project.cannot-open'],
  ['SQLITE_IOERR_WRITE', 'project.disk-error'],
])('%s is explained as %s, naming the file', (code, expected) => {
  const told = explainSqlError('/data/x.gyrus', Object.assign(new Error('raw'), { code }));
  expect(told).toMatchObject({ code: expected, message: expect.stringContaining('/data/x.gyrus') });
});

test('what the user can do nothing about stays what it is', () => {
  const fault = Object.assign(new Error('raw'), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  expect(explainSqlError('/x', fault)).toBe(fault);
});

test('a full disk undoes the whole step and nothing but it', () => {
  const project = scratchProject();
  const kept = project.arrays.put({ name: 'kept', shape: [4], dtype: 'int8' }, Int8Array.of(1, 2, 3, 4));
  project.close();
  const full = openProject(project.path, { logger: silent, maxPages: 60 });
  const noise = new Uint8Array(randomBytes(4_000_000));
  const write = () => {
    full.meta.set('half', 'written');
    full.arrays.put({ name: 'large', shape: [4_000_000], dtype: 'uint8' }, noise);
  };
  expect(() => full.transaction(write)).toThrow(refusal('project.disk-full'));
  expect(full.meta.get('half')).toBeUndefined();
  expect(full.arrays.list().map(({ name }) => name)).toEqual(['kept']);
  full.meta.set('small', 'still works');
  full.close();
  const again = openProject(project.path, { logger: silent });
  expect(again.arrays.read(kept.id).data).toEqual(Int8Array.of(1, 2, 3, 4));
  expect(again.meta.get('small')).toBe('still works');
  again.close();
});

test('inner steps are undone alone; whoever goes on after SQLite gave up writes nothing', () => {
  const { meta, transaction } = scratchProject();
  transaction(() => {
    meta.set('outer', 1);
    expect(() =>
      transaction(() => {
        meta.set('inner', 1);
        throw new Error('inner');
      }),
    ).toThrow('inner');
  });
  expect([meta.get('outer'), meta.get('inner')]).toEqual([1, undefined]);
  expect(() => transaction(() => Promise.resolve())).toThrow('must be synchronous');
});

test('slow statements are told to the log', () => {
  const { logger, entries } = listening();
  const project = scratchProject({ logger, slowMs: -1 });
  project.meta.set('a', 1);
  expect(
    entries.some(
      ({ message, fields }) => message === 'Slow statement' && String(fields.sql).includes('meta'),
    ),
  ).toBe(true);
  project.close();
  rmSync(project.path);
});
