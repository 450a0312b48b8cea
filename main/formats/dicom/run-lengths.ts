import { UserError } from '../../core/errors.ts';
import type { DicomDataset, DicomElement } from './elements.ts';

/** Bytes of the table at the start of a frame: how many segments, and where each begins. */
const TABLE = 64;

/**
 * Unpacks run lengths (PS3.5, annex G): one fragment a frame, one segment for each byte of each sample, the highest byte
 * first.
 * @returns planes of samples, frame by frame, in this machine's byte order
 * @throws UserError `dicom.cut-pixels`
 */
export function unpackRle(
  { bytes, view }: DicomDataset,
  { offset, length }: DicomElement,
  layout: { rows: number; cols: number; frames: number; samples: number; bits: number },
  file: string,
): Uint8Array<ArrayBuffer> {
  const plane = layout.rows * layout.cols;
  const width = Math.max(1, layout.bits / 8);
  const frameBytes = plane * layout.samples * width;
  const out = new Uint8Array(frameBytes * layout.frames);
  const end = Math.min(offset + length, bytes.length);
  let at = offset;
  // The first item is the table of offsets, which is not needed.
  for (let item = -1; item < layout.frames; item++) {
    if (at + 8 > end) throw cut(file);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    at = start + size;
    if (item < 0) continue;
    if (at > end || size < TABLE) throw cut(file);
    const segments = view.getUint32(start, true);
    if (segments !== layout.samples * width) throw cut(file);
    for (let segment = 0; segment < segments; segment++) {
      const from = start + view.getUint32(start + 4 + 4 * segment, true);
      const sample = Math.floor(segment / width);
      // Segments go from the highest byte to the lowest; memory the other way round.
      const byte = width - 1 - (segment % width);
      const first = item * frameBytes + sample * plane * width + byte;
      if (unpack(bytes.subarray(from, at), out, first, width, plane) < plane) throw cut(file);
    }
  }
  return out;
}

/** Writes one segment's bytes to every `step`-th place (PackBits). @returns how many */
function unpack(packed: Uint8Array, out: Uint8Array, first: number, step: number, wanted: number): number {
  let written = 0;
  for (let at = 0; at + 1 < packed.length && written < wanted; ) {
    const code = packed[at++];
    if (code === 128) continue;
    const literal = code < 128;
    const run = Math.min(literal ? code + 1 : 257 - code, wanted - written);
    for (let count = 0; count < run; count++)
      out[first + step * written++] = packed[literal ? at + count : at] ?? 0;
    at += literal ? code + 1 : 1;
  }
  return written;
}

/** The refusal of pixels that end too early. */
export function cut(file: string): UserError {
  return new UserError(
    'dicom.cut-pixels',
    `${file} does not hold all of its pixels: the copy was cut short, get it again.`,
    { file },
  );
}
