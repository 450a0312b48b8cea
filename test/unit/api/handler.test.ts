import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHandler } from '../../../main/api/handler.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { contextIn, temporaryFolder } from './fixtures.ts';

function house() {
  const folder = temporaryFolder();
  for (const name of ['page/assets', 'resources', 'staging'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'page', 'index.html'), '<title>Gyrus</title>');
  writeFileSync(join(folder, 'page', 'assets', 'index-abc.js'), 'page code');
  writeFileSync(join(folder, 'page', '.hidden'), 'hidden');
  writeFileSync(join(folder, 'resources', 'brain mesh.json'), '{}');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'page', 'link.txt'));
  symlinkSync(folder, join(folder, 'resources', 'up'));
  const context = contextIn(folder);
  const logged: string[] = [];
  const handle = createHandler({
    context,
    logger: createLogger((entry) => logged.push(entry.message)),
    renderer: join(folder, 'page'),
    resources: join(folder, 'resources'),
    staging: join(folder, 'staging'),
  });
  const ask = (path: string, init?: RequestInit) => handle(new Request(`http://gyrus.test${path}`, init));
  return { folder, context, ask, logged };
}

test.each([
  ['/', 'text/html; charset=utf-8', 'no-cache'],
  ['/project/data', 'text/html; charset=utf-8', 'no-cache'],
  ['/assets/index-abc.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/resources/brain%20mesh.json', 'application/json; charset=utf-8', 'no-cache'],
])('%s is served as %s', async (path, type, cache) => {
  const response = await house().ask(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('cache-control')).toBe(cache);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect((await response.arrayBuffer()).byteLength).toBe(Number(response.headers.get('content-length')));
});

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/%252e%252e%252fsecret.txt',
  '/..%5csecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/link.txt',
  '/.hidden',
  '/secret.txt%00.html',
  '/%ff',
  '/C:%2fsecret.txt',
  '/resources/..%2fsecret.txt',
  '/resources/up/secret.txt',
  '/resources/%2e%2e/secret.txt',
  '/resources',
  '/assets/missing.js',
])('%s leads nowhere', async (path) => {
  const response = await house().ask(path);
  expect(response.status).toBe(404);
  expect(await response.text()).not.toContain('secret');
});

test('what has not changed is answered with 304', async () => {
  const { ask } = house();
  const etag = (await ask('/')).headers.get('etag') ?? '';
  expect((await ask('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('the API answers, and a refusal keeps its code', async () => {
  const { ask, logged } = house();
  expect(await (await ask('/api/settings.app')).json()).toMatchObject({
    result: { data: { json: { shell: 'web', version: '0.0.0-test' } } },
  });
  const input = encodeURIComponent(JSON.stringify({ json: { id: 'x' } }));
  const refused = await ask(`/api/jobs.get?input=${input}`);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    error: { json: { data: { info: { code: 'project.none-open' } } } },
  });
  expect(logged).toEqual([]);
});

test('a query may come as POST: plans of wide tables are longer than addresses may be', async () => {
  const answer = await house().ask('/api/modalities.probeRatings?batch=1', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ 0: { json: { paths: [`/${'long/'.repeat(4000)}`] } } }),
  });
  // The path is refused by the procedure itself, not the method by the protocol (405).
  expect([answer.status, JSON.stringify(await answer.json())]).toEqual([
    400,
    expect.stringContaining('There is nothing at'),
  ]);
});

test('an array without a project is refused with the same shape of error', async () => {
  const refused = await house().ask('/array/some-id');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ info: { code: 'project.none-open' } });
});

test('events begin with hello, follow the bus and stop with the page', async () => {
  const { ask, context } = house();
  const reader = (await ask('/events')).body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toMatchObject({ value: 'data: {"kind":"hello","version":"0.0.0-test"}\n\n' });
  context.events.publish({ kind: 'changed', topic: 'jobs' });
  expect(await reader?.read()).toMatchObject({ value: 'data: {"kind":"changed","topic":"jobs"}\n\n' });
  await reader?.cancel();
  context.events.publish({ kind: 'changed', topic: 'jobs' });
});

test('an upload becomes a file only when it is whole', async () => {
  const { ask, folder } = house();
  const response = await ask('/upload/set-1/sub-01/func/a%20b.tsv', { method: 'PUT', body: 'onset\n1\n' });
  const path = join(folder, 'staging', 'set-1', 'sub-01', 'func', 'a b.tsv');
  expect(await response.json()).toEqual({ path });
  expect(readFileSync(path, 'utf8')).toBe('onset\n1\n');

  // Node.js asks for it; the type of the page's fetch does not know it.
  const streamed = { duplex: 'half' };
  const broken = new ReadableStream({
    pull: (controller) => controller.error(new Error('gone')),
  });
  const refused = await ask('/upload/set-1/b.tsv', { method: 'PUT', body: broken, ...streamed });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ info: { code: 'upload.incomplete' } });
  expect(readdirSync(join(folder, 'staging', 'set-1'))).toEqual(['sub-01']);
});

test.each([
  '/upload/set/..%2f..%2f..%2fevil',
  '/upload/set/.bashrc',
  '/upload/set',
  '/upload/set/a%5c..%5cb',
])('%s is no name to upload to', async (path) => {
  const { ask, folder } = house();
  const response = await ask(path, { method: 'PUT', body: 'x' });
  expect(await response.json()).toMatchObject({ info: { code: 'upload.name' } });
  expect(existsSync(join(folder, 'evil'))).toBe(false);
  expect(readdirSync(join(folder, 'staging'))).toEqual([]);
});
