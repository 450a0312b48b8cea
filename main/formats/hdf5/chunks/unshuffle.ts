/**
 * The values of bytes that were sorted by their place in a value: all first bytes, then all second ones, ... What is left
 * at the end, less than a value, was not moved.
 * @param width bytes of a value
 * @param memory to put them into where it is large enough; it must start at a multiple of four bytes
 */
export function unshuffled(bytes: Uint8Array, width: number, memory?: Uint8Array): Uint8Array {
  const count = Math.floor(bytes.length / width);
  if (width < 2 || count < 2) return bytes;
  const out =
    memory !== undefined && memory.length >= bytes.length
      ? memory.subarray(0, bytes.length)
      : Buffer.allocUnsafeSlow(bytes.length);
  const plane = (n: number): Uint8Array => bytes.subarray(n * count, (n + 1) * count);
  if (width === 2) pairs(plane(0), plane(1), new Uint16Array(out.buffer, out.byteOffset, count));
  else if (width % 4 === 0) {
    const words = new Int32Array(out.buffer, out.byteOffset, (count * width) / 4);
    for (let n = 0; n < width; n += 4)
      fours([plane(n), plane(n + 1), plane(n + 2), plane(n + 3)], words, n / 4, width / 4);
  } else
    for (let n = 0; n < width; n++)
      for (let at = 0; at < count; at++) out[at * width + n] = bytes[n * count + at];
  out.set(bytes.subarray(count * width), count * width);
  return out;
}

/** Bytes as words of four, the last ones aside. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(buffer, byteOffset, bytes.length >> 2);
}

/** Values of two bytes, four at a time. */
function pairs(low: Uint8Array, high: Uint8Array, out: Uint16Array): void {
  const [p, q] = [wordsOf(low), wordsOf(high)];
  const words = new Int32Array(out.buffer, out.byteOffset, out.length >> 1);
  for (let at = 0; at < p.length; at++) {
    const a = p[at];
    const b = q[at];
    words[2 * at] = (a & 255) | ((b & 255) << 8) | ((a & 0xff00) << 8) | ((b & 0xff00) << 16);
    words[2 * at + 1] = ((a >>> 16) & 255) | ((b >>> 8) & 0xff00) | ((a >>> 8) & 0xff0000) | (b & 0xff000000);
  }
  for (let at = 4 * p.length; at < out.length; at++) out[at] = low[at] | (high[at] << 8);
}

/**
 * Words of four bytes, four at a time: the first and third bytes of two planes make one word, the second and fourth
 * another, which then meet those of the other two planes.
 * @param first where the first word goes
 * @param step words from one to the next
 */
function fours(planes: readonly Uint8Array[], out: Int32Array, first: number, step: number): void {
  const [p, q, r, s] = planes.map(wordsOf);
  let to = first;
  for (let at = 0; at < p.length; at++) {
    const a = p[at];
    const b = q[at];
    const c = r[at];
    const d = s[at];
    const even = (a & 0x00ff00ff) | ((b & 0x00ff00ff) << 8);
    const odd = ((a >>> 8) & 0x00ff00ff) | (b & 0xff00ff00);
    const evenAbove = (c & 0x00ff00ff) | ((d & 0x00ff00ff) << 8);
    const oddAbove = ((c >>> 8) & 0x00ff00ff) | (d & 0xff00ff00);
    out[to] = (even & 0xffff) | (evenAbove << 16);
    out[to + step] = (odd & 0xffff) | (oddAbove << 16);
    out[to + 2 * step] = (even >>> 16) | (evenAbove & 0xffff0000);
    out[to + 3 * step] = (odd >>> 16) | (oddAbove & 0xffff0000);
    to += 4 * step;
  }
  const [t, u, v, w] = planes;
  for (let at = 4 * p.length; at < t.length; at++, to += step)
    out[to] = t[at] | (u[at] << 8) | (v[at] << 16) | (w[at] << 24);
}
