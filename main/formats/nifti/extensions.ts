import type { NiftiExtension } from './types.ts';

/**
 * Header extensions between the header's end and the first voxel (nifti1.h: four flag bytes, then blocks of
 * esize int32, ecode int32, data). Stops at a size that is no positive multiple of 16 or runs past the end, as
 * real files carry such flags without extensions behind them.
 * @param bytes the file from the byte after the header up to `voxOffset` (or the file's end for a .hdr)
 */
export function parseExtensions(bytes: Uint8Array, littleEndian: boolean): NiftiExtension[] {
  const found: NiftiExtension[] = [];
  if (bytes.length < 4 || bytes[0] === 0) return found;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 4;
  while (at + 8 <= bytes.length) {
    const size = view.getInt32(at, littleEndian);
    if (size < 16 || size % 16 !== 0 || at + size > bytes.length) break;
    found.push({ code: view.getInt32(at + 4, littleEndian), bytes: bytes.slice(at + 8, at + size) });
    at += size;
  }
  return found;
}
