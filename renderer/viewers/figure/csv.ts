/** One cell of a table: text is quoted where it must be, NaN becomes "n/a" as in BIDS tables. */
function cell(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? 'n/a' : String(value);
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** RFC 4180 text with a header row and CRLF ends. */
export function toCsv(header: readonly string[], rows: Iterable<readonly (string | number)[]>): string {
  const lines = [header.map(cell).join(',')];
  for (const row of rows) lines.push(row.map(cell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** float32 as the shortest decimal that reads back to the same float32 (at most 9 digits). */
export function float32Text(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
