/** Pieces that byte-level BPE never merges across: GPT-2's own pattern (Radford et al. 2019, released code). */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * The character that stands for each byte: printable bytes for themselves, the other 68 for the characters from
 * U+0100 on, so that every token is printable text (Radford et al. 2019).
 */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
})();

const encoder = new TextEncoder();

/** Pieces of a text that are tokenised one by one; joined they are the text. */
export function textPieces(text: string): string[] {
  return text.match(PIECES) ?? [];
}

/** A piece written in byte characters. */
export function toByteCharacters(piece: string): string {
  let written = '';
  for (const byte of encoder.encode(piece)) written += BYTE_CHARACTERS[byte];
  return written;
}
