import { openFile, type RandomAccess } from '../source.ts';

/** What a pass over all rows of a table of numbers tells, column by column. */
export interface ColumnTotals {
  readonly rows: number;
  /** Cells that stand for a missing value. */
  readonly missing: number;
  /** Sums of the finite values. */
  readonly sums: Float64Array;
}

const LINE_END = 10;
const RETURN = 13;
const BLANK = 32;
const MINUS = 45;
const POINT = 46;
const QUOTE = 34;
const BLOCK = 1 << 20;
/** A line longer than this is no row. */
const LONGEST_LINE = 16 << 20;
/** Up to so many digits, a decimal number is its digits divided by a power of ten, both exact: rounded once. */
const EXACT_DIGITS = 15;
const powers = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * Sums the columns of a delimited text without making a text of any cell, as the table may be far larger than what its
 * sums need. Decimal points only.
 * @param start first byte behind the header's line
 * @returns null where the text is not that plain (quotes, lone returns, words in the place of numbers): it must be read
 *   cell by cell then
 */
export async function sumColumns(
  path: string,
  start: number,
  columns: number,
  delimiter: string,
): Promise<ColumnTotals | null> {
  const source = await openFile(path);
  try {
    return await new ColumnSums(columns, delimiter.charCodeAt(0)).walk(source, start);
  } finally {
    await source.close();
  }
}

class ColumnSums {
  private readonly columns: number;
  private readonly delimiter: number;
  private readonly sums: Float64Array;
  private missing = 0;
  private rows = 0;

  constructor(columns: number, delimiter: number) {
    this.columns = columns;
    this.delimiter = delimiter;
    this.sums = new Float64Array(columns);
  }

  async walk(source: RandomAccess, start: number): Promise<ColumnTotals | null> {
    let memory = new Uint8Array(2 * BLOCK);
    let kept = 0;
    for (let at = start; at < source.size; ) {
      if (kept + BLOCK > memory.length) {
        if (kept > LONGEST_LINE) return null;
        const larger = new Uint8Array(2 * memory.length);
        larger.set(memory.subarray(0, kept));
        memory = larger;
      }
      const read = await source.read(at, BLOCK, memory.subarray(kept, kept + BLOCK));
      at += read.length;
      const bytes = memory.subarray(0, kept + read.length);
      const last = at < source.size ? bytes.lastIndexOf(LINE_END) + 1 : bytes.length;
      if (!this.lines(bytes, last)) return null;
      memory.copyWithin(0, last, bytes.length);
      kept = bytes.length - last;
    }
    const { rows, missing, sums } = this;
    return { rows, missing, sums };
  }

  /** Takes in whole lines; false where they are not plain. */
  private lines(bytes: Uint8Array, end: number): boolean {
    const { columns, delimiter, sums } = this;
    let at = 0;
    while (at < end) {
      let code = bytes[at];
      if (code === LINE_END || code === RETURN) {
        at += 1;
        continue;
      }
      // A line of blanks is no row, and hardly ever there.
      if (code === BLANK) return false;
      let column = 0;
      for (;;) {
        let whole = 0;
        let digits = 0;
        let places = 0;
        const negative = code === MINUS;
        if (negative) code = bytes[++at];
        while (code >= 48 && code <= 57) {
          whole = whole * 10 + code - 48;
          digits += 1;
          code = bytes[++at];
        }
        if (code === POINT) {
          code = bytes[++at];
          places = digits;
          while (code >= 48 && code <= 57) {
            whole = whole * 10 + code - 48;
            digits += 1;
            code = bytes[++at];
          }
          places = digits - places;
        }
        const stopped = at >= end || code === delimiter || code === LINE_END || code === RETURN;
        if (stopped && digits > 0 && digits <= EXACT_DIGITS) {
          const value = places === 0 ? whole : whole / powers[places];
          if (column < columns) sums[column] += negative ? -value : value;
        } else {
          const next = this.word(bytes, at, end, column);
          if (next < 0) return false;
          at = next;
          code = bytes[at];
        }
        column += 1;
        if (at >= end || code !== delimiter) break;
        code = bytes[++at];
      }
      if (column < columns) this.missing += columns - column;
      this.rows += 1;
      if (at < end && code === RETURN) {
        if (bytes[at + 1] !== LINE_END) return false;
        at += 1;
      }
      at += 1;
    }
    return true;
  }

  /** A cell that is no short decimal number; -1 where it is a word. `at` may be anywhere in it. */
  private word(bytes: Uint8Array, at: number, end: number, column: number): number {
    let from = at;
    while (from > 0 && bytes[from - 1] !== this.delimiter && bytes[from - 1] !== LINE_END) from -= 1;
    let to = at;
    while (to < end && bytes[to] !== this.delimiter && bytes[to] !== LINE_END && bytes[to] !== RETURN) {
      if (bytes[to] === QUOTE) return -1;
      to += 1;
    }
    const cell = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
      .toString('latin1')
      .trim();
    if (cell === '' || /^(n\/a|na|nan)$/i.test(cell)) {
      if (column < this.columns) this.missing += 1;
      return to;
    }
    const value = Number(cell);
    if (Number.isNaN(value)) return -1;
    if (Number.isFinite(value) && column < this.columns) this.sums[column] += value;
    return to;
  }
}
