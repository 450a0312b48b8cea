import { afterEach, expect, it, vi } from 'vitest';
import { eachStationFrame } from '../../../renderer/api/station-frames.ts';

afterEach(() => vi.unstubAllGlobals());

/** Records of these bytes behind their lengths, as the station sends them, cut into pieces of a size. */
function answer(records: readonly (readonly number[])[], piece: number): Response {
  const bytes = records.flatMap((record) => [record.length, 0, 0, 0, ...record]);
  return new Response(
    new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += piece)
          controller.enqueue(Uint8Array.from(bytes.slice(at, at + piece)));
        controller.close();
      },
    }),
  );
}

it.each([1, 3, 5, 64])('frames come whole, whatever pieces of %i bytes they came in', async (piece) => {
  const records = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 10, 11]];
  vi.stubGlobal('fetch', () => Promise.resolve(answer(records, piece)));
  const seen: number[][] = [];
  await eachStationFrame((bytes) => void seen.push([...new Uint8Array(bytes)]), new AbortController().signal);
  expect(seen).toEqual(records);
});

it('where no device is open there is nothing to wait for', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{}', { status: 400 })));
  const each = vi.fn();
  await eachStationFrame(each, new AbortController().signal);
  expect(each).not.toHaveBeenCalled();
});
