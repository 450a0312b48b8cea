/** Rows as CSV (RFC 4180): fields with commas, quotes or line ends are quoted. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  const field = (value: string | number): string => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A link that saves the rows as a CSV file; the values are inside the link itself. */
export function csvLink(
  name: string,
  label: string,
  rows: readonly (readonly (string | number)[])[],
): string {
  const bytes = Buffer.from(`\uFEFF${csvText(rows)}`, 'utf8').toString('base64');
  return `<a class="csv" download="${name}.csv" href="data:text/csv;charset=utf-8;base64,${bytes}">${label}</a>`;
}

/** A PNG as the source of an image. */
export function pngSource(bytes: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
}
