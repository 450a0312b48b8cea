/** Bytes that begin with less than this stand for so many and one more that follow as they are. */
const LITERALS = 32;
/** A length of three bits that goes on in the next byte. */
const LONG = 7;

/**
 * Unpacks LZF, the compression that h5py brings along (liblzf 3.6, lzf_d.c): runs of bytes as they are, and places before,
 * up to 8 KB back, from which at least three bytes come again.
 * @param most bytes that may come out
 * @throws RangeError where the bytes are no LZF or more would come out
 */
export function unpackedLzf(bytes: Uint8Array, most: number): Uint8Array {
  const out = Buffer.allocUnsafeSlow(most);
  let [at, to] = [0, 0];
  while (at < bytes.length) {
    const control = bytes[at++];
    if (control < LITERALS) {
      const stop = at + control + 1;
      if (stop > bytes.length || to + control + 1 > most) throw new RangeError('a run of LZF beyond its end');
      while (at < stop) out[to++] = bytes[at++];
      continue;
    }
    let length = control >> 5;
    if (length === LONG) length += bytes[at++];
    let from = to - ((control & 31) << 8) - bytes[at++] - 1;
    const stop = to + length + 2;
    // A comparison with NaN, of what is beyond the end, is false.
    if (!(from >= 0 && stop <= most)) throw new RangeError('a place of LZF beyond its ends');
    while (to < stop) out[to++] = out[from++];
  }
  return out.subarray(0, to);
}
