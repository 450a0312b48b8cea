import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { blocksOf, fileSize, looksGzip, readHead, streamBytes } from '../source.ts';
import { chooseAffine } from './affine.ts';
import { parseExtensions } from './extensions.ts';
import { headerKind, parseHeader } from './header.ts';
import { findPair } from './pair.ts';
import { spmAffine } from './spm-mat.ts';
import { streamedImage, tooShort } from './streamed-image.ts';
import { repetitionTimeOf } from './timing.ts';
import type { NiftiHeader, NiftiImage } from './types.ts';

/** Bytes of extensions that are looked at; CIFTI keeps whole XML documents there. */
const EXTENSION_LIMIT = 256 << 20;

/**
 * Reads a header and its extensions from a .nii, .hdr, .nii.gz or .hdr.gz, told by content.
 * @throws UserError `file.*`, `nifti.not-nifti`, `nifti.truncated-header`, `nifti.bad-dimensions`, ...
 */
export async function readNiftiHeader(path: string): Promise<NiftiHeader> {
  const file = basename(path);
  await fileSize(path);
  const head = await firstBytes(path, 540);
  const kind = headerKind(head);
  if (kind === null) throw notNifti(file, head, looksGzip(await readHead(path, 2)));
  const header = parseHeader(head, kind, file);
  if (header.format === 'analyze') return header;
  const end = header.pair ? EXTENSION_LIMIT : Math.min(dataOffset(header), EXTENSION_LIMIT);
  const flags = await firstBytes(path, kind.size + 4);
  if (flags.length < kind.size + 4 || flags[kind.size] === 0) return header;
  const bytes = (await firstBytes(path, end)).subarray(kind.size);
  return { ...header, extensions: parseExtensions(bytes, kind.littleEndian) };
}

/**
 * Opens a NIfTI-1, NIfTI-2 or Analyze 7.5 image (single file or .hdr/.img pair, plain or gzip, either half).
 * Give the .nii, the .hdr or the .img. Only the header is read; values are streamed by `volumes()`.
 * @throws UserError as `readNiftiHeader`; `nifti.missing-half` for a lone .hdr or .img; `nifti.no-image-data` and
 *   `nifti.truncated` where a plain file is too short for its own dimensions, `nifti.packed-short` where a packed one is
 */
export async function openNifti(path: string): Promise<NiftiImage> {
  const { headerPath, imagePath } = await findPair(path);
  const header = await readNiftiHeader(headerPath);
  const file = basename(headerPath);
  if (header.pair && imagePath === null) throw missingImage(file);
  const dataPath = header.pair && imagePath !== null ? imagePath : headerPath;
  await checkSize(header, dataPath);

  const placed = header.format === 'analyze' ? await spmAffine(headerPath) : null;
  const { affine, source, notices: affineNotices } = placed ?? chooseAffine(header, file);
  const { seconds, notices: timeNotices } = repetitionTimeOf(header, file);
  return streamedImage({
    path: headerPath,
    dataPath,
    header,
    offset: dataOffset(header),
    affine,
    affineSource: source,
    repetitionTime: seconds,
    notices: [...affineNotices, ...timeNotices],
  });
}

/** Where the first voxel lies. Some writers leave 0 in single files: then right after header and flags. */
export function dataOffset(header: NiftiHeader): number {
  if (header.pair) return Math.max(0, Math.trunc(header.voxOffset) || 0);
  const least = header.format === 'nifti2' ? 544 : 352;
  return header.voxOffset >= least ? Math.trunc(header.voxOffset) : least;
}

/** Bytes that all voxels take when unpacked. */
export function dataBytes(header: NiftiHeader): number {
  return header.shape.reduce((product, size) => product * size, 1) * header.datatype.bytes;
}

async function firstBytes(path: string, length: number): Promise<Uint8Array> {
  for await (const block of blocksOf(streamBytes(path, { most: length }), length)) return block;
  return new Uint8Array(0);
}

/** Bytes that one byte of a gzip file unpacks to at most (deflate: 258 bytes for two bits, and blocks' heads). */
const MOST_UNPACKED = 1032;

/** The refusal for a gzip file that cannot hold what its header tells of. */
function tooFew(file: string, size: number, wanted: number): UserError {
  const gigabytes = Number((wanted / 1e9).toPrecision(3));
  return new UserError(
    'nifti.packed-short',
    `${file} has ${size} bytes, too few for the ${gigabytes} GB of image data that its header tells of: the header is damaged or the copy was cut short, get the file again.`,
    { file, size, gigabytes },
  );
}

async function checkSize(header: NiftiHeader, dataPath: string): Promise<void> {
  const size = await fileSize(dataPath);
  const wanted = dataBytes(header);
  if (looksGzip(await readHead(dataPath, 2))) {
    if (wanted > size * MOST_UNPACKED) throw tooFew(basename(dataPath), size, wanted);
    return;
  }
  const available = size - dataOffset(header);
  if (available >= wanted) return;
  const volumes = header.shape.slice(3).reduce((product, count) => product * count, 1);
  throw tooShort(
    basename(dataPath),
    Math.max(0, Math.floor((available / wanted) * volumes)),
    volumes,
    available <= 0,
  );
}

function missingImage(file: string): UserError {
  const image = file.replace(/\.hdr(\.gz)?$/i, '.img');
  return new UserError(
    'nifti.missing-half',
    `${file} is the header half of a pair, but ${image} (or ${image}.gz) is not beside it: put both in one folder.`,
    { file, missing: image },
  );
}

function notNifti(file: string, head: Uint8Array, gzip: boolean): UserError {
  const printable = looksText(head);
  if (printable) {
    return new UserError(
      'nifti.text-file',
      `${file} is a text file, not a NIfTI image: get the real image.`,
      { file },
    );
  }
  if (head.length < 348) {
    return new UserError(
      'nifti.truncated-header',
      `${file} is too short to be a NIfTI image (${head.length} bytes${gzip ? ' unpacked' : ''}): it is a placeholder or a broken copy.`,
      { file, bytes: head.length, expected: 348 },
    );
  }
  return new UserError(
    'nifti.not-nifti',
    `${file} is not a NIfTI or Analyze image: its first bytes fit neither, whatever the name says; get it again.`,
    { file },
  );
}

/** UTF-8 (cut anywhere) without control characters. */
function looksText(head: Uint8Array): boolean {
  if (head.length === 0 || head.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13))
    return false;
  const text = new TextDecoder('utf-8').decode(head);
  const broken = text.indexOf('\uFFFD');
  return broken < 0 || broken >= text.length - 3;
}
