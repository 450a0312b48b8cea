import { readDicom } from '../dicom/dicom.ts';
import { dicomPixels } from '../dicom/pixels.ts';
import { arrayStatistics } from './array-statistics.ts';

/**
 * What `gyrus inspect` says of a DICOM file. Nothing that names the person is shown; pixels are stored values, not
 * rescaled.
 */
export async function inspectDicom(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const image = await readDicom(path);
  const pixels = stats ? await dicomPixels(image) : null;
  return {
    format: 'dicom',
    transfer_syntax: image.transferSyntax,
    ...image.tags,
    ...(pixels === null
      ? { has_pixels: image.dataset.elements.has('7FE00010') }
      : {
          pixels: {
            shape: pixels.shape,
            dtype: pixels.dtype,
            ...arrayStatistics(pixels.values),
            first: [...pixels.values.subarray(0, 3)],
          },
        }),
  };
}
