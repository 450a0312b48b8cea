/** Numbers as people read them. Every function takes the language, as digits group differently. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 1 kB = 1000 B, as disks are sold and file managers count. */
export function formatBytes(bytes: number, language: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${formatNumber(value, language, digits)} ${byteUnits[unit]}`;
}

/** Fixed number of decimals, so that columns line up; a minus sign, not a hyphen; a dash for what is not known. */
export function formatNumber(value: number | null | undefined, language: string, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const text = new Intl.NumberFormat(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
  // What rounds to nothing has no sign.
  return text.replace(/^-(?=[0.,]*$)/, '').replace(/^-/, '\u2212');
}

/** As many digits as matter: 4 significant ones. */
export function formatSignificant(value: number | null | undefined, language: string, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return new Intl.NumberFormat(language, { maximumSignificantDigits: digits })
    .format(value)
    .replace(/^-/, '\u2212');
}

/** "7 s", "3 min 20 s", "1 h 5 min"; in Chinese its own words. */
export function formatDuration(seconds: number | null | undefined, language: string): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  const part = (value: number, unit: keyof typeof SYMBOLS) =>
    language.startsWith('zh')
      ? new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
      : `${value} ${SYMBOLS[unit]}`;
  if (whole < 60) return part(whole, 'second');
  const [large, small, size] =
    whole < 3600 ? (['minute', 'second', 60] as const) : (['hour', 'minute', 3600] as const);
  const rest = Math.round((whole % size) / (size / 60));
  const first = part(Math.floor(whole / size), large);
  return rest === 0 ? first : `${first} ${part(rest, small)}`;
}

/** Symbols of units of time, where the language has no words of its own for them. */
const SYMBOLS = { second: 's', minute: 'min', hour: 'h' } as const;

/** "m:ss" on a stimulus clock, with tenths where there are any. */
export function formatClock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  return Number.isInteger(seconds)
    ? `${minutes}:${String(rest).padStart(2, '0')}`
    : `${minutes}:${rest.toFixed(1).padStart(4, '0')}`;
}

/** Date and time in the page's language; empty where there is none. */
export function formatDateTime(milliseconds: number | null | undefined, language: string): string {
  if (milliseconds === null || milliseconds === undefined) return '–';
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds);
}

/** The last part of a path, whichever way its slashes lean. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

/** The shown start of a SHA-256; the whole of it goes into the tooltip. */
export function shortHash(hash: string): string {
  return hash.slice(0, 10);
}
