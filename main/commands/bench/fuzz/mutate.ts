import { gunzipSync, gzipSync } from 'node:zlib';
import { looksGzip } from '../../../formats/source.ts';

/** A source of random whole numbers below a bound. */
export type Below = (bound: number) => number;

/** Header bytes, where lengths and counts mostly stand. */
const HEADER = 4096;
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const words = ['-1', '0', '99999999999', '1e308', 'NaN', '-0', '4294967296', '2147483647', ''];

type Change = (bytes: Uint8Array<ArrayBuffer>, below: Below) => Uint8Array<ArrayBuffer>;

const changes: readonly { readonly name: string; readonly change: Change }[] = [
  { name: 'bit flips', change: flipBits },
  { name: 'truncation', change: truncate },
  { name: 'length fields', change: lengthField },
  { name: 'numbers', change: number },
  { name: 'repeated pieces', change: repeatPiece },
  { name: 'dropped pieces', change: dropPiece },
  { name: 'nesting', change: nest },
];

/**
 * A damaged copy of a file: one to three of bit flips, truncation, extreme values in length fields and numbers,
 * repeated, dropped and nested pieces. What is gzip is mostly damaged inside.
 * @param largest bytes that are kept of a larger file
 * @returns the bytes, and which kinds of damage were done
 */
export function mutate(
  original: Uint8Array,
  below: Below,
  largest: number,
): { readonly bytes: Uint8Array; readonly kinds: readonly string[] } {
  const inside = looksGzip(original) && below(4) > 0;
  let bytes = new Uint8Array((inside ? gunzipSync(original) : original).subarray(0, largest));
  const kinds: string[] = [];
  for (let count = 1 + below(3); count > 0; count--) {
    if (bytes.length === 0) continue;
    const { name, change } = changes[below(changes.length)];
    bytes = change(bytes, below);
    kinds.push(name);
  }
  return { bytes: inside ? new Uint8Array(gzipSync(bytes, { level: 1 })) : bytes, kinds };
}

function flipBits(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  const reach = below(2) === 0 ? Math.min(HEADER, bytes.length) : bytes.length;
  for (let count = 1 + below(16); count > 0; count--) bytes[below(reach)] ^= 1 << below(8);
  return bytes;
}

function truncate(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  return bytes.slice(0, below(bytes.length));
}

function lengthField(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  const width = [1, 2, 4, 8][below(4)];
  const value = extremes[below(extremes.length)];
  const at = below(Math.max(1, Math.min(HEADER, bytes.length) - width)) & ~(below(2) === 0 ? width - 1 : 0);
  const little = below(2) === 0;
  for (let index = 0; index < width && at + index < bytes.length; index++) {
    const place = little ? index : width - 1 - index;
    bytes[at + index] = place < 4 ? (value >>> (8 * place)) & 255 : 0;
  }
  return bytes;
}

/** Replaces one number of a text by an extreme one. */
function number(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  const start = below(Math.min(bytes.length, below(2) === 0 ? HEADER : bytes.length));
  const digit = (at: number): boolean => bytes[at] >= 48 && bytes[at] <= 57;
  let from = start;
  while (from < bytes.length && !digit(from)) from += 1;
  let to = from;
  while (to < bytes.length && digit(to)) to += 1;
  const word = Buffer.from(words[below(words.length)]);
  return joined(bytes.subarray(0, from), word, bytes.subarray(to));
}

function repeatPiece(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  const [start, length] = piece(bytes, below);
  const at = start + length;
  return joined(bytes.subarray(0, at), bytes.subarray(start, at), bytes.subarray(at));
}

function dropPiece(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  const [start, length] = piece(bytes, below);
  return joined(bytes.subarray(0, start), bytes.subarray(start + length));
}

/** Puts a short piece into itself thousands of times: brackets, tags and blocks within each other. */
function nest(bytes: Uint8Array<ArrayBuffer>, below: Below): Uint8Array<ArrayBuffer> {
  const start = below(bytes.length);
  const openers = ['[', '{"a":', '<a>', '('];
  const chosen =
    below(2) === 0 ? Buffer.from(openers[below(openers.length)]) : bytes.slice(start, start + 1 + below(24));
  const many = Buffer.concat(Array.from({ length: 2000 + below(8000) }, () => chosen));
  return joined(bytes.subarray(0, start), many, bytes.subarray(start));
}

function piece(bytes: Uint8Array, below: Below): [number, number] {
  const start = below(bytes.length);
  return [start, 1 + below(Math.min(65_536, bytes.length - start))];
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(pieces));
}
