/**
 * Bob Jenkins's hash lookup3 (hashlittle, initial value 0), the checksum of the pieces that describe an HDF5 file.
 * Source: Jenkins, lookup3.c, May 2006, public domain; HDF5 file format 3.0, appendix.
 */
export function lookup3(bytes: Uint8Array): number {
  let a = (0xdeadbeef + bytes.length) | 0;
  let b = a;
  let c = a;
  const word = (at: number): number =>
    bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = ((a - c) ^ rotated(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotated(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotated(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rotated(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotated(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotated(b, 4)) | 0;
    b = (b + a) | 0;
  }
  if (at === bytes.length) return c >>> 0;
  // Bytes beyond the end are undefined, which count as 0.
  a = (a + word(at)) | 0;
  b = (b + word(at + 4)) | 0;
  c = (c + word(at + 8)) | 0;
  c = ((c ^ b) - rotated(b, 14)) | 0;
  a = ((a ^ c) - rotated(c, 11)) | 0;
  b = ((b ^ a) - rotated(a, 25)) | 0;
  c = ((c ^ b) - rotated(b, 16)) | 0;
  a = ((a ^ c) - rotated(c, 4)) | 0;
  b = ((b ^ a) - rotated(a, 14)) | 0;
  c = ((c ^ b) - rotated(b, 24)) | 0;
  return c >>> 0;
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** So many words can be summed up before the sums must be folded to stay below 2^31. */
const FOLDED = 240;

/**
 * Fletcher's checksum of 32 bits as HDF5 computes it: over 16-bit big-endian words, an odd last byte being the upper half
 * of one. Little-endian words give the same sums with their bytes turned round, as 2^16 is 1 modulo 65535.
 * Source: Fletcher, "An arithmetic checksum for serial transmissions", IEEE Trans. Commun. 30 (1982); RFC 1071 for bytes
 * turned round.
 * @param bytes must start at an even place of their memory
 */
export function fletcher32(bytes: Uint8Array): number {
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  let low = 0;
  let high = 0;
  for (let word = 0; word < words.length; ) {
    for (const stop = Math.min(words.length, word + FOLDED); word < stop; word++) {
      low = (low + words[word]) | 0;
      high = (high + low) | 0;
    }
    low = folded(low);
    high = folded(high);
  }
  if (bytes.length % 2 === 1) {
    low = folded(low + bytes[bytes.length - 1]);
    high = folded(high + low);
  }
  return ((turned(folded(high)) << 16) | turned(folded(low))) >>> 0;
}

function turned(word: number): number {
  return ((word & 255) << 8) | (word >>> 8);
}

function folded(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}
