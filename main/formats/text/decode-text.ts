import { readWhole } from '../source.ts';

export interface DecodedText {
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16' | 'latin-1';
}

/**
 * Bytes to text: a byte order mark decides; without one, many zero bytes at odd or even places mean UTF-16, valid
 * UTF-8 is UTF-8, anything else is Latin-1 (which every byte sequence is). The mark itself is dropped.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return wide(bytes.subarray(2), 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return wide(bytes.subarray(2), 'utf-16be');
  const head = bytes.subarray(0, 2000);
  const zeros = [0, 0];
  for (let index = 0; index < head.length; index++) if (head[index] === 0) zeros[index % 2] += 1;
  if (head.length >= 4 && Math.max(...zeros) > head.length / 4) {
    return wide(bytes, zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be');
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin-1' };
  }
}

/** Reads a text file (gzip or not) in whatever encoding it is. @throws UserError `file.*` */
export async function readText(path: string): Promise<DecodedText> {
  return decodeText(await readWhole(path));
}

function wide(bytes: Uint8Array, label: 'utf-16le' | 'utf-16be'): DecodedText {
  return { text: new TextDecoder(label).decode(bytes), encoding: 'utf-16' };
}
