import { crc32, deflateSync } from 'node:zlib';

/** An image as rows of R G B A bytes, top row first. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

/**
 * PNG file (8-bit RGBA, no interlace) of an image. `dpi`, where given, is written as pHYs so that print programs
 * know the size meant. Source: PNG specification, third edition, sections 5 and 11.
 */
export function encodePng(image: RgbaImage, dpi?: number): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, image.width);
  view.setUint32(4, image.height);
  header.set([8, 6, 0, 0, 0], 8);
  const stride = image.width * 4;
  const raw = new Uint8Array((stride + 1) * image.height);
  for (let row = 0; row < image.height; row += 1) {
    raw.set(image.data.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  const parts = [Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), chunk('IHDR', header)];
  if (dpi !== undefined) {
    const physical = new Uint8Array(9);
    const perMetre = Math.round(dpi / 0.0254);
    new DataView(physical.buffer).setUint32(0, perMetre);
    new DataView(physical.buffer).setUint32(4, perMetre);
    physical[8] = 1;
    parts.push(chunk('pHYs', physical));
  }
  parts.push(chunk('IDAT', deflateSync(raw)), chunk('IEND', new Uint8Array(0)));
  return Buffer.concat(parts);
}
