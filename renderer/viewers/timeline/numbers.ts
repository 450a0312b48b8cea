/** How the timeline writes numbers: whole ones, values of a metric, and steps along the axis. */
export interface Numbers {
  readonly whole: Intl.NumberFormat;
  readonly value: Intl.NumberFormat;
  readonly short: Intl.NumberFormat;
}

const known = new Map<string, Numbers>();

/** The formats of a language, made once: making them takes longer than drawing a frame. */
export function niceNumbers(language: string): Numbers {
  const found = known.get(language) ?? {
    whole: new Intl.NumberFormat(language),
    value: new Intl.NumberFormat(language, { maximumSignificantDigits: 4 }),
    short: new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }),
  };
  known.set(language, found);
  return found;
}
