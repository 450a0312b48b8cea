import { basename } from 'node:path';
import { UserError } from '../core/errors.ts';
import { looksBrainVision } from './brainvision/open-brainvision.ts';
import { isCtfFolder } from './ctf/open-ctf.ts';
import { looksDicom } from './dicom/elements.ts';
import { looksEdf } from './edf/header.ts';
import { isBidsEyetracking } from './eyetracking/bids-physio.ts';
import { eyetrackingKind } from './eyetracking/sniff-eyetracking.ts';
import { looksFif } from './fif/tree.ts';
import { looksMgh } from './freesurfer/mgh.ts';
import { magic, magicOf } from './freesurfer/surface.ts';
import { looksHdf5 } from './hdf5/signature.ts';
import { looksKit } from './kit/header.ts';
import { matVersion } from './mat/open-mat.ts';
import { looksEventText } from './meeg/event-text.ts';
import { headerKind } from './nifti/header.ts';
import { pressureKind } from './pressure/sniff-pressure.ts';
import { blocksOf, fileSize, streamBytes } from './source.ts';
import { oneColumn, sniffDelimiter } from './table/delimited.ts';
import { decodeText } from './text/decode-text.ts';
import { isNoTable } from './unknown-kind.ts';
import { looksXdf } from './xdf/read-xdf.ts';

export type FileKind =
  | 'gifti'
  | 'mgh'
  | 'freesurfer-surface'
  | 'freesurfer-curvature'
  | 'freesurfer-annotation'
  | 'freesurfer-label'
  | 'nifti'
  | 'textgrid'
  | 'npy'
  | 'mat'
  | 'fif'
  | 'edf'
  | 'xdf'
  | 'ctf'
  | 'kit'
  | 'brainvision'
  | 'event-text'
  | 'digitised'
  | 'hdf5'
  | 'pressure'
  | 'eyetracking'
  | 'table'
  | 'npz'
  | 'dicom'
  | 'workbook'
  | 'tsv'
  | 'json'
  | 'unknown';

/**
 * What a file is, told by its first bytes (unpacked where it is gzip). The name decides only among kinds whose
 * content has no mark: .tsv tables, and names of formats whose content is something else (so that the refusal can say
 * so).
 * @throws UserError `file.*`, `file.afni`
 */
