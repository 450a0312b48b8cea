/** A count as people say it: 124.4 M, 1.24 G; below a hundred thousand in full. */
export function compact(value: number, language: string): string {
  if (Math.abs(value) < 1e5)
    return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value);
  const unit = Math.min(5, Math.floor(Math.log10(Math.abs(value)) / 3));
  const scaled = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 }).format(
    value / 1000 ** unit,
  );
  return `${scaled} ${'kMGTP'[unit - 1]}`;
}

/** "32 × 64 × 768"; a dot for a scalar. */
export function shapeText(dims: readonly (number | string)[]): string {
  return dims.length === 0 ? '·' : dims.join(' × ');
}
