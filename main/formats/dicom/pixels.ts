import { UserError } from '../../core/errors.ts';
import { type ConvertedFile, convertDicom } from './convert.ts';
import { type DicomImage, tagNumber } from './dicom.ts';
import type { DicomDataset } from './elements.ts';

/** Stored values as the file has them: no rescaling. */
export interface DicomPixels {
  /** Frames (where there are several), rows, columns. */
  readonly shape: readonly number[];
  readonly dtype: 'uint8' | 'int8' | 'uint16' | 'int16';
  readonly values: Uint8Array | Int8Array | Uint16Array | Int16Array;
}

/**
 * The stored pixel values of a monochrome image. Compressed ones (JPEG 2000, JPEG-LS, JPEG, RLE) are unpacked by
 * dcm2niix.
 * @returns null where the file has no pixel data
 * @throws UserError `dicom.cut-pixels`, `dicom.unsupported`
 */
export async function dicomPixels(image: DicomImage): Promise<DicomPixels | null> {
  const { dataset, file } = image;
  const element = dataset.elements.get('7FE00010');
  if (element === undefined) return null;
  const bits = tagNumber(image, 'BitsAllocated', 16);
  if (tagNumber(image, 'SamplesPerPixel', 1) !== 1 || (bits !== 8 && bits !== 16)) {
    throw new UserError(
      'dicom.unsupported',
      `${file} holds colour or ${bits}-bit pixels, which are no scan's.`,
      { file, bits },
    );
  }
  const [rows, cols, frames] = [
    tagNumber(image, 'Rows', 0),
    tagNumber(image, 'Columns', 0),
    tagNumber(image, 'NumberOfFrames', 1),
  ];
  const count = rows * cols * frames;
  const signed = tagNumber(image, 'PixelRepresentation', 0) === 1;
  const dtype = `${signed ? 'int' : 'uint'}${bits}` as const;
  const shape = frames > 1 ? [frames, rows, cols] : [rows, cols];
  if (element.undefinedLength) {
    const converted = await convertDicom([{ name: file, bytes: bareImage(dataset) }]);
    const values = storedValues(converted, dtype);
    if (values.length !== count) throw cut(file);
    return { shape, dtype, values: turned(values, rows, cols) };
  }
  const width = bits / 8;
  const available = Math.min(element.length, dataset.bytes.length - element.offset);
  if (count === 0 || available < count * width) throw cut(file);
  const raw = new Uint8Array(dataset.bytes.subarray(element.offset, element.offset + count * width));
  if (bits === 16 && !dataset.littleEndian) Buffer.from(raw.buffer).swap16();
  return { shape, dtype, values: typed(raw.buffer, dtype) };
}

/** The file without private elements, sequences and overlays, over some of which dcm2niix loses the pixels' place. */
function bareImage({ bytes, elements }: DicomDataset): Uint8Array {
  const pieces = [bytes.subarray(0, 132)];
  let start = 132;
  for (const [tag, { offset, length, vr }] of elements) {
    const end = offset + length;
    const group = Number.parseInt(tag.slice(0, 4), 16);
    if (group % 2 === 0 && vr !== 'SQ' && group >> 8 !== 0x60) pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return Buffer.concat(pieces);
}

/** Values of the first converted image that is no overlay, as they stand in the NIfTI file. */
function storedValues(
  converted: readonly ConvertedFile[],
  dtype: DicomPixels['dtype'],
): DicomPixels['values'] {
  const image = converted.find(({ name }) => name.endsWith('.nii') && !/_ROI\d+\.nii$/.test(name));
  if (image === undefined) return typed(new ArrayBuffer(0), dtype);
  const { bytes } = image;
  const offset = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(108, true);
  return typed(new Uint8Array(bytes.subarray(offset)).buffer, dtype);
}

/** An array of the named type over a buffer. */
function typed(buffer: ArrayBuffer, dtype: DicomPixels['dtype']): DicomPixels['values'] {
  switch (dtype) {
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
  }
}

/** dcm2niix stores the bottom row first; DICOM's first row is the top one. */
function turned(values: DicomPixels['values'], rows: number, cols: number): DicomPixels['values'] {
  const out = values.slice();
  const frame = rows * cols;
  for (let start = 0; start < values.length; start += frame) {
    for (let row = 0; row < rows; row++) {
      out.set(values.subarray(start + row * cols, start + (row + 1) * cols), start + (rows - 1 - row) * cols);
    }
  }
  return out;
}

function cut(file: string): UserError {
  return new UserError(
    'dicom.cut-pixels',
    `${file} does not hold all of its pixels: the copy was cut short, get it again.`,
    { file },
  );
}
