import type { Framing } from '../../contract/live.ts';
import { frameBytes } from './binary-frames.ts';
import { crc16, sum8, xor8 } from './checksum.ts';

/** A frame as a device sends it, for simulated devices: written apart from the reader, field by field. */
export function encodeFrame(
  framing: Extract<Framing, { kind: 'binary' }>,
  values: readonly number[],
  counter: number,
): Uint8Array {
  const bytes = Buffer.alloc(frameBytes(framing, values.length));
  const big = framing.byteOrder === 'big';
  let at = bytes.write(framing.header, 'hex');
  const start = at;
  if (framing.counter === 'uint8') at = bytes.writeUInt8(counter & 0xff, at);
  if (framing.counter === 'uint16')
    at = big ? bytes.writeUInt16BE(counter & 0xffff, at) : bytes.writeUInt16LE(counter & 0xffff, at);
  if (framing.counter === 'uint32')
    at = big ? bytes.writeUInt32BE(counter, at) : bytes.writeUInt32LE(counter, at);
  for (const value of values) {
    if (framing.value === 'uint8') at = bytes.writeUInt8(value, at);
    else if (framing.value === 'uint16')
      at = big ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
    else at = big ? bytes.writeFloatBE(value, at) : bytes.writeFloatLE(value, at);
  }
  const body = bytes.subarray(start, at);
  if (framing.checksum === 'sum8') bytes.writeUInt8(sum8(body), at);
  if (framing.checksum === 'xor8') bytes.writeUInt8(xor8(body), at);
  if (framing.checksum === 'crc16') {
    if (big) bytes.writeUInt16BE(crc16(body), at);
    else bytes.writeUInt16LE(crc16(body), at);
  }
  return bytes;
}
