import { dateText } from '../meeg/recording.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Date and time as CTF systems write them, in many forms; both empty mean the start of Unix time. Null if unknown. */
export function dateOf(date: string, time: string): string | null {
  if (date === '' && time === '') return dateText(0);
  const day = dayOf(date.trim());
  const clock = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(time.trim());
  if (day === null || clock === null) return null;
  const [, hour, minute, second = '0'] = clock;
  return dateText(Date.UTC(day[0], day[1], day[2], Number(hour), Number(minute), Number(second)) / 1000);
}

function dayOf(text: string): [number, number, number] | null {
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (slashed) {
    const [first, second, year] = slashed.slice(1).map(Number);
    // The day comes first, unless what stands second can only be a day.
    return second > 12 && first <= 12 ? [year, first - 1, second] : [year, second - 1, first];
  }
  const iso = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(text);
  if (iso) return [Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])];
  const named = /^(\d{1,2})-([a-z]{3})-(\d{4})$/i.exec(text);
  const american = /^[a-z]{3}, ([a-z]{3}) (\d{1,2}), (\d{4})$/i.exec(text);
  const parts = named
    ? [named[3], named[2], named[1]]
    : american
      ? [american[3], american[1], american[2]]
      : null;
  const month = parts === null ? -1 : months.indexOf(parts[1].toLowerCase());
  return parts === null || month < 0 ? null : [Number(parts[0]), month, Number(parts[2])];
}
