import { escapeText } from './figures/svg.ts';

/** A table; columns whose cells are all numbers (or a dash) stand to the right. */
export function htmlTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  className = '',
): string {
  const numeric = heading.map((_, column) =>
    rows.every((row) => /^(–|−?[\d.,]+( %)?|−?[\d.]+ … −?[\d.]+)$/.test(row[column])),
  );
  const cell = (tag: 'th' | 'td', text: string, column: number): string =>
    `<${tag}${numeric[column] ? ' class="number"' : ''}>${escapeText(text)}</${tag}>`;
  const head = heading.map((text, column) => cell('th', text, column)).join('');
  const body = rows
    .map((row) => `<tr>${row.map((text, column) => cell('td', text, column)).join('')}</tr>`)
    .join('');
  return `<table class="${className}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

/** A number with so many decimals and a true minus sign; a dash for nothing. */
export function decimals(value: number | null, places = 3): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const text = value.toFixed(places);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}
