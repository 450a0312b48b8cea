import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { electronDouble } from '../../unit/shells/electron-double.ts';

const double = electronDouble();
vi.mock('electron', () => ({ ...double.api, utilityProcess: { fork: () => double.calls.push('fork') } }));

test('main/electron.ts starts: the real app answers through the window’s own scheme', async () => {
  vi.stubEnv('GYRUS_USER_DATA', mkdtempSync(join(tmpdir(), 'gyrus-electron-')));
  await import('../../../main/electron.ts');
  await expect.poll(() => double.windows[0]?.urls, { timeout: 20_000 }).toEqual(['gyrus://app/']);
  expect(double.calls.indexOf('scheme gyrus')).toBeLessThan(double.calls.indexOf('ready'));

  const answer = await double.seen.handle?.(new Request('gyrus://app/api/settings.app'));
  expect(await answer?.json()).toMatchObject({ result: { data: { json: { shell: 'electron' } } } });

  const input = JSON.stringify({ json: { path: tmpdir() } });
  const listing = await double.seen.handle?.(
    new Request(`gyrus://app/api/files.list?input=${encodeURIComponent(input)}`),
  );
  expect(listing?.status, 'the desktop reads the whole disk').toBe(200);
  const upload = await double.seen.handle?.(
    new Request('gyrus://app/upload/a/b', { method: 'PUT', body: 'x' }),
  );
  expect(upload?.status, 'nothing is uploaded to one’s own desktop').toBe(404);

  double.raise('will-quit', { preventDefault: () => double.calls.push('held') });
  await expect.poll(() => double.calls.slice(-2)).toEqual(['held', 'quit']);
});
