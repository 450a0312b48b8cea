import { basename } from 'node:path';
import { type ConvertedFile, runDcm2niix } from './dcm2niix.ts';
import { dicomImage } from './dicom.ts';
import { parseDicom } from './elements.ts';
import { fragmentsOf } from './fragments.ts';
import { dicomPixels, JPEG, RLE } from './pixels.ts';
import { withPlainPixels } from './rewrite.ts';

/**
 * Converts one series to NIfTI with dcm2niix: mosaics, enhanced multi-frame, compressed pixels, slice timing and phase
 * encoding are its business. It runs on the calling thread: call it in a process that may be busy.
 * @param slices all files of one series, and of no other
 * @returns images (.nii) and their sidecars (.json, .bval, .bvec)
 * @throws UserError `dicom.not-converted` with what dcm2niix says, and as `dicomPixels`
 */
export async function convertDicom(slices: readonly ConvertedFile[]): Promise<ConvertedFile[]> {
  const plain: Uint8Array[] = [];
  for (const slice of slices) plain.push(await unpacked(slice));
  return runDcm2niix(plain);
}

/** Of packed pixels in several frames or pieces dcm2niix leaves some out or wrong, so that they are unpacked before. */
async function unpacked({ name, bytes }: ConvertedFile): Promise<Uint8Array> {
  const file = basename(name);
  const dataset = parseDicom(bytes, file);
  const { transferSyntax } = dataset;
  // Deflated elements are parsed inflated.
  if (!transferSyntax.startsWith(JPEG) && transferSyntax !== RLE) return dataset.bytes;
  if (fragmentsOf(dataset).length <= 1) return bytes;
  const pixels = await dicomPixels(dicomImage(dataset, file));
  return pixels === null ? bytes : withPlainPixels(dataset, pixels.values);
}
