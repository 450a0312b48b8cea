import type { AnyTypedArray } from '../../contract/typed-arrays.ts';

/** Numbers of a MATLAB array, column-major (first index fastest), in the type they are stored in. */
export interface MatNumbers {
  readonly kind: 'numbers';
  readonly shape: readonly number[];
  /** Stored type in NumPy's words, such as "float64". MATLAB packs whole doubles into small integers. */
  readonly dtype: string;
  /** Byte order on disk; `data` is always in this machine's. */
  readonly bigEndian: boolean;
  readonly logical: boolean;
  readonly data: AnyTypedArray;
  /** Present for complex arrays. */
  readonly imaginary?: AnyTypedArray;
}

/** A character array: one text per row. */
export interface MatText {
  readonly kind: 'text';
  readonly shape: readonly number[];
  readonly rows: readonly string[];
}

/** Values in column-major order. */
export interface MatCell {
  readonly kind: 'cell';
  readonly shape: readonly number[];
  readonly cells: readonly MatValue[];
}

/** A struct array, an old-style object or a function handle: each field has one value per element, column-major. */
export interface MatStruct {
  readonly kind: 'struct';
  readonly shape: readonly number[];
  readonly fields: ReadonlyMap<string, readonly MatValue[]>;
  /** Class of an old-style object. */
  readonly className?: string;
}

/** A compressed-column sparse matrix. */
export interface MatSparse {
  readonly kind: 'sparse';
  readonly shape: readonly number[];
  readonly rowOf: Int32Array;
  readonly columnStart: Int32Array;
  readonly data: AnyTypedArray;
  readonly imaginary?: AnyTypedArray;
}

/** What only MATLAB can interpret (new-style objects, tables, strings): names and raw array are kept. */
export interface MatOpaque {
  readonly kind: 'opaque';
  readonly names: readonly string[];
  readonly value: MatValue;
}

export type MatValue = MatNumbers | MatText | MatCell | MatStruct | MatSparse | MatOpaque;

/** A variable as the directory of the file shows it, before its values are read. */
export interface MatVariable {
  readonly name: string;
  /** MATLAB class: "double", "struct", "cell", "char", "sparse", "function_handle", ... */
  readonly className: string;
  readonly shape: readonly number[];
  /** Reads the values. @throws UserError `mat.damaged`, `mat.too-big` */
  read(): Promise<MatValue>;
  /**
   * The values of a plain array of real numbers block after block, so that it need not fit in memory; null where it is
   * something else. Only version 5 files have it. @throws UserError `mat.damaged`
   */
  stream?(): Promise<MatNumberStream | null>;
}

/** Numbers of an array in the order of the file (first index fastest). */
export interface MatNumberStream extends Pick<MatNumbers, 'shape' | 'dtype' | 'bigEndian'> {
  readonly count: number;
  /** In the same memory each time, in this machine's byte order. @throws UserError `mat.damaged` */
  blocks(): AsyncGenerator<AnyTypedArray>;
  close(): Promise<void>;
}

/** An open .mat file. Versions 6 and 7 are version 5 on disk. */
export interface MatFile {
  readonly version: 4 | 5 | '7.3';
  /** The text at the head of a version 5 file; empty for the others. */
  readonly description: string;
  readonly variables: readonly MatVariable[];
  close(): Promise<void>;
}
