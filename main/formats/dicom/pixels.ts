import { UserError } from '../../core/errors.ts';
import { type ConvertedFile, runDcm2niix } from './dcm2niix.ts';
import { type DicomImage, tagNumber } from './dicom.ts';
import type { DicomDataset, DicomElement } from './elements.ts';
import { framesOf } from './fragments.ts';
import { bareFrame } from './rewrite.ts';
import { cut, unpackRle } from './run-lengths.ts';

/** Stored values as the file has them: no rescaling. */
export interface DicomPixels {
  /** Frames (where there are several), rows, columns, samples of a colour (where there are several). */
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly values: Values;
}

type Dtype = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';
type Values =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

export const RLE = '1.2.840.10008.1.2.5';
/** Transfer syntaxes of JPEG, JPEG-LS and JPEG 2000. */
export const JPEG = '1.2.840.10008.1.2.4.';

/** Pixels as whole numbers, or floating-point ones, and the bits of these (PS3.3, C.7.6.24). */
export const pixelTags = ['7FE00010', '7FE00008', '7FE00009'] as const;
const floatBits: Readonly<Record<string, number>> = { '7FE00008': 32, '7FE00009': 64 };

/** How the values of an image lie. */
interface Layout {
  readonly rows: number;
  readonly cols: number;
  readonly frames: number;
  readonly samples: number;
  /** Bits that a sample takes: 1, 8, 16, 32 or 64. */
  readonly bits: number;
  /** All of the first sample, then all of the second, and so on, in each frame. */
  readonly planar: boolean;
}

/**
 * The stored pixel values, in colour too. Run lengths are unpacked here; other compressions (JPEG 2000, JPEG-LS, JPEG)
 * by dcm2niix, for monochrome images.
 * @returns null where the file has no pixel data
 * @throws UserError `dicom.cut-pixels`, `dicom.unsupported`, `dicom.not-converted`
 */
export async function dicomPixels(image: DicomImage): Promise<DicomPixels | null> {
  const { dataset, file } = image;
  const tag = pixelTags.find((one) => dataset.elements.has(one));
  const element = tag === undefined ? undefined : dataset.elements.get(tag);
  if (element === undefined) return null;
  const layout = layoutOf(image);
  const { rows, cols, frames, samples, bits } = layout;
  const floating = tag !== '7FE00010';
  const signed = tagNumber(image, 'PixelRepresentation', 0) === 1;
  const dtype = floating
    ? (`float${bits as 32 | 64}` as const)
    : (`${signed ? 'int' : 'uint'}${bits === 1 ? 8 : (bits as 8 | 16 | 32)}` as const);
  if (floating ? floatBits[tag ?? ''] !== bits : bits === 64) throw unsupported(file, `${bits}-bit pixels`);
  const shape = [...(frames > 1 ? [frames] : []), rows, cols, ...(samples > 1 ? [samples] : [])];
  if (element.undefinedLength && dataset.transferSyntax !== RLE) {
    if (samples > 1) throw unsupported(file, 'compressed pixels in colour');
    return { shape, dtype, values: await unpackJpeg(image, layout, dtype) };
  }
  const bytes = element.undefinedLength
    ? unpackRle(dataset, element, layout, file)
    : nativeBytes(dataset, element, layout, file);
  const unused = unusedBits(image, layout);
  // Values that change must not be those of the file, and their type wants them in step.
  const own = unused > 0 || bytes.byteOffset % (bits >> 3 || 1) !== 0 ? new Uint8Array(bytes) : bytes;
  const values = typed(own, dtype);
  extendSign(values, unused);
  // Run lengths are always by planes of bytes, and come out as such planes joined to samples.
  return { shape, dtype, values: layout.planar && samples > 1 ? interleaved(values, layout) : values };
}

/** Bits above the sign of signed values; 0 where values have no sign. */
function unusedBits(image: DicomImage, { bits }: Layout): number {
  return tagNumber(image, 'PixelRepresentation', 0) === 1 ? bits - tagNumber(image, 'BitsStored', bits) : 0;
}

/** Frame by frame: dcm2niix takes files of one frame in one piece. */
async function unpackJpeg(image: DicomImage, layout: Layout, dtype: Dtype): Promise<Values> {
  const { dataset, file } = image;
  const { rows, cols, frames } = layout;
  const packed = framesOf(dataset, frames);
  if (packed === null) throw cut(file);
  const size = rows * cols;
  const values = typed(new Uint8Array(size * frames * classes[dtype].BYTES_PER_ELEMENT), dtype);
  for (const [index, bytes] of packed.entries()) {
    const frame = storedValues(await runDcm2niix([bareFrame(dataset, bytes)]), dtype);
    if (frame.length !== size) throw cut(file);
    values.set(turned(frame, rows, cols), index * size);
  }
  // Some packers store signed values as unsigned ones.
  extendSign(values, unusedBits(image, layout));
  return values;
}

