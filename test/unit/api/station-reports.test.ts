import { afterEach, expect, it } from 'vitest';
import { createHandler } from '../../../main/api/handler.ts';
import { encodeReports } from '../../../main/contract/hid-reports.ts';
import { stationViewSchema } from '../../../main/contract/station.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { cells, frameReports, frameValues, hidDevice } from '../live/hid-bytes.ts';
import { contextIn, temporaryFolder } from './fixtures.ts';

const contexts: ReturnType<typeof contextIn>[] = [];
afterEach(async () => {
  for (const { station } of contexts.splice(0)) await station.close();
});

function page() {
  const folder = temporaryFolder();
  const context = contextIn(folder);
  contexts.push(context);
  const handle = createHandler({
    context,
    logger: createLogger(() => {}),
    renderer: folder,
    resources: folder,
    staging: null,
  });
  const ask = (path: string, init?: RequestInit) => handle(new Request(`http://gyrus.test${path}`, init));
  const send = (query: string, body: Uint8Array<ArrayBuffer>) =>
    ask(`/station/reports?${query}`, { method: 'POST', body });
  const open = (device: object) =>
    ask('/api/station.open', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ json: { device } }),
    });
  return { ask, send, open };
}

const codeOf = async (response: Response) => {
  const body: { info: { code: string } } = JSON.parse(await response.text());
  return [response.status, body.info.code];
};

it('reports that the page posts are frames on the station, and unplugging shows', async () => {
  const { ask, send, open } = page();
  expect((await open(hidDevice())).status).toBe(200);
  const reports = [0, 1, 2].flatMap((index) => frameReports(index));
  expect((await send('state=open&dropped=0', encodeReports(reports.slice(0, 4)))).status).toBe(204);
  expect((await send('state=open&dropped=0', encodeReports(reports.slice(4)))).status).toBe(204);
  const look = async () => {
    const reader = (await ask('/station/frames')).body?.getReader();
    const bytes: Uint8Array = (await reader?.read())?.value ?? new Uint8Array(8);
    await reader?.cancel();
    const length = new DataView(bytes.buffer).getUint32(4, true);
    const view = stationViewSchema.parse(
      JSON.parse(new TextDecoder().decode(new Uint8Array(bytes.buffer, 8, length))),
    );
    return { view, values: [...new Float32Array(bytes.buffer, 8 + length, cells)] };
  };
  const { view, values } = await look();
  expect(values).toEqual(frameValues(2));
  expect(view).toMatchObject({ state: 'running', index: 2, counters: { frames: 3, corrupt: 0, lost: 0 } });
  await send('state=unplugged&dropped=2', encodeReports([]));
  expect((await look()).view).toMatchObject({
    state: 'interrupted',
    reason: { code: 'live.hid-unplugged' },
    counters: { frames: 3, droppedReports: 2 },
  });
});

it('refuses what it cannot take, each with its own code', async () => {
  const { send, open } = page();
  const body = encodeReports(frameReports(0));
  expect(await codeOf(await send('state=open&dropped=0', body))).toEqual([400, 'station.closed']);
  await open({ ...hidDevice(), transport: { kind: 'simulated' } });
  expect(await codeOf(await send('state=open&dropped=0', body))).toEqual([400, 'live.not-hid']);
  await open(hidDevice());
  expect(await codeOf(await send('state=open&dropped=0', body.slice(0, -1)))).toEqual([
    400,
    'live.torn-batch',
  ]);
  expect(await codeOf(await send('state=melted&dropped=0', body))).toEqual([400, 'live.torn-batch']);
  expect(await codeOf(await send('state=open&dropped=-1', body))).toEqual([400, 'live.torn-batch']);
});
