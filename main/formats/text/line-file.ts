import { looksGzip, openFile, readHead, readWhole } from '../source.ts';
import { decodeText } from './decode-text.ts';

/** One line without its end, and where it stands in the file's bytes; characters are bytes (Latin-1). */
export interface TextLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Where a line stands in the file's bytes, without its end. */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
}

/** A text file whose lines are read in order once, and whose parts can be read again later. */
export interface LineFile {
  readonly path: string;
  readonly size: number;
  /** The lines in order, in batches. Leave the loop to stop reading. */
  batches(): AsyncGenerator<TextLine[]>;
  /** Where the lines that are not blank stand, without their texts, in batches. */
  spans(): AsyncGenerator<LineSpan[]>;
  /** Characters between two byte offsets. */
  text(start: number, end: number): Promise<string>;
  /** Bytes between two offsets. */
  bytes(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const PIECE = 1 << 20;
const LINE_END = 10;
const RETURN = 13;
/** Bytes read ahead. */
const NEAR = 256 << 10;
/** A line longer than this is no line of text. */
const LONGEST_LINE = 64 << 20;

/**
 * Opens a text file for reading by lines. Plain files stay on disk; what is gzip or UTF-16, or ends
 * its lines with returns alone, is unpacked into memory.
 * @throws UserError `file.*`
 */
export async function openLineFile(path: string): Promise<LineFile> {
  const head = await readHead(path, 4096);
  const wide = decodeText(head).encoding === 'utf-16';
  const returns = head.includes(RETURN) && !head.includes(LINE_END);
  if (looksGzip(head) || wide || returns) {
    const bytes = await readWhole(path);
    const { text, encoding } = decodeText(bytes);
    const content = encoding === 'utf-16' ? Buffer.from(text, 'utf8') : Buffer.from(bytes);
    // Old programs of the Mac end lines with a return alone.
    if (!content.includes(LINE_END))
      content.forEach((byte, at) => {
        if (byte === RETURN) content[at] = LINE_END;
      });
    return lineFile(
      path,
      content.length,
      async (offset, length) => content.subarray(offset, offset + length),
      async () => {},
    );
  }
  const file = await openFile(path);
  return lineFile(
    path,
    file.size,
    (offset, length, into) => file.read(offset, length, into),
    () => file.close(),
  );
}

function lineFile(
  path: string,
  size: number,
  read: (offset: number, length: number, into?: Uint8Array) => Promise<Uint8Array>,
  close: () => Promise<void>,
): LineFile {
  const latin = (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  // Lines are mostly asked for one behind the other.
  let near: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array(0) };
  return {
    path,
    size,
    close,
    async text(start, end) {
      return latin(await read(start, end - start));
    },
    async bytes(start, end) {
      if (start < near.start || end > near.start + near.bytes.length)
        near = { start, bytes: await read(start, Math.max(NEAR, end - start)) };
      return near.bytes.subarray(start - near.start, end - near.start);
    },
    async *spans() {
      let start = 0;
      // Whether the line so far has more than blanks in it.
      let filled = false;
      const memory = new Uint8Array(Math.min(size, PIECE));
      for (let offset = 0; offset < size; offset += PIECE) {
        const bytes = await read(offset, PIECE, memory);
        const lines: LineSpan[] = [];
        for (let from = 0; from < bytes.length; ) {
          const next = bytes.indexOf(LINE_END, from);
          const stop = next < 0 ? bytes.length : next;
          for (let at = from; !filled && at < stop; at++) filled = bytes[at] > 32;
          if (next < 0) break;
          // A return at the end of a line is blank to whoever reads its cells.
          if (filled) lines.push({ start, end: offset + next });
          filled = false;
          from = next + 1;
          start = offset + from;
        }
        if (lines.length > 0) yield lines;
      }
      if (filled) yield [{ start, end: size }];
    },
    async *batches() {
      let rest = '';
      let restStart = 0;
      for (let offset = 0; offset < size; offset += PIECE) {
        const bytes = await read(offset, PIECE);
        const text = rest + latin(bytes);
        const lines: TextLine[] = [];
        let from = 0;
        for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
          lines.push(lineAt(text, from, at, restStart));
          from = at + 1;
        }
        restStart += from;
        rest = text.slice(from);
        if (rest.length > LONGEST_LINE) {
          lines.push(lineAt(rest, 0, rest.length, restStart));
          restStart += rest.length;
          rest = '';
        }
        if (lines.length > 0) yield lines;
      }
      if (rest.length > 0) yield [lineAt(rest, 0, rest.length, restStart)];
    },
  };
}

function lineAt(text: string, from: number, at: number, base: number): TextLine {
  const stop = at > from && text.charCodeAt(at - 1) === 13 ? at - 1 : at;
  return { text: text.slice(from, stop), start: base + from, end: base + stop };
}

/** A header line as its writer meant it: UTF-8 where it is valid, else Latin-1; no byte order mark. */
export function headerText(line: string): string {
  return decodeText(Buffer.from(line, 'latin1')).text.replace(/^\uFEFF/, '');
}
