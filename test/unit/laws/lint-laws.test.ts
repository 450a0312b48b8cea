import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint, lintFolder, projectRoot, put } from './biome.ts';

const fixtures = join(projectRoot, 'test', 'fixtures', 'lint');

describe('each law fires on its negative fixture, and stays silent on what is allowed', () => {
  const folder = lintFolder();
  cpSync(fixtures, folder, { recursive: true });
  const broken = lint(folder);
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file));
  const cases = files.map((file) => {
    const [, expected = ''] = /^\/\/ expect: (\w+)/.exec(readFileSync(join(fixtures, file), 'utf8')) ?? [];
    return [file, expected] as const;
  });

  test.each(cases)('%s: %s', (file, expected) => {
    expect([...(broken.get(file) ?? ['nothing'])]).toEqual([expected]);
  });
});

/** The directions of ARCHITECTURE.md, written a second time and in another form than in biome.json: room → what it may know. */
const low = ['contract', 'core', 'formats', 'runtime', 'graph', 'tensor'];
const science = ['models', 'stimuli', 'analysis'];
const middle = [...low, ...science, 'data', 'jobs'];
const upper = ['studies', 'importing', 'live', 'reports'];
const mayKnow: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  core: ['contract'],
  data: ['contract', 'core'],
  jobs: ['contract', 'core', 'data'],
  formats: ['contract', 'core'],
  runtime: ['contract', 'core'],
  graph: ['contract', 'core'],
  tensor: low,
  models: [...low, ...science],
  // Features are cached in the project file by what made them.
  stimuli: [...low, ...science, 'data'],
  analysis: [...low, ...science],
  studies: middle,
  importing: middle,
  live: ['contract', 'core', 'formats'],
  reports: [...middle, 'studies'],
  api: [...middle, ...upper],
  shells: ['contract', 'core', 'jobs', 'api'],
  commands: [...middle, ...upper, 'api', 'shells'],
};

test('every room of main/ may import the rooms left of it and no other, from any depth', () => {
  const folder = lintFolder();
  const rooms = Object.keys(mayKnow);
  const forbidden: string[] = [];
  for (const room of rooms) {
    for (const other of rooms.filter((name) => name !== room)) {
      for (const [up, inner] of [
        ['..', ''],
        ['../..', 'inner/'],
      ] as const) {
        const path = `main/${room}/${inner}knows-${other}.ts`;
        put(folder, path, `import { thing } from '${up}/${other}/thing.ts';\n\nexport const copy = thing;\n`);
        if (!mayKnow[room]?.includes(other)) forbidden.push(path);
      }
    }
  }
  expect([...lint(folder).keys()].sort()).toEqual(forbidden.sort());
});

test('the rooms on disk are the rooms in the law', () => {
  const onDisk = readdirSync(join(projectRoot, 'main'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect(Object.keys(mayKnow)).toEqual(expect.arrayContaining(onDisk));
});
