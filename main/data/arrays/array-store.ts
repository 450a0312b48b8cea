import type { ArrayInfo, Axis, Dtype } from '../../contract/arrays.ts';
import type { TypedArray } from '../../contract/typed-arrays.ts';
import type { TypedArrayByDtype } from './typed-arrays.ts';

/** What a new array is to be. Values are row-major (C order). */
export interface NewArray {
  /** For people, not a key: "sub-01 run-1 bold". */
  readonly name: string;
  readonly shape: readonly number[];
  /**
   * Shape of one chunk, same rank as `shape`; aim at 0.25 to 4 MB of values. A chunk is what is read or written at
   * once. Left out: `suggestChunkShape(shape, dtype)`, which cuts the first axis.
   */
  readonly chunkShape?: readonly number[];
  readonly dtype: Dtype;
  /** Unit of the values: "a.u.", "%", "r", "T"; empty where there is none. */
  readonly unit?: string;
  /** One per dimension, or left out. */
  readonly axes?: readonly Partial<Axis>[];
  /** JSON, such as `{ columns: [...] }` or `{ simulated: true }`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A chunk ready to be written: compressed, with the SHA-256 of its decoded bytes. */
export interface EncodedChunk {
  readonly chunk: readonly number[];
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Half-open range along one axis, in elements. */
export interface AxisRange {
  readonly start: number;
  readonly stop: number;
}
/** One entry per axis; null takes the whole axis. */
export type Selection = readonly (AxisRange | null)[];

/** A hyper-rectangle of values, row-major, with its own shape. */
export interface ArrayValues<T extends TypedArray = TypedArray> {
  readonly shape: number[];
  readonly data: T;
}

/** Keys below one array: `/zarr.json` and `/c/0/1`; a zarrita AsyncReadable and AsyncWritable. */
export interface ZarrStore {
  get(key: `/${string}`): Promise<Uint8Array | undefined>;
  set(key: `/${string}`, value: Uint8Array): Promise<void>;
}

/**
 * Zarr v3 arrays whose chunks are rows of the project file. All calls are synchronous. An array is written chunk by
 * chunk, then sealed; a sealed array never changes. Everything throws UserError('array.unknown') for an id that is
 * not there and UserError('project.disk-full') when the disk is full (nothing of the call is kept then).
 */
export interface ArrayStore {
  /** Makes an empty array to be filled with `writeChunk` or `write` and then sealed. */
  create(spec: NewArray): ArrayInfo;
  /**
   * Makes, fills and seals a small array in one transaction. `data` is row-major and as long as `shape` says.
   * For arrays over some 100 MB use `create` and write in pieces.
   */
  put(spec: NewArray, data: TypedArray): ArrayInfo;
  /**
   * Replaces one chunk. `chunk` counts chunks along each axis (element index ÷ chunk shape). `values` is a full
   * chunk in row-major order, padded at the far edges of the array (pad values are not hashed and never returned),
   * or exactly the part that lies inside the array.
   */
  writeChunk(id: string, chunk: readonly number[], values: TypedArray): void;
  /**
   * The slow part of `writeChunk` (hash, compression) done on other threads, so that a stream goes on meanwhile.
   * `values` as for `writeChunk`; they must not change until the promise is kept.
   */
  encodeChunk(id: string, chunk: readonly number[], values: TypedArray): Promise<EncodedChunk>;
  /** Writes what `encodeChunk` made; gives the same bytes as `writeChunk`. */
  writeEncoded(id: string, encoded: EncodedChunk): void;
  /**
   * Writes any hyper-rectangle that begins at `start` (elements). Rewriting part of a chunk decodes and encodes it
   * again, so aligned pieces are much faster.
   */
  write(id: string, start: readonly number[], shape: readonly number[], values: TypedArray): void;
  /** Writes `shape[0]` further rows at row `row` along the first axis, all other axes whole. */
  writeRows(id: string, row: number, values: TypedArray): void;
  /** One chunk clipped to the array's edge, with its shape. A chunk that was never written reads as zeros. */
  readChunk(id: string, chunk: readonly number[]): ArrayValues;
  /** Whether that chunk has been written (how an interrupted writer finds where to go on). */
  hasChunk(id: string, chunk: readonly number[]): boolean;
  /** A hyper-rectangle, the whole array when `selection` is left out. Reads only the chunks it touches. */
  read(id: string, selection?: Selection): ArrayValues;
  /** Like `read`, typed. Throws Error when the array is of another dtype. */
  readAs<D extends Dtype>(id: string, dtype: D, selection?: Selection): ArrayValues<TypedArrayByDtype[D]>;
  /**
   * Ends writing and sets `contentHash`, so it can be used as a key. Throws UserError('array.incomplete') when a
   * chunk is missing. Sealing a sealed array is a no-op.
   */
  seal(id: string): ArrayInfo;
  info(id: string): ArrayInfo;
  /** Like `info`, null when there is no such array. */
  find(id: string): ArrayInfo | null;
  /** All arrays, oldest first. */
  list(): ArrayInfo[];
  /** The array as zarrita (or any Zarr v3 reader and writer) sees it. Metadata can't be changed through it. */
  zarrStore(id: string): ZarrStore;
  /** Bytes that the compressed chunks of this array take in the file. */
  storedBytes(id: string): number;
  /** Removes the array and its chunks. Throws UserError('array.in-use') while a recording, run or feature set points to it. */
  delete(id: string): void;
}
