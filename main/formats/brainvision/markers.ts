import { type BrainVisionText, unescapeComma } from './ini.ts';

export interface Marker {
  readonly type: string;
  readonly description: string;
  /** Counted from 1. */
  readonly sample: number;
  readonly samples: number;
}

/** Markers in their order, and the date of the first segment that has one. */
export function parseMarkers(text: BrainVisionText): { list: Marker[]; measuredAt: string | null } {
  const list: Marker[] = [];
  let measuredAt: string | null = null;
  for (const [key, value] of text.sections.get('marker infos') ?? []) {
    if (!/^mk\d+(#\d+)?$/.test(key)) continue;
    const [type, description = '', sample = '', samples = '', , date] = fieldsOf(value);
    const at = Number(sample);
    if (sample === '' || !Number.isFinite(at)) continue;
    list.push({
      type: unescapeComma(type),
      description: unescapeComma(description),
      sample: at,
      samples: /^\d+$/.test(samples) ? Number(samples) : 0,
    });
    if (type === 'New Segment') measuredAt ??= dateOf(date);
  }
  return { list, measuredAt };
}

/** Type, description, position, size, channel and date; some writers leave commas in descriptions as they are. */
function fieldsOf(marker: string): string[] {
  const plain = marker.split(',');
  if (/^\s*\d+\s*$/.test(plain[2] ?? '')) return plain;
  return /^([^,]*),(.*?),\s*(\d+)\s*,\s*(\d*)\s*,\s*(\d*)\s*(?:,(.*))?$/.exec(marker)?.slice(1) ?? plain;
}

/** Twenty digits, year to microseconds. */
function dateOf(text: string | undefined): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{6})$/.exec(text ?? '');
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, micro] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  if (Number.isNaN(Date.parse(iso))) return null;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${Number(micro) > 0 ? `.${micro}` : ''}+00:00`;
}