export async function sniffFile(path: string): Promise<FileKind> {
  if (await isCtfFolder(path)) return 'ctf';
  const bytes = await fileSize(path);
  const head = await firstPiece(path);
  const size = headerKind(head)?.size;
  if ((size === 348 && (hasMagic(head) || looksAnalyze(head))) || (size === 540 && hasMagic(head)))
    return 'nifti';
  const latin = Buffer.from(head.subarray(0, 6)).toString('latin1');
  if (latin === '\x93NUMPY') return 'npy';
  if (Buffer.from(head.subarray(0, 12)).toString('latin1') === 'ooBinaryFile') return 'textgrid';
  if (looksFif(head)) return 'fif';
  if (looksEdf(head)) return 'edf';
  if (looksXdf(head)) return 'xdf';
  if (looksKit(head)) return 'kit';
  const matlab = matVersion(head, bytes);
  if (matlab !== null) return matlab === '7.3' ? 'hdf5' : 'mat';
  if (looksHdf5(head)) return 'hdf5';
  if (looksDicom(head)) return 'dicom';
  if (latin.startsWith('PK\x03\x04')) return zipKind(head, path);
  if (latin.startsWith('\xd0\xcf\x11\xe0')) return 'workbook';
  if (looksMgh(head)) return 'mgh';
  const surface = freeSurferKind(head, path);
  if (surface !== null) return surface;
  const text = decodeText(head, true).text;
  if (looksBrainVision(text)) return 'brainvision';
  if (/<GIFTI[\s>]/.test(text)) return 'gifti';
  // FreeSurfer writes "#!ascii label" on the first line, others write what they like behind the "#".
  if (/^#!ascii label/.test(text) || /^#[^\n]*\n\d+\s*\n/.test(text)) return 'freesurfer-label';
  if (/^\s*((File type = )?"ooTextFile|"Praat chronological TextGrid)/.test(text)) return 'textgrid';
  if (/\.(sfp|hpts|elc)$/i.test(path)) return 'digitised';
  if (/\.(eve|lst)$|[-_]eve\.txt$/i.test(path) && looksEventText(text)) return 'event-text';
  if (pressureKind(text) !== null) return 'pressure';
  if (isBidsEyetracking(path) || latin.startsWith('SR_RES') || eyetrackingKind(text) !== null)
    return 'eyetracking';
  if (/\.(HEAD|BRIK)(\.gz)?$/i.test(path) || /^\s*type\s*=\s*(string|integer|float)-attribute/.test(text))
    throw afniFile(path);
  const named = namedKinds.find(([pattern]) => pattern.test(path));
  if (named !== undefined) return named[1];
  if (/\.tsv(\.gz)?$/i.test(path)) return 'tsv';
  if (/\.json$/i.test(path)) return 'json';
  if (
    isText(head) &&
    !isNoTable(path) &&
    (sniffDelimiter(wholeLines(text)) !== null || oneColumn(text, path))
  )
    return 'table';
  return 'unknown';
}

/** Names of formats that have marks, for files that lack them. */
const namedKinds: readonly (readonly [RegExp, FileKind])[] = [
  [/\.(nii|hdr|img)(\.gz)?$/i, 'nifti'],
  [/\.mg[hz]$/i, 'mgh'],
  [/\.gii(\.gz)?$/i, 'gifti'],
  [/\.(dcm|dicom|ima)(\.gz)?$/i, 'dicom'],
];

/** FreeSurfer's binary surface files; annotations and old curvature have no magic and go by the name. */
function freeSurferKind(head: Uint8Array, path: string): FileKind | null {
  const kind = magicOf(head);
  if (kind === magic.triangle || kind === magic.newQuad) return 'freesurfer-surface';
  // Patches of surfaces begin with a minus one.
  if (kind === magic.quad && head[3] === 0xff) return null;
  if (kind === magic.quad) {
    // Shared by new curvature (int32 counts, then 1 value a vertex) and old quad surfaces (24-bit counts).
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    return head.length >= 15 && view.getInt32(11) === 1 ? 'freesurfer-curvature' : 'freesurfer-surface';
  }
  if (/\.annot$/i.test(path)) return 'freesurfer-annotation';
  return /\.(curv|thickness|sulc|area)$/i.test(path) ? 'freesurfer-curvature' : null;
}

const DOS_END = 26;

/** Whether bytes hold no control characters but those of text and the end mark of DOS (UTF-16 has zeros, and is text). */
function isText(head: Uint8Array): boolean {
  const zeros = decodeText(head).encoding === 'utf-16';
  return head.every((byte) => byte >= 32 || [9, 10, 12, 13, DOS_END].includes(byte) || (zeros && byte < 9));
}

/** Text without its last line, which may be cut off, unless it is the only one. */
function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n');
  return end > 0 && text.length > 2000 ? text.slice(0, end) : text;
}

/** The refusal of AFNI's own format, with the way to one that is read. */
function afniFile(path: string): UserError {
  const file = basename(path);
  const stem = file.replace(/\.(HEAD|BRIK)(\.gz)?$/i, '');
  return new UserError(
    'file.afni',
    `${file} is in AFNI's own format, which Gyrus does not read: convert it with “3dAFNItoNIFTI ${stem}” and import the .nii file.`,
    { file, stem },
  );
}

/** Kinds of ZIP archives, told by the names of their first members, else by the file's own name. */
function zipKind(head: Uint8Array, path: string): FileKind {
  const text = Buffer.from(head).toString('latin1');
  if (/\.npy/.test(text.slice(0, 200))) return 'npz';
  const named = /\.(ods|xls[xmb])$/i.test(path);
  return named || /\[Content_Types\]|xl\/|mimetypeapplication\/vnd\.oasis|_rels/.test(text)
    ? 'workbook'
    : 'unknown';
}

function hasMagic(head: Uint8Array): boolean {
  const at = (offset: number): string => Buffer.from(head.subarray(offset, offset + 3)).toString('latin1');
  return ['n+1', 'ni1'].includes(at(344)) || ['n+2', 'ni2'].includes(at(4));
}

/** Analyze 7.5 has no magic: `regular` is 'r' in it, and its extents are often 16384. */
function looksAnalyze(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 348) return false;
  const rank = [view.getInt16(40, true), view.getInt16(40, false)];
  return rank.some((value) => value >= 1 && value <= 7);
}

async function firstPiece(path: string): Promise<Uint8Array> {
  for await (const block of blocksOf(streamBytes(path, { most: 4096 }), 4096)) return block;
  return new Uint8Array(0);
}
