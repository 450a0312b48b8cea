import { UserError } from '../../core/errors.ts';
import { type DicomImage, readDicom } from '../dicom/dicom.ts';
import { dicomPixels } from '../dicom/pixels.ts';
import { arrayStatistics } from './array-statistics.ts';

/**
 * What `gyrus inspect` says of a DICOM file. Nothing that names the person is shown; pixels are stored values, not
 * rescaled, and where they cannot be read, `pixels_error` says why: the description stands all the same.
 */
export async function inspectDicom(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const image = await readDicom(path);
  return {
    format: 'dicom',
    transfer_syntax: image.transferSyntax,
    ...image.tags,
    ...(stats ? await describePixels(image) : { has_pixels: image.dataset.elements.has('7FE00010') }),
  };
}

async function describePixels(image: DicomImage): Promise<Record<string, unknown>> {
  try {
    const pixels = await dicomPixels(image);
    if (pixels === null) return { has_pixels: false };
    const { shape, dtype, values } = pixels;
    const turned = !image.dataset.littleEndian && values.BYTES_PER_ELEMENT > 1;
    const name = turned ? `>${dtype[0]}${values.BYTES_PER_ELEMENT}` : dtype;
    return { pixels: { shape, dtype: name, ...arrayStatistics(values), first: [...values.subarray(0, 3)] } };
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return { pixels_error: thrown.message };
  }
}