/** The sign of stored values is their highest used bit; `unused` ones above it need not repeat it (PS3.5, 8.1.1). */
function extendSign(values: Values, unused: number): void {
  if (unused <= 0) return;
  const shift = unused + 32 - 8 * values.BYTES_PER_ELEMENT;
  for (let at = 0; at < values.length; at++) values[at] = (values[at] << shift) >> shift;
}

function layoutOf(image: DicomImage): Layout {
  const { file, dataset } = image;
  const bits = tagNumber(image, 'BitsAllocated', 16);
  const samples = tagNumber(image, 'SamplesPerPixel', 1);
  if (![1, 8, 16, 32, 64].includes(bits) || (bits === 1 && samples > 1))
    throw unsupported(file, `${bits}-bit pixels`);
  if (tagNumber(image, 'Rows', 0) === 0 || tagNumber(image, 'Columns', 0) === 0)
    throw unsupported(file, 'pixels without a number of rows and columns');
  if (String(image.tags.PhotometricInterpretation).includes('422'))
    throw unsupported(file, 'pixels whose colours are coarser than their brightness');
  const configuration = dataset.elements.get('00280006');
  const planar =
    configuration !== undefined && dataset.view.getUint16(configuration.offset, dataset.littleEndian) === 1;
  return {
    rows: tagNumber(image, 'Rows', 0),
    cols: tagNumber(image, 'Columns', 0),
    frames: tagNumber(image, 'NumberOfFrames', 1),
    samples,
    bits,
    planar: planar || dataset.transferSyntax === RLE,
  };
}

/**
 * Uncompressed values in this machine's byte order, those of the file itself where they are in it; single bits as a byte
 * each, the lowest bit first (PS3.5, 8.1.1).
 */
function nativeBytes(
  { bytes, littleEndian }: DicomDataset,
  { offset, length, vr }: DicomElement,
  { rows, cols, frames, samples, bits }: Layout,
  file: string,
): Uint8Array {
  const count = rows * cols * frames * samples;
  const needed = Math.ceil((count * bits) / 8);
  if (count === 0 || Math.min(length, bytes.length - offset) < needed) throw cut(file);
  const stored = bytes.subarray(offset, offset + needed + (needed % 2));
  if (bits === 1) return Uint8Array.from({ length: count }, (_, at) => (stored[at >> 3] >> (at & 7)) & 1);
  if (littleEndian) return stored.subarray(0, needed);
  const raw = new Uint8Array(stored);
  // Bytes in words (OW) are turned round with their words.
  if (bits === 8 && vr === 'OW' && raw.length % 2 === 0) Buffer.from(raw.buffer).swap16();
  if (bits === 16) Buffer.from(raw.buffer).swap16();
  if (bits === 32) Buffer.from(raw.buffer).swap32();
  if (bits === 64) Buffer.from(raw.buffer).swap64();
  return raw.subarray(0, needed);
}

/** Planes of samples as samples side by side, frame by frame. */
function interleaved(values: Values, { rows, cols, samples }: Layout): Values {
  const out = values.slice();
  const plane = rows * cols;
  for (let at = 0; at < values.length; at++) {
    const frame = at - (at % (plane * samples));
    const [sample, pixel] = [Math.floor((at - frame) / plane), (at - frame) % plane];
    out[frame + pixel * samples + sample] = values[at];
  }
  return out;
}

/** Values of the first converted image that is no overlay, as they stand in the NIfTI file. */
function storedValues(converted: readonly ConvertedFile[], dtype: Dtype): Values {
  const image = converted.find(({ name }) => name.endsWith('.nii') && !/_ROI\d+\.nii$/.test(name));
  if (image === undefined) return typed(new Uint8Array(0), dtype);
  const { bytes } = image;
  const offset = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(108, true);
  return typed(new Uint8Array(bytes.subarray(offset)), dtype);
}

const classes = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** An array of the named type over bytes that lie in step with it. */
function typed(bytes: Uint8Array, dtype: Dtype): Values {
  const make: new (buffer: ArrayBufferLike, offset: number, length: number) => Values = classes[dtype];
  return new make(bytes.buffer, bytes.byteOffset, bytes.byteLength / classes[dtype].BYTES_PER_ELEMENT);
}

/** dcm2niix stores the bottom row first; DICOM's first row is the top one. */
function turned(values: Values, rows: number, cols: number): Values {
  const out = values.slice();
  const frame = rows * cols;
  for (let start = 0; start < values.length; start += frame) {
    for (let row = 0; row < rows; row++) {
      out.set(values.subarray(start + row * cols, start + (row + 1) * cols), start + (rows - 1 - row) * cols);
    }
  }
  return out;
}

function unsupported(file: string, what: string): UserError {
  return new UserError(
    'dicom.unsupported',
    `${file} holds ${what}, which Gyrus does not read: convert it with dcm2niix.`,
    { file, what },
  );
}
