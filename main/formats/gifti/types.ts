import type { NiftiNumberKind } from '../nifti/datatypes.ts';

/** Values of one data array, row-major whatever the file's order. */
export type GiftiValues =
  | Uint8Array
  | Int32Array
  | Float32Array
  | Float64Array
  | Int16Array
  | Uint32Array
  | Int8Array
  | Uint16Array;

export interface GiftiTransform {
  /** Name of the space the coordinates are in, without "NIFTI_XFORM_". */
  readonly from: string;
  readonly to: string;
  /** 4×4 row-major, kept and never applied silently. */
  readonly matrix: readonly number[][];
}

export interface GiftiDataArray {
  /** Such as "NIFTI_INTENT_POINTSET". */
  readonly intent: string;
  readonly dtype: NiftiNumberKind;
  readonly encoding: string;
  readonly columnMajor: boolean;
  readonly littleEndian: boolean;
  /** From the Dim attributes, never from line breaks. */
  readonly shape: readonly number[];
  readonly values: GiftiValues;
  readonly meta: Readonly<Record<string, string>>;
  readonly transforms: readonly GiftiTransform[];
}

export interface GiftiLabel {
  readonly key: number;
  readonly name: string;
  /** Red, green, blue, alpha, 0 to 1; null where the table gives none. */
  readonly colour: readonly [number, number, number, number] | null;
}

export interface Gifti {
  readonly meta: Readonly<Record<string, string>>;
  readonly labels: readonly GiftiLabel[];
  readonly arrays: readonly GiftiDataArray[];
}
