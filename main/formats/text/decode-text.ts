import { readWhole } from '../source.ts';

export interface DecodedText {
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16' | 'gb18030' | 'latin-1';
}

/**
 * Bytes to text: a byte order mark decides; without one, many zero bytes at odd or even places mean UTF-16, valid
 * UTF-8 is UTF-8, pairs of high bytes that are mostly common Chinese characters are GB 18030 (what Chinese Windows
 * writes), anything else is Latin-1 (which every byte sequence is). The mark itself is dropped.
 * @param cut true for the start of a file, whose last character may be cut in two
 */
export function decodeText(bytes: Uint8Array, cut = false): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return wide(bytes.subarray(2), 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return wide(bytes.subarray(2), 'utf-16be');
  const head = bytes.subarray(0, 2000);
  const zeros = [0, 0];
  for (let index = 0; index < head.length; index++) if (head[index] === 0) zeros[index % 2] += 1;
  if (head.length >= 4 && Math.max(...zeros) > head.length / 4) {
    return wide(bytes, zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be');
  }
  const text = strictly(bytes, 'utf-8', cut);
  if (text !== null) return { text, encoding: 'utf-8' };
  const chinese = looksChinese(bytes) ? strictly(bytes, 'gb18030', cut) : null;
  if (chinese !== null) return { text: chinese, encoding: 'gb18030' };
  // Where Latin-1 has control characters, Western Windows has quotation marks and the like.
  return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'latin-1' };
}

/** Text of bytes that are valid in an encoding; null where they are not. */
function strictly(bytes: Uint8Array, label: string, cut: boolean): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

/**
 * Whether at least two, and four fifths, of the pairs that begin with a high byte are marks (rows A1 to A3) or
 * characters of the first, common level of GB 2312 (rows B0 to D7). High bytes of Latin-1 mostly stand alone.
 */
function looksChinese(bytes: Uint8Array): boolean {
  let [common, other] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at];
    if (lead < 0x80) continue;
    at += 1;
    const paired = at < bytes.length && bytes[at] >= 0xa1;
    if (paired && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))) common += 1;
    else other += 1;
  }
  return common >= 2 && common >= 4 * other;
}

/** Reads a text file (gzip or not) in whatever encoding it is. @throws UserError `file.*` */
export async function readText(path: string): Promise<DecodedText> {
  return decodeText(await readWhole(path));
}

function wide(bytes: Uint8Array, label: 'utf-16le' | 'utf-16be'): DecodedText {
  return { text: new TextDecoder(label).decode(bytes), encoding: 'utf-16' };
}
