import type { DicomPicture } from '../../contract/dicom.ts';
import { readDicom } from '../../formats/dicom/dicom.ts';
import { dicomPixels } from '../../formats/dicom/pixels.ts';

/** Pixels along a side at most. */
const SIDE = 160;
/** Shares of the values that are drawn black and white. */
const [DARK, BRIGHT] = [0.01, 0.99];

/**
 * One frame of a DICOM file in grey, the middle one of several, thinned to 160 pixels a side: black at the first, white
 * at the 99th percentile. Of colours the first sample counts. Null where the file has no pixels.
 * @throws UserError as `readDicom` and `dicomPixels`
 */
export async function dicomPicture(path: string): Promise<DicomPicture | null> {
  const image = await readDicom(path);
  const pixels = await dicomPixels(image);
  if (pixels === null) return null;
  const { shape, values } = pixels;
  // Three sizes are frames of grey, or rows and columns of a colour.
  const colour = shape.length === 4 || (shape.length === 3 && shape[2] <= 4);
  const samples = colour ? shape[shape.length - 1] : 1;
  const [rows, cols] = shape.slice(shape.length - (colour ? 3 : 2));
  const frames = Math.max(1, Math.round(values.length / (rows * cols * samples)));
  const start = Math.floor((frames - 1) / 2) * rows * cols * samples;
  const step = Math.max(1, Math.ceil(Math.max(rows, cols) / SIDE));
  const [height, width] = [Math.ceil(rows / step), Math.ceil(cols / step)];
  const kept = Float64Array.from({ length: width * height }, (_, at) => {
    const [row, col] = [Math.floor(at / width) * step, (at % width) * step];
    return values[start + (row * cols + col) * samples];
  });
  const sorted = Float64Array.from(kept).sort();
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [quantile(DARK), quantile(BRIGHT)];
  const inverted = image.tags.PhotometricInterpretation === 'MONOCHROME1';
  return {
    width,
    height,
    pixels: Array.from(kept, (value) => {
      const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
      return Math.round(255 * (inverted ? 1 - share : share));
    }),
  };
}
