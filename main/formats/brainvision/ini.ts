/** Sections of a BrainVision header or marker file; names of sections and keys in lower case. */
export interface BrainVisionText {
  readonly firstLine: string;
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Everything behind "[Comment]", as it stands. */
  readonly comment: string;
}

/**
 * Decodes and splits a header or marker file. "Codepage=" decides on the encoding where it is given, else UTF-8, else
 * Latin-1 (which older recorders on Windows wrote).
 */
export function parseBrainVisionText(bytes: Uint8Array): BrainVisionText {
  const text = decode(bytes);
  const [firstLine, ...rest] = text.split(/\r\n|\r|\n/);
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  let at = 0;
  for (; at < rest.length; at++) {
    const line = rest[at].trim();
    const section = /^\[(.+)\]$/.exec(line)?.[1].trim().toLowerCase();
    if (section === 'comment') break;
    if (section !== undefined) {
      current = sections.get(section) ?? new Map();
      sections.set(section, current);
      continue;
    }
    const equals = line.indexOf('=');
    if (line.startsWith(';') || equals < 0) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    // Tools that join marker files number them anew: an entry of the same name is another one.
    current?.set(current.has(key) ? `${key}#${at}` : key, line.slice(equals + 1).trim());
  }
  return { firstLine: firstLine.trim(), sections, comment: rest.slice(at + 1).join('\n') };
}

function decode(bytes: Uint8Array): string {
  const plain = Buffer.from(bytes).toString('latin1');
  const codepage = /Codepage=(.+)/i.exec(plain)?.[1].trim().toLowerCase() ?? 'utf-8';
  if (codepage === 'ansi') return new TextDecoder('windows-1252').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return plain;
  }
}

/** Commas inside names and descriptions are written "\1". */
export function unescapeComma(text: string): string {
  return text.replaceAll('\\1', ',');
}
