const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const inchInMetres = 0.0254;

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (ISO 3309) as PNG chunks carry it, over chunk type and data. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Pixels per metre for a resolution in dots per inch, rounded as pHYs stores it: 300 dpi is 11811. */
export function pixelsPerMetre(dotsPerInch: number): number {
  return Math.round(dotsPerInch / inchInMetres);
}

/**
 * A copy of a PNG file with its physical resolution set: a pHYs chunk (PNG specification, 11.3.4.3) right after
 * IHDR, any earlier one dropped. Canvas encoders write none, and journals then read 72 dpi.
 * @throws RangeError where the bytes are no PNG
 */
export function withResolution(png: Uint8Array, dotsPerInch: number): Uint8Array<ArrayBuffer> {
  if (png.length < 33 || signature.some((byte, index) => png[index] !== byte))
    throw new RangeError('Not a PNG file.');
  const parts: Uint8Array[] = [png.subarray(0, 33), physicalChunk(dotsPerInch)];
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 33; at + 12 <= png.length; ) {
    const end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type !== 'pHYs') parts.push(png.subarray(at, end));
    at = end;
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

function physicalChunk(dotsPerInch: number): Uint8Array {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, pixelsPerMetre(dotsPerInch));
  view.setUint32(12, pixelsPerMetre(dotsPerInch));
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  return chunk;
}
