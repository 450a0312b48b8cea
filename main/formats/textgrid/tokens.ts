/** What Praat itself sees of a text file: free-standing strings, numbers and flags; all other words are comments. */
export type TextGridToken =
  | { readonly kind: 'string'; readonly value: string; readonly raw: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'flag'; readonly value: string };

/**
 * Splits a TextGrid's text (long or short form) into tokens, by the rules of Praat's manual, "TextGrid file
 * formats": strings in double quotes with inner quotes doubled, numbers that stand between blanks, <flags>, and
 * comments from ! to the line's end. A string that never ends gives null as the last token.
 */
export function* textGridTokens(text: string): Generator<TextGridToken | null> {
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      const end = closingQuote(text, at);
      if (end < 0) {
        yield null;
        return;
      }
      const raw = text.slice(at + 1, end);
      yield { kind: 'string', value: raw.replaceAll('""', '"'), raw };
      at = end + 1;
    } else if (character === '!') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (/\s/.test(character)) {
      at += 1;
    } else {
      const end = wordEnd(text, at);
      const word = text.slice(at, end);
      if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word)) yield { kind: 'number', value: Number(word) };
      else if (/^<.*>$/.test(word)) yield { kind: 'flag', value: word };
      at = end;
    }
  }
}

function closingQuote(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || text[quote + 1] !== '"') return quote;
    at = quote + 2;
  }
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s"]/.test(text[at])) at += 1;
  return at;
}
