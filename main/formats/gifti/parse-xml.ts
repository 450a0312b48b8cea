import { SaxesParser } from 'saxes';
import { UserError } from '../../core/errors.ts';
import { release } from '../release.ts';
import { decodeText } from '../text/decode-text.ts';

/** One data array as the XML has it, values still encoded. */
export interface RawDataArray {
  readonly attributes: Record<string, string>;
  readonly meta: Record<string, string>;
  readonly transforms: { from: string; to: string; matrix: string }[];
  /** What stands between the tags of its values. */
  data: Uint8Array;
}

export interface RawGifti {
  readonly meta: Record<string, string>;
  readonly labels: { attributes: Record<string, string>; name: string }[];
}

const OPEN = '<Data>';
const CLOSE = '</Data>';

/**
 * Reads the XML of a GIFTI file from its bytes without decoding values. Values are passed by the parser: what stands
 * between `<Data>` and the next `<` is taken as it is, for a parser of characters takes far longer than unpacking it.
 * Use: `write` every piece, then `close`; both return the data arrays that have ended since.
 */
export class GiftiXml {
  readonly found: RawGifti = { meta: {}, labels: [] };
  private readonly file: string;
  private readonly parser = new SaxesParser<{ position: false; xmlns: false }>({
    position: false,
    xmlns: false,
  });
  private ended: RawDataArray[] = [];
  private root = '';
  private array: RawDataArray | null = null;
  private metaName = '';
  private characters: string[] = [];
  private insideData = false;
  /** Bytes of values so far, while they are passed by the parser. */
  private values: Uint8Array[] | null = null;
  /** Bytes that are not looked at yet: the end of a piece that a tag may go on from. */
  private rest: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    this.file = file;
    this.parser.on('error', (error) => {
      throw damaged(file, error.message);
    });
    this.parser.on('opentag', ({ name, attributes }) => this.open(name, attributes));
    this.parser.on('text', (text) => void this.characters.push(text));
    this.parser.on('cdata', (text) => void this.characters.push(text));
    this.parser.on('closetag', ({ name }) => this.closeTag(name));
  }

  /** Takes the next bytes of the file. @throws UserError `gifti.not-gifti`, `gifti.damaged` */
  write(piece: Uint8Array): RawDataArray[] {
    this.ended = [];
    let bytes = this.rest.length === 0 ? bufferOf(piece) : Buffer.concat([this.rest, piece]);
    for (;;) {
      if (this.values !== null) {
        const end = bytes.indexOf('<');
        if (end < 0) {
          // The memory of a piece may be used again for the next one.
          this.values.push(new Uint8Array(bytes));
          this.rest = Buffer.alloc(0);
          return this.ended;
        }
        if (bytes.length < end + CLOSE.length) {
          this.rest = Buffer.from(bytes);
          return this.ended;
        }
        this.values.push(new Uint8Array(bytes.subarray(0, end)));
        this.finishValues(bytes.toString('latin1', end, end + CLOSE.length) === CLOSE);
        bytes = bytes.subarray(end);
      }
      const start = bytes.indexOf(OPEN);
      if (start < 0) break;
      this.parse(bytes.subarray(0, start + OPEN.length));
      if (this.insideData) this.values = [];
      bytes = bytes.subarray(start + OPEN.length);
    }
    // The start of "<Data>" may stand at the end, and so may half a character.
    const safe = bytes.lastIndexOf('>') + 1;
    this.parse(bytes.subarray(0, safe));
    this.rest = Buffer.from(bytes.subarray(safe));
    return this.ended;
  }

  /** Ends the file. @throws UserError `gifti.not-gifti`, `gifti.damaged` */
  close(): RawDataArray[] {
    this.ended = [];
    if (this.values !== null) this.finishValues(false);
    this.parse(this.rest);
    this.parser.close();
    if (this.root === '') throw notGifti(this.file);
    return this.ended;
  }

  /** @param plain whether nothing but characters stood there: else the parser has to make sense of it */
  private finishValues(plain: boolean): void {
    const pieces = this.values ?? [];
    const bytes = Buffer.concat(pieces);
    release(...pieces);
    this.values = null;
    if (plain && this.array !== null) this.array.data = bytes;
    else this.parse(bytes);
    this.insideData = false;
  }

  private parse(bytes: Uint8Array): void {
    if (bytes.length > 0) this.parser.write(decodeText(bytes).text);
  }

  private open(name: string, attributes: Record<string, string>): void {
    this.root ||= name;
    if (this.root !== 'GIFTI') throw notGifti(this.file);
    this.characters = [];
    if (name === 'DataArray') this.array = { attributes, meta: {}, transforms: [], data: new Uint8Array(0) };
    else if (name === 'Label') this.found.labels.push({ attributes, name: '' });
    else if (name === 'CoordinateSystemTransformMatrix')
      this.array?.transforms.push({ from: '', to: '', matrix: '' });
    this.insideData = name === 'Data' && this.array !== null;
  }

  private closeTag(name: string): void {
    const content = this.characters.join('');
    this.characters = [];
    const { array } = this;
    const transform = array?.transforms.at(-1);
    const label = this.found.labels.at(-1);
    if (name === 'Name') this.metaName = content.trim();
    else if (name === 'Value') (array?.meta ?? this.found.meta)[this.metaName] = content.trim();
    else if (name === 'Label' && label) label.name = content.trim();
    else if (name === 'DataSpace' && transform) transform.from = content.trim();
    else if (name === 'TransformedSpace' && transform) transform.to = content.trim();
    else if (name === 'MatrixData' && transform) transform.matrix = content;
    else if (name === 'Data' && array && content !== '') array.data = Buffer.from(content, 'latin1');
    else if (name === 'DataArray' && array) {
      this.ended.push(array);
      this.array = null;
    }
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function notGifti(file: string): UserError {
  return new UserError('gifti.not-gifti', `${file} is not a GIFTI file.`, { file });
}

/** The refusal of a surface file that is cut off or not what it says. */
export function damaged(file: string, reason: string): UserError {
  const detail = reason.split('\n')[0].replace(/\.+$/, '');
  return new UserError('gifti.damaged', `${file} is a damaged GIFTI file (${detail}): get it again.`, {
    file,
    reason: detail,
  });
}
