import type { DicomDataset } from './elements.ts';

/** The table of offsets in front of the fragments, and their own eight bytes of header each. */
const HEAD = 8;

/** The fragments of encapsulated pixel data (PS3.5, annex A.4), without the table of offsets; none where it is plain. */
export function fragmentsOf({ bytes, view, elements }: DicomDataset): Uint8Array[] {
  const element = elements.get('7FE00010');
  if (element === undefined || !element.undefinedLength) return [];
  const found: Uint8Array[] = [];
  const end = Math.min(element.offset + element.length, bytes.length);
  for (let at = element.offset; at + HEAD <= end && view.getUint16(at + 2, true) === 0xe000; ) {
    const start = at + HEAD;
    at = start + view.getUint32(at + 4, true);
    found.push(bytes.subarray(start, Math.min(at, end)));
  }
  return found.slice(1);
}

/**
 * One JPEG, JPEG-LS or JPEG 2000 image a frame. Fragments may be pieces of images: each image begins with the mark that
 * starts one (FFD8, or FF4F FF51 of a bare JPEG 2000 stream).
 * @returns null where the fragments are not those of so many frames
 */
export function framesOf(dataset: DicomDataset, frames: number): Uint8Array[] | null {
  const fragments = fragmentsOf(dataset);
  if (fragments.length === frames) return fragments;
  if (frames === 1) return fragments.length === 0 ? null : [Buffer.concat(fragments)];
  const images: Uint8Array[][] = [];
  for (const fragment of fragments) {
    const begins = fragment[0] === 0xff && (fragment[1] === 0xd8 || fragment[1] === 0x4f);
    if (begins) images.push([fragment]);
    else images.at(-1)?.push(fragment);
  }
  return images.length === frames ? images.map((pieces) => Buffer.concat(pieces)) : null;
}
