import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32, pixelsPerMetre, withResolution } from '../../../../renderer/viewers/figure/png.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(12 + data.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 8 + data.length);
  return frame;
}

/** A 1×1 grey PNG; `extra` chunks go between IHDR and IDAT. */
function tinyPng(...extra: Buffer[]): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('PNG resolution', () => {
  it('has the CRC of the PNG specification', () => {
    // IEND's CRC is the constant that ends every PNG file.
    expect(crc32(Buffer.from('IEND', 'latin1'))).toBe(0xae426082);
  });

  it('writes pHYs right after IHDR: 300 dpi is 11811 pixels per metre', () => {
    const marked = Buffer.from(withResolution(tinyPng(), 300));
    expect(marked.toString('latin1', 37, 41)).toBe('pHYs');
    expect(marked.readUInt32BE(33)).toBe(9);
    expect(marked.readUInt32BE(41)).toBe(11811);
    expect(marked.readUInt32BE(45)).toBe(11811);
    expect(marked[49]).toBe(1);
    expect(marked.readUInt32BE(50)).toBe(crc32(marked.subarray(37, 50)));
    expect(marked.length).toBe(tinyPng().length + 21);
    expect(pixelsPerMetre(96)).toBe(3780);
  });

  it('replaces an earlier resolution and keeps all else', () => {
    const twice = withResolution(withResolution(tinyPng(chunk('tEXt', Buffer.from('a\0b'))), 72), 300);
    expect(Buffer.from(twice)).toEqual(
      Buffer.from(withResolution(tinyPng(chunk('tEXt', Buffer.from('a\0b'))), 300)),
    );
  });

  it('refuses what is no PNG', () => {
    expect(() => withResolution(new Uint8Array(64), 300)).toThrow('Not a PNG');
  });
});
