import { UserError } from '../../core/errors.ts';
import { datatypeOf } from './datatypes.ts';
import type { NiftiHeader } from './types.ts';

const spaceUnits = { 0: 'unknown', 1: 'm', 2: 'mm', 3: 'um' } as const;
const timeUnits = { 0: 'unknown', 8: 's', 16: 'ms', 24: 'us', 32: 'hz', 40: 'ppm', 48: 'rads' } as const;

/** What the first bytes say they are, by `sizeof_hdr` in either byte order. */
export interface HeaderKind {
  readonly littleEndian: boolean;
  readonly size: 348 | 540;
}

/** The kind of header these bytes begin, or null where they are no NIfTI or Analyze header. */
export function headerKind(head: Uint8Array): HeaderKind | null {
  if (head.length < 4) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === 348 || size === 540) return { littleEndian, size };
  }
  return null;
}

/** Sequential reader over a header's bytes in one byte order. */
class Fields {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly wide: boolean;

  constructor(bytes: Uint8Array, kind: HeaderKind) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = kind.littleEndian;
    this.wide = kind.size === 540;
  }

  int16 = (at: number): number => this.view.getInt16(at, this.littleEndian);
  int32 = (at: number): number => this.view.getInt32(at, this.littleEndian);
  /** int64 as a number: exact up to 2^53, far beyond any file. */
  int64 = (at: number): number => Number(this.view.getBigInt64(at, this.littleEndian));
  float32 = (at: number): number => this.view.getFloat32(at, this.littleEndian);
  float64 = (at: number): number => this.view.getFloat64(at, this.littleEndian);
  byte = (at: number): number => this.view.getUint8(at);

  many(at: number, count: number, step: number, read: (at: number) => number): number[] {
    return Array.from({ length: count }, (_, index) => read(at + index * step));
  }

  /** Latin-1 text up to the first NUL; trailing spaces are kept, as they are in the file. */
  text(at: number, length: number): string {
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + at, length);
    const end = bytes.indexOf(0);
    return Buffer.from(bytes.subarray(0, end < 0 ? length : end)).toString('latin1');
  }
}

/**
 * Parses a header (348 bytes for NIfTI-1 and Analyze 7.5, 540 for NIfTI-2; nifti1.h and nifti2.h). Extensions are
 * not read here.
 * @throws UserError `nifti.truncated-header`, `nifti.bad-dimensions`, `nifti.unknown-datatype`, `nifti.float128`
 */
export function parseHeader(bytes: Uint8Array, kind: HeaderKind, file: string): NiftiHeader {
  if (bytes.length < kind.size) {
    throw new UserError(
      'nifti.truncated-header',
      `${file} ends inside its header (${bytes.length} of ${kind.size} bytes): the copy was cut short, get it again.`,
      { file, bytes: bytes.length, expected: kind.size },
    );
  }
  const fields = new Fields(bytes, kind);
  const raw = fields.wide ? wideFields(fields) : narrowFields(fields);
  const rank = raw.dim[0];
  // Some programs leave 0 for axes beyond the third that have one place (so does niftilib, which takes it as 1).
  const shape = raw.dim
    .slice(1, 1 + Math.max(0, Math.min(7, rank)))
    .map((size, axis) => (axis > 2 && size === 0 ? 1 : size));
  if (rank < 1 || rank > 7 || shape.some((size) => size < 1)) {
    throw new UserError(
      'nifti.bad-dimensions',
      `${file} has impossible dimensions (${raw.dim.join(' ')}): its header is damaged.`,
      { file },
    );
  }
  const { datatypeCode, xyztUnits, ...rest } = raw;
  return {
    ...rest,
    littleEndian: kind.littleEndian,
    shape,
    datatype: datatypeOf(datatypeCode, file),
    xyztUnits,
    spaceUnit: spaceUnits[(xyztUnits & 7) as keyof typeof spaceUnits] ?? 'unknown',
    timeUnit: timeUnits[(xyztUnits & 56) as keyof typeof timeUnits] ?? 'unknown',
    extensions: [],
  };
}

function narrowFields(f: Fields) {
  const magic = f.text(344, 4);
  const nifti = magic === 'n+1' || magic === 'ni1';
  return {
    format: nifti ? ('nifti1' as const) : ('analyze' as const),
    pair: magic !== 'n+1',
    dim: f.many(40, 8, 2, f.int16),
    datatypeCode: f.int16(70),
    pixdim: f.many(76, 8, 4, f.float32),
    voxOffset: f.float32(108),
    ...(nifti ? { slope: f.float32(112), intercept: f.float32(116) } : spmScaling(f)),
    calMax: f.float32(124),
    calMin: f.float32(128),
    xyztUnits: nifti ? f.byte(123) : 0,
    intentCode: nifti ? f.int16(68) : 0,
    intentName: nifti ? f.text(328, 16) : '',
    description: f.text(148, 80),
    qformCode: nifti ? f.int16(252) : 0,
    sformCode: nifti ? f.int16(254) : 0,
    quaternion: sixOf(f.many(256, 6, 4, f.float32)),
    srow: f.many(280, 12, 4, f.float32),
    origin: nifti ? [0, 0, 0] : f.many(253, 3, 2, f.int16),
    magic: nifti ? magic : '',
  };
}

/**
 * Analyze 7.5 has no scaling; SPM keeps it in unused fields, else the range of stored values and the range that they
 * stand for are there (SPM2, spm_vol_ana.m).
 */
function spmScaling(f: Fields): { slope: number; intercept: number } {
  const [slope, intercept, most, least] = [112, 116, 124, 128].map(f.float32);
  if (Number.isFinite(slope) && slope !== 0) return { slope, intercept };
  const [storedMost, storedLeast] = [140, 144].map(f.int32);
  const ratio = (most - least) / (storedMost - storedLeast);
  if (!Number.isFinite(ratio) || ratio === 0) return { slope: 1, intercept: 0 };
  return { slope: ratio, intercept: most - ratio * storedMost };
}

function wideFields(f: Fields) {
  const magic = f.text(4, 4);
  return {
    format: 'nifti2' as const,
    pair: magic === 'ni2',
    dim: f.many(16, 8, 8, f.int64),
    datatypeCode: f.int16(12),
    pixdim: f.many(104, 8, 8, f.float64),
    voxOffset: f.int64(168),
    slope: f.float64(176),
    intercept: f.float64(184),
    calMax: f.float64(192),
    calMin: f.float64(200),
    xyztUnits: f.int32(500),
    intentCode: f.int32(504),
    intentName: f.text(508, 16),
    description: f.text(240, 80),
    qformCode: f.int32(344),
    sformCode: f.int32(348),
    quaternion: sixOf(f.many(352, 6, 8, f.float64)),
    srow: f.many(400, 12, 8, f.float64),
    origin: [0, 0, 0],
    magic,
  };
}

function sixOf(values: number[]): [number, number, number, number, number, number] {
  const [b, c, d, x, y, z] = values;
  return [b, c, d, x, y, z];
}
