/** How the timeline writes numbers: whole ones, values of a metric, and steps along the axis. */
interface Numbers {
  readonly whole: Intl.NumberFormat;
  readonly value: Intl.NumberFormat;
  readonly short: Intl.NumberFormat;
  readonly power: Intl.NumberFormat;
}

const known = new Map<string, Numbers>();

/** The formats of a language, made once: making them takes longer than drawing a frame. */
export function niceNumbers(language: string): Numbers {
  const found = known.get(language) ?? {
    whole: new Intl.NumberFormat(language),
    value: new Intl.NumberFormat(language, { maximumSignificantDigits: 4 }),
    short: new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }),
    power: new Intl.NumberFormat(language, { notation: 'scientific', maximumSignificantDigits: 3 }),
  };
  known.set(language, found);
  return found;
}

/** A metric's value as it fits beside its axis: 2.5, 12M, 3E-6. */
export function formatValue(value: number, language: string): string {
  const { value: plain, short, power } = niceNumbers(language);
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return power.format(value);
  return (size >= 1e5 ? short : plain).format(value);
}
