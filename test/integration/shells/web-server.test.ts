import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiContext } from '../../../main/api/context.ts';
import { createHandler } from '../../../main/api/handler.ts';
import { createEventBus } from '../../../main/api/services/event-bus.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { startWebServer, type WebServer } from '../../../main/shells/web/server.ts';
import { contextIn, temporaryFolder } from '../../unit/api/fixtures.ts';

/** Plain HTTP, because fetch refuses to send a Host or an Origin of one's choice. */
function send(path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; text: string }>(
    (resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: server.port, path, method, headers },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    },
  );
}

let server: WebServer;
let context: ApiContext;
let own: string;
let cookie: string;
let entrance: string;
let folder: string;
let listeners = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  for (const name of ['page', 'resources', 'staging', 'allowed']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'page', 'index.html'), '<title>the page</title>');
  writeFileSync(join(folder, 'secret.txt'), 'secret words');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'page', 'link.txt'));
  symlinkSync(folder, join(folder, 'allowed', 'up'));
  const bus = createEventBus();
  const subscribe: typeof bus.subscribe = (listener) => {
    const stop = bus.subscribe(listener);
    listeners += 1;
    return () => {
      listeners -= 1;
      stop();
    };
  };
  context = contextIn(join(folder, 'allowed'), { events: { ...bus, subscribe } });
  const handle = createHandler({
    context,
    logger: createLogger(() => {}),
    renderer: join(folder, 'page'),
    resources: join(folder, 'resources'),
    staging: join(folder, 'staging'),
  });
  server = await startWebServer(handle, 0);
  own = `http://127.0.0.1:${server.port}`;
  entrance = server.url.slice(own.length);
});
afterAll(() => server.close());

test('a wrong token is refused, the right one is taken once and gives a strict cookie', async () => {
  expect((await send('/open?token=wrong')).status).toBe(401);
  expect((await send('/open')).status).toBe(401);
  expect((await send('/')).status).toBe(401);
  const entered = await send(entrance);
  expect(entered.status).toBe(200);
  const header = entered.headers['set-cookie']?.[0] ?? '';
  expect(header).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  cookie = header.split(';')[0] ?? '';
  expect((await send(entrance)).status).toBe(401);
  expect((await send(entrance, { cookie })).status).toBe(200);
  const page = await send('/', { cookie });
  expect(page).toMatchObject({ status: 200, text: '<title>the page</title>' });
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  expect(page.headers['access-control-allow-origin']).toBeUndefined();
});

test.each([
  ['no cookie', {}],
  ['an empty cookie', { cookie: 'x' }],
  ['another server’s cookie', { cookie: `gyrus-1=abc` }],
  ['a guess', { cookie: 'gyrus-PORT=abc' }],
])('%s opens nothing', async (_name, headers) => {
  const mine = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(server.port))]),
  );
  for (const path of ['/', '/api/settings.app', '/array/x', '/events', '/resources/x']) {
    expect((await send(path, mine)).status).toBe(401);
  }
});

test.each([
  ['foreign Host', 'GET', { host: 'evil.example' }],
  ['rebound Host with our port', 'GET', { host: 'evil.example:PORT' }],
  ['Host of another port', 'GET', { host: '127.0.0.1:1' }],
  ['Host of another loopback address', 'GET', { host: '127.0.0.2:PORT' }],
  ['foreign Origin', 'GET', { origin: 'http://evil.example' }],
  ['opaque Origin', 'GET', { origin: 'null' }],
  ['Origin of another port', 'GET', { origin: 'http://127.0.0.1:1' }],
  ['https Origin', 'GET', { origin: 'https://127.0.0.1:PORT' }],
  ['localhost Origin against a numeric Host', 'GET', { origin: 'http://localhost:PORT' }],
  ['a change without Origin', 'POST', {}],
  ['a change from a foreign Origin', 'POST', { origin: 'http://evil.example' }],
  ['an upload without Origin', 'PUT', {}],
  ['an image on another site', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['a page on another port', 'GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
  [
    'a frame on another site',
    'GET',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ],
])('%s is refused even with the cookie', async (_name, method, headers) => {
  const filled = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(server.port))]),
  );
  const response = await send(
    '/api/settings.change',
    { cookie, ...filled },
    method,
    method === 'GET' ? '' : '{}',
  );
  expect(response.status).toBe(403);
  expect(context.settings.read().theme).toBe('auto');
});

test.each([
  ['the page itself', {}],
  ['the page under localhost', { host: 'localhost:PORT', origin: 'http://localhost:PORT' }],
  [
    'a typed address',
    { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
  [
    'a link followed',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
])('%s is let in', async (_name, headers) => {
  const filled = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(server.port))]),
  );
  expect((await send('/', { cookie, ...filled })).status).toBe(200);
});

test('a change from the page is taken', async () => {
  const headers = { cookie, origin: own, 'content-type': 'application/json' };
  const body = JSON.stringify({ json: { theme: 'dark' } });
  expect((await send('/api/settings.change', headers, 'POST', body)).status).toBe(200);
  expect(context.settings.read().theme).toBe('dark');
});

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/%252e%252e%252fsecret.txt',
  '/..%5csecret.txt',
  '//../secret.txt',
  '/link.txt',
  '/resources/../secret.txt',
  '/resources/..%2fsecret.txt',
])('%s leads to no file', async (path) => {
  const response = await send(path, { cookie });
  expect(response.status).toBe(404);
  expect(response.text).not.toContain('secret words');
});

test.each(['PARENT', 'ALLOWED/..', 'ALLOWED/up', 'ALLOWED/../resources', '/', '/etc'])(
  'the file browser does not leave its roots by %s',
  async (path) => {
    const asked = path.replace('ALLOWED', join(folder, 'allowed')).replace('PARENT', folder);
    const input = encodeURIComponent(JSON.stringify({ json: { path: asked } }));
    const response = await send(`/api/files.list?input=${input}`, { cookie });
    expect(response.status).toBe(400);
    expect(response.text).toContain('files.outside-roots');
  },
);

test('the file browser shows what it may', async () => {
  const input = encodeURIComponent(JSON.stringify({ json: { path: null } }));
  expect((await send(`/api/files.list?input=${input}`, { cookie })).status).toBe(200);
});

test('a lost page ends its event stream', async () => {
  const opened = new Promise<() => void>((resolve) => {
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, path: '/events', headers: { cookie } },
      (incoming) => incoming.once('data', () => resolve(() => outgoing.destroy())),
    );
    outgoing.on('error', () => {});
    outgoing.end();
  });
  const leave = await opened;
  expect(listeners).toBe(1);
  leave();
  await expect.poll(() => listeners).toBe(0);
});

test('a taken port is refused with a sentence', async () => {
  const refused = startWebServer(() => Promise.resolve(new Response()), server.port);
  await expect(refused).rejects.toMatchObject({ code: 'serve.port-taken' });
});
