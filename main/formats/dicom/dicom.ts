import { basename } from 'node:path';
import { readWhole } from '../source.ts';
import { words } from './charsets.ts';
import { type DicomDataset, parseDicom, text } from './elements.ts';

/** Elements that say what an image is; none of them names the person. */
const described = {
  Modality: '00080060',
  Manufacturer: '00080070',
  SOPClassUID: '00080016',
  SeriesDescription: '0008103E',
  SeriesNumber: '00200011',
  InstanceNumber: '00200013',
  NumberOfFrames: '00280008',
  Rows: '00280010',
  Columns: '00280011',
  PixelSpacing: '00280030',
  SliceThickness: '00180050',
  RepetitionTime: '00180080',
  EchoTime: '00180081',
  ImageOrientationPatient: '00200037',
  ImagePositionPatient: '00200032',
  RescaleSlope: '00281053',
  RescaleIntercept: '00281052',
  BitsAllocated: '00280100',
  BitsStored: '00280101',
  PixelRepresentation: '00280103',
  SamplesPerPixel: '00280002',
  PhotometricInterpretation: '00280004',
  ImageType: '00080008',
} as const;

export type DicomTag = keyof typeof described;

/** Tags with 16-bit numbers. */
const shorts = new Set<DicomTag>([
  'Rows',
  'Columns',
  'BitsAllocated',
  'BitsStored',
  'PixelRepresentation',
  'SamplesPerPixel',
]);
/** Words of people, in whatever character set. */
const spoken = new Set<DicomTag>(['Manufacturer', 'SeriesDescription']);
/** Decimal texts that stand in lists. */
const lists = new Set<DicomTag>(['PixelSpacing', 'ImageOrientationPatient', 'ImagePositionPatient']);

/** A tag's value: text, several texts or numbers, or null where the element is there and empty. */
export type DicomValue = string | readonly string[] | readonly number[] | null;

/** A DICOM file: what it says of the image, and its elements. */
export interface DicomImage {
  readonly file: string;
  readonly transferSyntax: string;
  /** Which series it belongs to; two files of one scan share it. */
  readonly seriesUid: string;
  readonly tags: Readonly<Partial<Record<DicomTag, DicomValue>>>;
  readonly dataset: DicomDataset;
}

/** Reads a DICOM file, plain or gzip. @throws UserError `file.*`, `dicom.*` */
export async function readDicom(path: string): Promise<DicomImage> {
  const file = basename(path);
  return dicomImage(parseDicom(await readWhole(path), file), file);
}

/** What a parsed file says of its image. */
export function dicomImage(dataset: DicomDataset, file: string): DicomImage {
  const tags: Partial<Record<DicomTag, DicomValue>> = {};
  for (const name of Object.keys(described) as DicomTag[]) {
    const value = tagValue(dataset, name);
    if (value !== undefined) tags[name] = value;
  }
  const series = dataset.elements.get('0020000E');
  return {
    file,
    transferSyntax: dataset.transferSyntax,
    seriesUid: series === undefined ? '' : text(dataset.bytes, series),
    tags,
    dataset,
  };
}

function tagValue(dataset: DicomDataset, name: DicomTag): DicomValue | undefined {
  const element = dataset.elements.get(described[name]);
  if (element === undefined) return undefined;
  if (shorts.has(name))
    return element.length < 2 ? null : String(dataset.view.getUint16(element.offset, dataset.littleEndian));
  const written = spoken.has(name) ? words(dataset, element) : text(dataset.bytes, element);
  if (lists.has(name)) return written.split('\\').map(Number);
  if (name === 'ImageType') return written.split('\\');
  return written === '' ? null : written;
}

/** A whole number of a tag; `fallback` where it is missing. */
export function tagNumber(image: DicomImage, name: DicomTag, fallback: number): number {
  const value = Number(image.tags[name] ?? fallback);
  return Number.isFinite(value) ? value : fallback;
}
