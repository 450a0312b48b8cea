import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { regionName } from '../../../main/reports/words/region-names.ts';
import { streamReason } from '../../../main/reports/words/stream-reasons.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'renderer/i18n');

type Words = Map<string, string>;

function flatten(value: unknown, prefix: string, into: Words): Words {
  if (typeof value === 'string') into.set(prefix, value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      flatten(inner, prefix === '' ? key : `${prefix}.${key}`, into);
  }
  return into;
}

function words(language: string, namespace: string): Words {
  return flatten(
    JSON.parse(readFileSync(join(folder, language, `${namespace}.json`), 'utf8')),
    '',
    new Map(),
  );
}

const namespaces = readdirSync(join(folder, 'en')).map((file) => file.replace('.json', ''));
const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort();

function sources(path: string, except?: string): string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && file.split(sep)[0] !== except)
    .map((file) => readFileSync(join(root, path, file), 'utf8'));
}

describe('English and Chinese', () => {
  test('have the same namespaces', () => {
    expect(readdirSync(join(folder, 'zh')).sort()).toEqual(readdirSync(join(folder, 'en')).sort());
  });

  // The English of refusals is the sentence that was thrown, so that file holds only the page's own.
  test.each(namespaces.filter((name) => name !== 'errors'))('%s: the same keys', (namespace) => {
    expect([...words('zh', namespace).keys()].sort()).toEqual([...words('en', namespace).keys()].sort());
  });

  test.each(namespaces)('%s: the same blanks, and nothing empty', (namespace) => {
    const chinese = words('zh', namespace);
    for (const [key, english] of words('en', namespace)) {
      const translated = chinese.get(key) ?? '';
      expect(translated.trim(), key).not.toBe('');
      expect(new Set(blanks(translated)), key).toEqual(new Set(blanks(english)));
    }
  });

  test('every key that the page asks for by name is there', () => {
    const known = new Set(
      namespaces.flatMap((namespace) =>
        [...words('en', namespace).keys()].map((key) => `${namespace}:${key}`),
      ),
    );
    const has = (key: string) => known.has(key) || known.has(`${key}_other`);
    const asked = sources('renderer').flatMap((text) =>
      [...text.matchAll(/['"]([a-z]+:[\w.-]+)['"]/g)].map(([, key]) => key ?? ''),
    );
    const missing = [...new Set(asked)].filter(
      (key) => namespaces.includes(key.split(':')[0] ?? '') && !has(key),
    );
    expect(missing).toEqual([]);
    expect(asked.length).toBeGreaterThan(100);
  });
});

describe('refusals and doubts', () => {
  const code =
    /(?:UserError|notice|warning|remark|doubt)\(\s*'([a-z0-9]+(?:\.[a-z0-9-]+)+)'|\bcode: '([a-z0-9]+(?:\.[a-z0-9-]+)+)'/g;
  // Refusals of the command line alone stay English, as the command line is.
  const found = sources('main', 'commands').flatMap((text) =>
    [...text.matchAll(code)].map((match) => match[1] ?? match[2] ?? ''),
  );
  const codes = [...new Set(found)].sort();

  test('every code has its sentence in Chinese', () => {
    const chinese = JSON.parse(readFileSync(join(folder, 'zh/errors.json'), 'utf8'));
    expect(codes.filter((name) => !(name in chinese))).toEqual([]);
    expect(codes.length).toBeGreaterThan(60);
  });
});

describe('progress of jobs', () => {
  const told = sources('main', 'commands').flatMap((text) => [
    ...text.matchAll(/report(?:\?\.)?\(\{\s*phase: '([^']+)'[^}]*?unit: '([^']+)'/g),
  ]);

  test('every phase and unit that a job reports has words', () => {
    const known = words('zh', 'jobs');
    const keyOf = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const missing = told.flatMap(([, phase = '', unit = '']) =>
      [`phases.${keyOf(phase)}`, `units.${keyOf(unit)}`].filter((key) => !known.has(key)),
    );
    expect(missing).toEqual([]);
    expect(told.length).toBeGreaterThan(20);
  });
});

test('reports name regions as the page does', () => {
  const page = words('zh', 'surfaces');
  const english = [...words('en', 'surfaces').keys()].filter((key) => key.startsWith('regions.'));
  expect(english.length).toBeGreaterThan(40);
  for (const key of english) {
    const name = key.slice('regions.'.length);
    expect(regionName(name, 'zh'), name).toBe(page.get(key));
    expect(regionName(name, 'en')).toBe(name);
  }
  expect(regionName('V1', 'zh')).toBe('V1');
});

test('reports say why a stream was interrupted as the page does', () => {
  const page = JSON.parse(readFileSync(join(folder, 'zh/errors.json'), 'utf8'));
  const codes = Object.keys(page).filter((code) => code.startsWith('live.'));
  expect(codes.length).toBeGreaterThan(20);
  for (const code of codes) {
    const sentence: string = page[code];
    const params = Object.fromEntries(blanks(sentence).map((name) => [name, `<${name}>`]));
    const told = sentence.replaceAll(/\{\{(\w+)\}\}/g, '<$1>');
    expect(streamReason({ code, message: 'English', params }, 'zh'), code).toBe(told);
    expect(streamReason({ code, message: 'English', params }, 'en')).toBe('English');
  }
  expect(streamReason({ code: 'other', message: 'English', params: {} }, 'zh')).toBe('English');
});
