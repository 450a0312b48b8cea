import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readWhole } from '../source.ts';
import { type DecodedText, decodeText } from '../text/decode-text.ts';
import { type TextGridToken, textGridTokens } from './tokens.ts';

export interface TextGridInterval {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One tier; a point tier's entries have equal start and end. Times in seconds. */
export interface TextGridTier {
  readonly type: 'IntervalTier' | 'TextTier';
  readonly name: string;
  /** The name as it stands in the file, inner quotes doubled. */
  readonly rawName: string;
  readonly start: number;
  readonly end: number;
  readonly entries: readonly TextGridInterval[];
}

export interface TextGrid {
  readonly encoding: DecodedText['encoding'];
  readonly form: 'long' | 'short';
  readonly start: number;
  readonly end: number;
  readonly tiers: readonly TextGridTier[];
}

/** Reads a Praat TextGrid. @throws UserError `file.*`, and as `parseTextGrid` does */
export async function readTextGrid(path: string): Promise<TextGrid> {
  return parseTextGrid(await readWhole(path), basename(path));
}

/**
 * Parses a Praat TextGrid in long or short text form, in any of its encodings (UTF-8, UTF-16 with or without byte
 * order mark, Latin-1).
 * @throws UserError `textgrid.binary`, `textgrid.not-textgrid`, `textgrid.damaged`
 */
export function parseTextGrid(bytes: Uint8Array, file: string): TextGrid {
  const head = Buffer.from(bytes.subarray(0, 21)).toString('latin1');
  // Behind the mark stands the length of the class's name.
  if (head.startsWith('ooBinaryFile') && head.endsWith('\x08TextGrid')) {
    throw new UserError(
      'textgrid.binary',
      `${file} is a binary TextGrid: open it in Praat and save it as a text file.`,
      { file },
    );
  }
  const { text, encoding } = decodeText(bytes);
  const stream = textGridTokens(text);
  const next = (kind: TextGridToken['kind']): TextGridToken => {
    const { value, done } = stream.next();
    if (done || !value || value.kind !== kind) throw damaged(file);
    return value;
  };
  const string = () => next('string') as Extract<TextGridToken, { kind: 'string' }>;
  const number = () => Number(next('number').value);

  const first = stream.next().value;
  const second = stream.next().value;
  const kinds = [first, second].map((token) => (token && token.kind === 'string' ? token.value : ''));
  // Praat's other way to write one, by time and not by tier, which hardly anybody uses.
  if (kinds[0].startsWith('Praat chronological TextGrid')) throw damaged(file);
  if (!kinds[0].startsWith('ooTextFile') || kinds[1] !== 'TextGrid') {
    throw new UserError('textgrid.not-textgrid', `${file} is not a Praat TextGrid.`, { file });
  }
  const start = number();
  const end = number();
  const tiers: TextGridTier[] = [];
  if (next('flag').value === '<exists>') {
    const count = number();
    for (let index = 0; index < count; index++) tiers.push(readTier(string, number, file));
  }
  return { encoding, form: /^\s*xmin\s*=/m.test(text) ? 'long' : 'short', start, end, tiers };
}

function readTier(
  string: () => Extract<TextGridToken, { kind: 'string' }>,
  number: () => number,
  file: string,
): TextGridTier {
  const type = string().value;
  if (type !== 'IntervalTier' && type !== 'TextTier') throw damaged(file);
  const { value: name, raw: rawName } = string();
  const start = number();
  const end = number();
  const entries: TextGridInterval[] = [];
  const count = number();
  for (let index = 0; index < count; index++) {
    const from = number();
    const to = type === 'IntervalTier' ? number() : from;
    entries.push({ start: from, end: to, text: string().value });
  }
  return { type, name, rawName, start, end, entries };
}

function damaged(file: string): UserError {
  return new UserError(
    'textgrid.damaged',
    `${file} breaks off or does not follow the TextGrid layout: open it in Praat and save it again.`,
    { file },
  );
}
