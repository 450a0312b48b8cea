import { inflateRawSync } from 'node:zlib';
import { UserError } from '../../core/errors.ts';

/** One element of a dataset: its value representation and where its value lies. */
export interface DicomElement {
  /** Group and element as eight hexadecimal digits, such as "00280010". */
  readonly tag: string;
  /** Two letters; of the dictionary below (else "UN") where the transfer syntax leaves it out. */
  readonly vr: string;
  readonly offset: number;
  /** Bytes of the value; of encapsulated pixel data, bytes of all fragments with their headers. */
  readonly length: number;
  /** The value is cut into fragments (compressed pixel data) or items (sequences) of undefined length. */
  readonly undefinedLength: boolean;
}

/** A parsed file: elements of the top level by tag. */
export interface DicomDataset {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly transferSyntax: string;
  readonly elements: ReadonlyMap<string, DicomElement>;
}

/** Value representations whose length field has four bytes behind two reserved ones (PS3.5, 7.1.2). */
const longForms = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const UNDEFINED = 0xffffffff;
/** Bytes that deflated elements may unpack to. */
const LARGEST = 256 << 20;
const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
/** Sequences in sequences beyond this are no image's. */
const DEEPEST = 32;

/** Whether these first bytes are those of a DICOM file with its preamble. */
export function looksDicom(head: Uint8Array): boolean {
  return head.length >= 132 && Buffer.from(head.subarray(128, 132)).toString('latin1') === 'DICM';
}

/**
 * Parses the elements of a DICOM file (PS3.10 with preamble): explicit and implicit value representations, either
 * byte order, sequences of defined and undefined length (skipped), encapsulated pixel data.
 * @throws UserError `dicom.not-dicom`, `dicom.damaged`, `dicom.unsupported`
 */
export function parseDicom(bytes: Uint8Array, file: string): DicomDataset {
  if (!looksDicom(bytes)) {
    throw new UserError(
      'dicom.not-dicom',
      `${file} is not a DICOM file, or lacks the mark (DICM) that such files begin with: export it again.`,
      { file },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const meta = new Reader(view, 132, true, false).elements((tag) => tag.startsWith('0002'));
    const syntaxElement = meta.found.get('00020010');
    const transferSyntax = syntaxElement === undefined ? IMPLICIT : text(bytes, syntaxElement);
    if (transferSyntax === DEFLATED) return inflated(bytes, meta, file);
    const littleEndian = transferSyntax !== BIG_ENDIAN;
    const implicit = transferSyntax === IMPLICIT || lacksRepresentations(bytes, meta.end);
    // Group 0 is of messages, not of files: some writers pad the file's end with zeros.
    const body = new Reader(view, meta.end, littleEndian, implicit).elements(
      (tag) => !tag.startsWith('0000'),
    );
    return { bytes, view, littleEndian, transferSyntax, elements: new Map([...meta.found, ...body.found]) };
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw new UserError('dicom.damaged', `${file} is a damaged or cut-off DICOM file: get it again.`, {
        file,
      });
    }
    throw thrown;
  }
}

/** Whether the first element behind the meta group has no value representation, whatever the transfer syntax says. */
function lacksRepresentations(bytes: Uint8Array, at: number): boolean {
  const letters = bytes.subarray(at + 4, at + 6);
  return letters.length === 2 && letters.some((letter) => letter < 65 || letter > 90);
}

/** A file whose elements behind the meta group are one deflated stream (PS3.5, annex A.5): parsed as if it were not. */
function inflated(
  bytes: Uint8Array,
  meta: { found: ReadonlyMap<string, DicomElement>; end: number },
  file: string,
): DicomDataset {
  let body: Uint8Array;
  try {
    body = inflateRawSync(bytes.subarray(meta.end), { maxOutputLength: LARGEST });
  } catch {
    throw new RangeError('the deflated elements are damaged');
  }
  const plain = new Uint8Array(Buffer.concat([bytes.subarray(0, meta.end), body]));
  const syntax = meta.found.get('00020010');
  if (syntax !== undefined) plain.set(Buffer.from(EXPLICIT.padEnd(syntax.length, '\0')), syntax.offset);
  return { ...parseDicom(plain, file), transferSyntax: DEFLATED };
}

