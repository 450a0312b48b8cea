import type { DicomDataset } from './elements.ts';

const PREAMBLE = 132;
const EXPLICIT = '1.2.840.10008.1.2.1';

/** One element with an explicit value representation and a long length, as in little-endian files. */
function long(group: number, number: number, vr: string, value: Uint8Array, undefinedLength = false): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  head.writeUInt32LE(undefinedLength ? 0xffffffff : value.length, 8);
  return Buffer.concat([head, value]);
}

/** An item of encapsulated pixel data, or its end. */
function item(number: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
}

/** The bytes of a file's elements in front of its pixels, of those that `keep` takes; elements keep their order. */
function elementsBefore(
  { bytes, elements }: DicomDataset,
  keep: (tag: string, vr: string) => boolean,
): Uint8Array[] {
  const pieces = [bytes.subarray(0, PREAMBLE)];
  let start = PREAMBLE;
  for (const [tag, { offset, length, vr }] of elements) {
    const end = offset + length;
    if (tag < '7FE00010' && keep(tag, vr)) pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

/**
 * A file of one frame with the given packed pixels and what describes them alone: private elements, sequences and
 * overlays are left out, over some of which dcm2niix loses the pixels' place, and so is what makes it many frames.
 */
export function bareFrame(dataset: DicomDataset, packed: Uint8Array): Uint8Array {
  const even = packed.length % 2 === 0 ? packed : Buffer.concat([packed, Buffer.alloc(1)]);
  const items = [item(0xe000, new Uint8Array(0)), item(0xe000, even), item(0xe0dd, new Uint8Array(0))];
  const kept = elementsBefore(dataset, (tag, vr) => {
    const group = Number.parseInt(tag.slice(0, 4), 16);
    return group % 2 === 0 && vr !== 'SQ' && group >> 8 !== 0x60 && tag !== '00280008';
  });
  return Buffer.concat([...kept, long(0x7fe0, 0x10, 'OB', Buffer.concat(items), true)]);
}

/** The same file with its pixels as they are when unpacked; everything else stays. */
export function withPlainPixels(
  dataset: DicomDataset,
  values: { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number },
): Uint8Array {
  const pixels = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const even = pixels.length % 2 === 0 ? pixels : Buffer.concat([pixels, Buffer.alloc(1)]);
  const out = Buffer.concat([...elementsBefore(dataset, () => true), long(0x7fe0, 0x10, 'OW', even)]);
  const syntax = dataset.elements.get('00020010');
  if (syntax !== undefined) out.write(EXPLICIT.padEnd(syntax.length, '\0'), syntax.offset, 'latin1');
  return out;
}
