/** What a scan of number cells found. */
export interface ScannedCells {
  /** Cells found, also beyond the room that there was. */
  readonly count: number;
  /** Cells that hold neither a number nor a mark of absence. */
  readonly bad: number;
}

const COMMA = 44;
const SEMICOLON = 59;

/**
 * Reads the numbers of a text into an array: cells stand between commas, semicolons, tabs, spaces or line ends. `B`
 * (Tekscan: no cell here), `-`, `n/a` and `nan` give NaN; any other text gives NaN and counts as bad.
 * @param into receives the cells from `at` on; cells without room are counted only
 * @param decimalComma true where commas are decimal marks
 */
export function scanCells(text: string, into: Float32Array, at = 0, decimalComma = false): ScannedCells {
  let count = 0;
  let bad = 0;
  let from = 0;
  const end = text.length;
  while (from < end) {
    let code = text.charCodeAt(from);
    if (code <= 32 || code === SEMICOLON || (code === COMMA && !decimalComma)) {
      from += 1;
      continue;
    }
    let stop = from;
    let whole = 0;
    let plain = true;
    while (stop < end) {
      code = text.charCodeAt(stop);
      if (code <= 32 || code === SEMICOLON || (code === COMMA && !decimalComma)) break;
      if (code >= 48 && code <= 57) whole = whole * 10 + (code - 48);
      else plain = false;
      stop += 1;
    }
    let value = whole;
    if (!plain) {
      const token = text.slice(from, stop);
      value = Number(decimalComma ? token.replace(',', '.') : token);
      if (Number.isNaN(value) && !/^(B|-|\.|n\/?a|nan)$/i.test(token)) bad += 1;
    }
    if (at + count < into.length) into[at + count] = value;
    count += 1;
    from = stop;
  }
  return { count, bad };
}

const nowhere = new Float32Array(0);

/** How many cells stand in a text, and how many of them are no numbers. */
export function countCells(text: string, decimalComma = false): ScannedCells {
  return scanCells(text, nowhere, 0, decimalComma);
}