class Reader {
  private readonly view: DataView;
  private readonly littleEndian: boolean;
  private implicit: boolean;
  private at: number;

  constructor(view: DataView, at: number, littleEndian: boolean, implicit: boolean) {
    this.view = view;
    this.at = at;
    this.littleEndian = littleEndian;
    this.implicit = implicit;
  }

  /** Elements while their tags are wanted, from the reader's place to the end of the file. */
  elements(wanted: (tag: string) => boolean): { found: Map<string, DicomElement>; end: number } {
    const found = new Map<string, DicomElement>();
    while (this.at + 8 <= this.view.byteLength) {
      const start = this.at;
      const next = this.tag();
      this.at = start;
      if (!wanted(next)) break;
      const element = this.element(0);
      found.set(element.tag, element);
    }
    return { found, end: this.at };
  }

  private element(depth: number): DicomElement {
    if (depth > DEEPEST) throw new RangeError('sequences too deep');
    const tag = this.tag();
    const { vr, length } = this.header(tag);
    const offset = this.at;
    if (length === UNDEFINED) {
      // A sequence of unknown kind has its items without value representations, whatever the file (PS3.5, 6.2.2).
      const { implicit } = this;
      this.implicit ||= vr === 'UN';
      this.skipItems(vr, depth);
      this.implicit = implicit;
      return { tag, vr, offset, length: this.at - offset, undefinedLength: true };
    }
    // Pixel data that is cut off is told by whoever wants the pixels.
    if (offset + length > this.view.byteLength && tag !== '7FE00010')
      throw new RangeError('element beyond the end');
    this.at = offset + length;
    return { tag, vr, offset, length, undefinedLength: false };
  }

  private tag(): string {
    const [group, element] = [
      this.view.getUint16(this.at, this.littleEndian),
      this.view.getUint16(this.at + 2, this.littleEndian),
    ];
    this.at += 4;
    return (group.toString(16).padStart(4, '0') + element.toString(16).padStart(4, '0')).toUpperCase();
  }

  private header(tag: string): { vr: string; length: number } {
    if (tag.startsWith('FFFE') || this.implicit) {
      const length = this.view.getUint32(this.at, this.littleEndian);
      this.at += 4;
      return { vr: 'UN', length };
    }
    const vr = String.fromCharCode(this.view.getUint8(this.at), this.view.getUint8(this.at + 1));
    if (!/^[A-Z]{2}$/.test(vr)) throw new RangeError('no value representation');
    if (longForms.has(vr)) {
      const length = this.view.getUint32(this.at + 4, this.littleEndian);
      this.at += 8;
      return { vr, length };
    }
    const length = this.view.getUint16(this.at + 2, this.littleEndian);
    this.at += 4;
    return { vr, length };
  }

  /** Passes items until the delimiter of the sequence (or of the fragments). */
  private skipItems(vr: string, depth: number): void {
    for (;;) {
      const tag = this.tag();
      const length = this.view.getUint32(this.at, this.littleEndian);
      this.at += 4;
      if (tag === 'FFFEE0DD') return;
      if (tag !== 'FFFEE000') throw new RangeError(`no item in ${vr}`);
      if (length !== UNDEFINED) {
        this.at += length;
        if (this.at > this.view.byteLength) throw new RangeError('item beyond the end');
        continue;
      }
      for (;;) {
        const start = this.at;
        if (this.tag() === 'FFFEE00D') {
          this.at += 4;
          break;
        }
        this.at = start;
        this.element(depth + 1);
      }
    }
  }
}

/** An element's text without its padding. */
export function text(bytes: Uint8Array, { offset, length }: DicomElement): string {
  return Buffer.from(bytes.subarray(offset, offset + length))
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
}
