import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePng } from '../../../main/formats/png-writer.ts';

test('a PNG holds size, density and every pixel, with right checksums', () => {
  const data = Uint8Array.from({ length: 3 * 2 * 4 }, (_, at) => at * 7);
  const png = Buffer.from(encodePng({ width: 3, height: 2, data }, 300));
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    chunks.set(type, body);
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'pHYs', 'IDAT', 'IEND']);
  expect(chunks.get('IHDR')?.readUInt32BE(0)).toBe(3);
  expect(chunks.get('pHYs')?.readUInt32BE(0)).toBe(11811);
  const raw = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  expect([...raw.subarray(1, 13)]).toEqual([...data.subarray(0, 12)]);
  expect([...raw.subarray(14, 26)]).toEqual([...data.subarray(12)]);
});
