import type { Annotation } from '../meeg/recording.ts';

/** Time-stamped annotation lists of one record (EDF+ specification, 2.2.2). */
export interface TimeStamped {
  readonly onset: number;
  readonly duration: number;
  /** Empty texts belong to the list that keeps the time of the record. */
  readonly texts: readonly string[];
}

/**
 * Parses the bytes of an annotation signal: "+onset[\x15duration]\x14text\x14text\x14\0", padded with zeros. Texts are
 * UTF-8; older writers used Latin-1. Anything that is not such a list is passed over.
 */
export function parseAnnotationBytes(bytes: Uint8Array): TimeStamped[] {
  const out: TimeStamped[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    const stop = end < 0 ? bytes.length : end;
    if (stop > at) {
      const list = parseList(decode(bytes.subarray(at, stop)));
      if (list !== null) out.push(list);
    }
    at = stop + 1;
  }
  return out;
}

const DURATION = '\x15';
const TEXT = '\x14';

function parseList(text: string): TimeStamped | null {
  const [time, ...texts] = text.split(TEXT);
  const [onset, duration, ...more] = time.split(DURATION);
  const wrong = !/^[+-]\d+\.?\d*$/.test(onset) || more.length > 0 || texts.length === 0;
  if (wrong || (duration !== undefined && !/^\d+\.?\d*$/.test(duration))) return null;
  return {
    onset: Number(onset),
    duration: duration === undefined ? 0 : Number(duration),
    // The last separator closes the list.
    texts: texts.length > 1 ? texts.slice(0, -1) : texts,
  };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

/** Onset of a record: that of its first list, which must begin with an empty text. Null where it has none. */
export function recordOnset(lists: readonly TimeStamped[]): number | null {
  const [first] = lists;
  return first !== undefined && first.texts[0] === '' ? first.onset : null;
}

/** What people noted, counted from the start of the first record, in the order of time; exact repeats once. */
export function annotationsOf(lists: readonly TimeStamped[], start: number): Annotation[] {
  const seen = new Map<string, Annotation>();
  for (const { onset, duration, texts } of lists) {
    for (const text of texts) {
      // EDF+ of some makers names the channel behind "@@".
      const description = text.split('@@')[0];
      if (description === '') continue;
      const key = `${onset}_${duration}_${text.includes('@@') ? description : `${description}_${seen.size}`}`;
      if (!seen.has(key)) seen.set(key, { onset: onset - start, duration, description });
    }
  }
  return [...seen.values()];
}
