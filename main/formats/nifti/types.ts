import type { Notice } from '../../contract/errors.ts';
import type { Affine } from '../../contract/recordings.ts';
import type { NiftiDatatype } from './datatypes.ts';

/** Everything a NIfTI-1, NIfTI-2 or Analyze 7.5 header says, in one form; MGH headers are brought to it too. */
export interface NiftiHeader {
  readonly format: 'nifti1' | 'nifti2' | 'analyze' | 'mgh';
  /** True for `ni1`/`ni2`: values lie in an .img file beside the .hdr. */
  readonly pair: boolean;
  readonly littleEndian: boolean;
  /** dim[0..7] as stored. */
  readonly dim: readonly number[];
  /** The first dim[0] sizes: i, j, k, time, ... */
  readonly shape: readonly number[];
  readonly datatype: NiftiDatatype;
  /** pixdim[0..7] as stored. */
  readonly pixdim: readonly number[];
  readonly voxOffset: number;
  /** As stored; see `scaling` in scale.ts for when it applies. */
  readonly slope: number;
  readonly intercept: number;
  readonly calMin: number;
  readonly calMax: number;
  readonly xyztUnits: number;
  readonly spaceUnit: 'unknown' | 'm' | 'mm' | 'um';
  readonly timeUnit: 'unknown' | 's' | 'ms' | 'us' | 'hz' | 'ppm' | 'rads';
  readonly intentCode: number;
  readonly intentName: string;
  readonly description: string;
  readonly qformCode: number;
  readonly sformCode: number;
  /** Quaternion b, c, d and offset x, y, z. */
  readonly quaternion: readonly [number, number, number, number, number, number];
  /** srow_x, srow_y, srow_z: 12 numbers, row-major. */
  readonly srow: readonly number[];
  /** Voxel (counted from 1) at the origin, where SPM wrote one into an Analyze header; else zeros. */
  readonly origin: readonly number[];
  readonly magic: string;
  readonly extensions: readonly NiftiExtension[];
}

export interface NiftiExtension {
  readonly code: number;
  readonly bytes: Uint8Array;
}

export interface VolumeOptions {
  /** Element type of the scaled values; float32 where not said. */
  readonly precision?: 'float32' | 'float64';
  /** First volume wanted (0-based) and how many; all where not said. */
  readonly start?: number;
  readonly count?: number;
  /** Every volume lies in the same memory and must be used before the next is asked for. */
  readonly reuse?: boolean;
  readonly signal?: AbortSignal;
}

/** One volume's scaled values: i runs fastest, then j, then k; length ni·nj·nk. */
export interface NiftiVolume<T extends Float32Array | Float64Array = Float32Array | Float64Array> {
  readonly index: number;
  readonly data: T;
}

/** Where the places of a series on surfaces lie on the cortex: dense grayordinates, parcels or vertices. */
export interface SurfaceLayout {
  /** Vertices of the whole left and right surface; 0 for one that the file does not hold. */
  readonly left: number;
  readonly right: number;
  /** Per vertex, left surface first, the place of its value; −1 where there is none. */
  readonly places: Int32Array;
  /** Places that belong together, in their order: hemispheres, subcortical structures, or single parcels. */
  readonly parts: readonly { readonly name: string; readonly start: number; readonly count: number }[];
  /** Places that are voxels of a grid, as subcortical structures are; left out where there are none. */
  readonly voxels?: PlacedVoxels | undefined;
}

/** Places of a series that lie on a grid. */
export interface PlacedVoxels {
  readonly shape: readonly [number, number, number];
  /** Voxel indices to RAS+ millimetres. */
  readonly affine: Affine;
  /** Place and linear index i + ni·(j + nj·k) of each voxel, one behind the other, ascending by index. */
  readonly pairs: Int32Array;
}

/** An opened image: its header is read, its values are streamed when asked for. Holds no open file. */
export interface NiftiImage {
  readonly path: string;
  /** Where the values lie: `path` itself, or the .img of a pair. */
  readonly dataPath: string;
  readonly header: NiftiHeader;
  /** Grid along i, j, k; sizes the file leaves out are 1. */
  readonly grid: readonly [number, number, number];
  /** Product of the sizes beyond the third. */
  readonly volumeCount: number;
  /** Voxel index (i, j, k, 1) to RAS+ millimetres, by the rule in affine.ts. */
  readonly affine: Affine;
  readonly affineSource: 'sform' | 'qform' | 'pixdim';
  /** Voxel edge lengths in mm along i, j, k, from the affine. */
  readonly voxelSize: readonly [number, number, number];
  /** Seconds between volumes where the header tells; null for one volume or where it says 0 or nonsense. */
  readonly repetitionTime: number | null;
  readonly notices: readonly Notice[];
  /** Where the values lie, of series on surfaces; their grid is a line and their affine means nothing. */
  readonly surface?: SurfaceLayout;
  /** A second file that the values come from: the other hemisphere. */
  readonly partner?: string;
  /**
   * Streams one volume at a time, never the whole file. Complex voxels give magnitudes, colours give luminance.
   * @throws UserError `file.truncated-gzip`, `file.damaged-gzip`, `nifti.truncated`, `nifti.no-image-data`
   */
  volumes(options: VolumeOptions & { precision: 'float64' }): AsyncGenerator<NiftiVolume<Float64Array>>;
  volumes(options?: VolumeOptions & { precision?: 'float32' }): AsyncGenerator<NiftiVolume<Float32Array>>;
  /**
   * As `volumes`, but the undecoded bytes of each volume, for callers that need few of its voxels
   * (see `voxelGatherer`). `onFileBytes` sees the file's bytes as they lie on disk.
   */
  rawVolumes(
    options?: Omit<VolumeOptions, 'precision'> & { onFileBytes?: (bytes: Uint8Array) => void },
  ): AsyncGenerator<{ index: number; bytes: Uint8Array }>;
  /** The undecoded bytes of all voxels in order, in pieces of about a megabyte of whole voxels, in the same memory. */
  rawBlocks(): AsyncGenerator<Uint8Array>;
}
