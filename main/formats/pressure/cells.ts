/** What a scan of number cells found. */
export interface ScannedCells {
  /** Cells found, also beyond the room that there was. */
  readonly count: number;
  /** Cells that hold neither a number nor a mark of absence. */
  readonly bad: number;
}

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const SEMICOLON = 59;

/** Up to so many digits, a decimal number is its digits divided by a power of ten, both exact: rounded once, correctly. */
const EXACT_DIGITS = 15;
const powers = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * Reads the numbers of a text into an array: cells stand between commas, semicolons, tabs, spaces or line ends. `B`
 * (Tekscan: no cell here), `-`, `n/a` and `nan` give NaN; any other text gives NaN and counts as bad.
 * @param into receives the cells from `at` on; cells without room are counted only
 * @param decimalComma true where commas are decimal marks
 */
export function scanCells(text: string, into: Float32Array, at = 0, decimalComma = false): ScannedCells {
  return scanCellBytes(Buffer.from(text, 'utf8'), into, at, decimalComma);
}

/** As `scanCells`, from the bytes of the text. */
export function scanCellBytes(
  bytes: Uint8Array,
  into: Float32Array,
  at = 0,
  decimalComma = false,
): ScannedCells {
  const point = decimalComma ? COMMA : POINT;
  const comma = decimalComma ? SEMICOLON : COMMA;
  const end = bytes.length;
  let count = 0;
  let bad = 0;
  let from = 0;
  while (from < end) {
    let code = bytes[from];
    if (code <= 32 || code === SEMICOLON || code === comma) {
      from += 1;
      continue;
    }
    let stop = from;
    let whole = 0;
    let digits = 0;
    let places = -1;
    const negative = code === MINUS;
    if (negative) code = bytes[++stop];
    for (; stop < end; code = bytes[++stop]) {
      if (code >= 48 && code <= 57) {
        whole = whole * 10 + (code - 48);
        digits += 1;
        if (places >= 0) places += 1;
      } else if (code === point && places < 0) places = 0;
      else break;
    }
    let value = places > 0 ? whole / powers[places] : whole;
    if (negative) value = -value;
    const ended = stop >= end || code <= 32 || code === SEMICOLON || code === comma;
    if (!ended || digits === 0 || digits > EXACT_DIGITS) {
      while (stop < end && bytes[stop] > 32 && bytes[stop] !== SEMICOLON && bytes[stop] !== comma) stop += 1;
      const token = String.fromCharCode(...bytes.subarray(from, Math.min(stop, from + LONGEST_CELL)));
      value = Number(decimalComma ? token.replace(',', '.') : token);
      if (Number.isNaN(value) && !/^(B|-|\.|n\/?a|nan)$/i.test(token)) bad += 1;
    }
    if (at + count < into.length) into[at + count] = value;
    count += 1;
    from = stop;
  }
  return { count, bad };
}

/** A cell longer than this is no number. */
const LONGEST_CELL = 1000;

const nowhere = new Float32Array(0);

/** How many cells stand in a text, and how many of them are no numbers. */
export function countCells(text: string, decimalComma = false): ScannedCells {
  return scanCells(text, nowhere, 0, decimalComma);
}
