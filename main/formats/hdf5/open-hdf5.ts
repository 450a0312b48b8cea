import { resolve } from 'node:path';
import h5wasm, { type Dataset, type Entity, type File, type Group, type Reference } from 'h5wasm/node';
import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { UserError } from '../../core/errors.ts';
import { fileSize } from '../source.ts';
import {
  type Block,
  halfAttribute,
  isHalf,
  isPlain,
  libraryBlock,
  numbersOver,
  plainBlocks,
  type Unwritten,
} from './blocks.ts';
import { type ChunkedValues, ordered } from './chunks/chunked-values.ts';
import { knowsFilters } from './chunks/filters.ts';
import { openRawFile, type RawFile } from './chunks/raw-file.ts';
import type { Box } from './chunks/scatter.ts';
import { compressionOf, dtypeName } from './dtype.ts';
import { checkGlobalHeaps } from './global-heaps.ts';
import { bounded, limited, watched } from './limited.ts';
import { foreignFilter, isBeyondLibrary, isTurnedEnumeration, pastLibrary } from './past-library.ts';
import { damagedHdf5, damagedList, damagedObject, stoppedHdf5, tooLarge, unknownFilter } from './refusals.ts';

/** Plain values as HDF5 stores them: numbers in a typed array, texts, or references to other objects. */
export type Hdf5Values = AnyTypedArray | readonly string[] | readonly Hdf5Reference[];

/** A pointer to another object of the file, to be followed with `Hdf5File.follow`. */
export interface Hdf5Reference {
  readonly reference: Reference;
}

/** The file that objects lie in, and its bytes. */
interface Home {
  readonly path: string;
  readonly size: number;
  /** Whether its global heaps were looked at. */
  heapsChecked: boolean;
  /** The file past the library, once that was asked for. */
  raw?: Promise<RawFile | null>;
}

/** The library's memory holds no more bytes. */
const MOST_AT_ONCE = 2 ** 31;

/** Deflate packs no more bytes into one. */
const MOST_PACKED = 1032;

/** Smaller datasets are not worth going past the library. */
const WORTH_UNPACKING = 64 << 10;

/** One dataset. Nothing but its description is read until asked for. */
export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly path: string;
  /** Slowest axis first; null where the dataset holds no value at all. */
  readonly shape: readonly number[] | null;
  /** Element type in NumPy's words: "float64", ">f4", "bool", "object" (texts, references, ragged rows), ... */
  readonly dtype: string;
  readonly chunks: readonly number[] | null;
  readonly compression: string | null;
  attribute(name: string): unknown;
  /** All values, in row-major order. */
  read(): Promise<Hdf5Values>;
  /** Rows of different lengths, where that is what the dataset holds; null otherwise. */
  readRagged(): (readonly number[])[] | null;
  /** Values from `start` to `stop` (not included) along the first axis. Numbers only. */
  rows(start: number, stop: number): Promise<AnyTypedArray>;
  /** Values of a block, `ranges` giving [start, stop) along each axis. Numbers only. */
  block(ranges: readonly (readonly [number, number])[]): Promise<AnyTypedArray>;
  /**
   * All values of a dataset of plain numbers (`isPlain` of its type) in boxes, each read once: `start` is the first corner
   * of a box, its values are row-major. They lie in memory that the next box is put into. What was never written comes last.
   */
  blocks(): AsyncGenerator<Block | Unwritten>;
}

/** One group. */
export interface Hdf5Group {
  readonly kind: 'group';
  readonly path: string;
  readonly names: readonly string[];
  /** Names of the attributes. */
  readonly attributeNames: readonly string[];
  attribute(name: string): unknown;
  /** An attribute as text; one that has a type but no value in h5py's words. */
  attributeText(name: string): string;
}

/** An open HDF5 file; random access goes through the HDF5 library itself, so large files are not read whole. */
export interface Hdf5File {
  /** Paths of all objects, in the order of their names. */
  readonly paths: readonly string[];
  readonly root: Hdf5Group;
  /** The object at a path such as "group/name"; null where there is none or it is neither dataset nor group. */
  get(path: string): Hdf5Dataset | Hdf5Group | null;
  /** What a reference points to; null for a dangling one. */
  follow(reference: Hdf5Reference): Hdf5Dataset | Hdf5Group | null;
  close(): Promise<void>;
}

/**
 * Opens an HDF5 file (also MATLAB 7.3, which is one behind 512 bytes of text) through the HDF5 library in
 * WebAssembly. The caller closes it.
 * @throws UserError `file.*`, `hdf5.damaged`, `hdf5.stopped`; `hdf5.damaged-list` and `hdf5.damaged-object` when objects are asked for,
 *   `hdf5.filter` and `hdf5.too-large` when values are
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  const size = await fileSize(path);
  const module = await h5wasm.ready;
  try {
    // The library writes its errors down by itself; what matters of them becomes one sentence here.
    module.deactivate_throwing_error_handler();
  } catch {
    // What fails without a file was broken by one before.
    throw stoppedHdf5(path);
  }
  const file = guarded({ path, size }, () => watched(() => new h5wasm.File(resolve(path), 'r')));
  if (file.file_id <= 0n) throw damagedHdf5(path);
  return wrap(file, { path, size, heapsChecked: false });
}

/**
 * What the library throws over damaged objects becomes the refusal of the file; refusals pass. What describes the values
 * takes no more memory than the file.
 */
function guarded<T>(
  { path, size }: Pick<Home, 'path' | 'size'>,
  work: () => T,
  refuse = (thrown: unknown): UserError => refusalOf(thrown, { path }),
): T {
  try {
    return bounded(size, work);
  } catch (thrown) {
    throw refuse(thrown);
  }
}

function refusalOf(thrown: unknown, { path }: Pick<Home, 'path'>): UserError {
  return thrown instanceof UserError ? thrown : damagedHdf5(path);
}

/** The refusal of values: where they are packed with a filter that is not undone, it says so. */
function refusalOfValues(thrown: unknown, dataset: Dataset, home: Home): UserError {
  const isOurs = isPlain(dtypeName(dataset.metadata)) && knowsFilters(dataset.filters);
  const foreign = isOurs ? undefined : foreignFilter(dataset);
  return foreign === undefined ? refusalOf(thrown, home) : unknownFilter(home.path, dataset.path, foreign);
}

/** `guarded` for values. */
function guardedValues<T>(dataset: Dataset, home: Home, work: () => T): T {
  return guarded(home, work, (thrown) => refusalOfValues(thrown, dataset, home));
}

/** Names of what a file or a group holds. The library ends a list where it cannot go on, and tells so by its errors only. */
function listed(home: Home, list: () => string[]): string[] {
  let names: string[] = [];
  try {
    guarded(home, () =>
      watched(() => {
        names = list();
      }),
    );
    return names;
  } catch {
    throw damagedList(home.path, names.length);
  }
}

function wrap(file: File, home: Home): Hdf5File {
  const targets = new Map<string, string>();
  // The library finds the name of a reference by walking through the whole file, for each of thousands again. MATLAB keeps
  // what it refers to in one group; its references, made anew once, tell every name.
  const pathOf = (reference: Reference): string | undefined => {
    if (targets.size === 0) {
      targets.set('', '');
      const kept = allPaths().filter((path) => /^\/?#refs#\/[^/]+$/.test(path));
      for (const path of kept) {
        const entity = file.get(path);
        if (entity !== null && 'create_reference' in entity)
          targets.set(keyOf(entity.create_reference()), path);
      }
    }
    return targets.get(keyOf(reference));
  };
  let paths: string[] | undefined;
  const allPaths = (): string[] => {
    paths ??= listed(home, () => file.paths());
    return paths;
  };
  let known: Set<string> | undefined;
  const get = (path: string): Hdf5Dataset | Hdf5Group | null => {
    // Asking for a name that is not there makes the library print its error stack.
    known ??= new Set(allPaths());
    if (!known.has(path)) return null;
    const entity = guarded(home, () => file.get(path));
    if (entity === null) throw damagedObject(home.path, path);
    return guarded(home, () => described(entity, home));
  };
  return {
    get paths() {
      return allPaths();
    },
    root: groupOf(file, home),
    get,
    follow: ({ reference }) => {
      return guarded(home, () => {
        const path = pathOf(reference);
        if (path !== undefined) return described(file.get(path), home);
        const target = file.dereference(reference);
        return target instanceof h5wasm.DatasetRegion ? null : described(target, home);
      });
    },
    async close() {
      guarded(home, () => file.close());
      const raw = await home.raw?.catch(() => null);
      await raw?.close();
    },
  };
}

function keyOf({ ref_data }: Reference): string {
  return ref_data.join();
}

function described(entity: Entity | null, home: Home): Hdf5Dataset | Hdf5Group | null {
  if (entity === null) return null;
  if (isGroup(entity)) return groupOf(entity, home);
  return isDataset(entity) ? datasetOf(entity, home) : null;
}

function isGroup(entity: Entity | null): entity is Group {
  return entity instanceof h5wasm.Group;
}

function isDataset(entity: Entity): entity is Dataset {
  return entity instanceof h5wasm.Dataset;
}

function groupOf(group: Group, home: Home): Hdf5Group {
  return {
    kind: 'group',
    path: group.path,
    get names() {
      return listed(home, () => group.keys());
    },
    get attributeNames() {
      return guarded(home, () => Object.keys(group.attrs));
    },
    attribute: (name) => guarded(home, () => attributeOf(group, name, home)),
    attributeText(name) {
      const attribute = guarded(home, () => group.attrs[name]);
      if (attribute === undefined) return '';
      return attribute.shape === null
        ? `Empty(dtype=dtype('${attribute.dtype}${attribute.metadata.size}'))`
        : guarded(home, () => String(attributeOf(group, name, home)));
    },
  };
}

function datasetOf(dataset: Dataset, home: Home): Hdf5Dataset {
  const { metadata } = dataset;
  const dtype = dtypeName(metadata);
  let chunked: Promise<ChunkedValues | null> | undefined;
  const ownChunks = (): Promise<ChunkedValues | null> => {
    chunked ??= chunkedOf(dataset, dtype, home);
    return chunked;
  };
  /** Values past the library; null where only that can tell them, or what is wrong with them. */
  const unpacked = async (ranges: readonly (readonly [number, number])[]): Promise<AnyTypedArray | null> => {
    const bytes = await (await ownChunks())?.read(boxOfRanges(ranges)).catch(() => null);
    return bytes ? numbersOver(bytes, dtype) : null;
  };
  const block = async (ranges: readonly (readonly [number, number])[]): Promise<AnyTypedArray> => {
    const own = await unpacked(ranges);
    if (own !== null) return own;
    // The library's own way to values knows no half floats.
    if (isHalf(dtype))
      return guardedValues(dataset, home, () => libraryBlock(dataset, dtype, home.size, boxOfRanges(ranges)));
    const values = guardedValues(dataset, home, () =>
      bounded(home.size + 2 * bytesOf(ranges, metadata), () =>
        watched(() => dataset.slice(ranges.map(([start, stop]) => [start, stop]))),
      ),
    );
    if (!ArrayBuffer.isView(values)) throw damagedHdf5(home.path);
    return values as AnyTypedArray;
  };
  return {
    kind: 'dataset',
    path: dataset.path,
    shape: metadata.shape,
    dtype,
    chunks: metadata.chunks,
    compression: compressionOf(dataset.filters.map(({ id }) => id)),
    attribute: (name) => guarded(home, () => attributeOf(dataset, name, home)),
    async read() {
      const whole = (metadata.shape ?? []).map((size): [number, number] => [0, size]);
      if (isHalf(dtype)) return block(whole);
      return (await unpacked(whole)) ?? guardedValues(dataset, home, () => valuesOf(dataset, home));
    },
    readRagged: () => guardedValues(dataset, home, () => raggedOf(dataset, home)),
    rows: (start, stop) =>
      block([[start, stop], ...(metadata.shape ?? []).slice(1).map((size): [number, number] => [0, size])]),
    block,
    async *blocks() {
      try {
        const own = await ownChunks();
        // The library would walk for hours through what was never written.
        const bytes = metadata.size * metadata.total_size;
        if (own === null && bytes > Math.max(MOST_AT_ONCE, MOST_PACKED * home.size))
          throw tooLarge(home.path, dataset.path, metadata.total_size);
        yield* plainBlocks(dataset, dtype, home.size, own);
      } catch (thrown) {
        throw refusalOfValues(thrown, dataset, home);
      }
    },
  };
}

/** The chunks of a dataset past the library; null where it is small, or only the library can read them. */
async function chunkedOf(dataset: Dataset, dtype: string, home: Home): Promise<ChunkedValues | null> {
  const { total_size: count, size, chunks } = dataset.metadata;
  if (!isPlain(dtype)) return null;
  // In one piece it is only worth knowing whether anything was written.
  const least = chunks === null ? home.size + 1 : WORTH_UNPACKING;
  if (count * size < least && !isBeyondLibrary(dataset)) return null;
  try {
    home.raw ??= openRawFile(home.path);
    const raw = await home.raw;
    return raw === null ? null : await pastLibrary(dataset, raw);
  } catch {
    // The library finds its own words for what is wrong, if anything is.
    return null;
  }
}

function boxOfRanges(ranges: readonly (readonly [number, number])[]): Box {
  return { start: ranges.map(([from]) => from), extents: ranges.map(([from, to]) => to - from) };
}

/** Bytes of a block of values. */
function bytesOf(ranges: readonly (readonly [number, number])[], { size }: Dataset['metadata']): number {
  return ranges.reduce((product, [start, stop]) => product * Math.max(0, stop - start), size);
}

/** To be called before what is read may lie in a global heap. */
function checkHeaps(home: Home): void {
  if (!home.heapsChecked) checkGlobalHeaps(home.path, home.size);
  home.heapsChecked = true;
}

/** An attribute's value; attributes are not compressed, so none is larger than the file. */
function attributeOf(owner: Group | Dataset, name: string, home: Home): unknown {
  return limited(home.size, () => {
    const attribute = owner.attrs[name];
    if (attribute === undefined) return undefined;
    const { vlen, vlen_type } = attribute.metadata;
    if (vlen || vlen_type !== undefined) checkHeaps(home);
    if (isHalf(dtypeName(attribute.metadata))) return halfAttribute(attribute);
    return attribute.value ?? undefined;
  });
}

/** A dataset's value. Texts and rows of any length lie in the file as they are, so they need no more memory than twice it. */
function readValue(dataset: Dataset, home: Home): Dataset['value'] {
  const { metadata } = dataset;
  const bytes = metadata.size * metadata.total_size;
  if (bytes > MOST_AT_ONCE) throw tooLarge(home.path, dataset.path, metadata.total_size);
  if (isPlain(dtypeName(metadata))) return bounded(home.size + 2 * bytes, () => watched(() => dataset.value));
  if (!metadata.vlen && metadata.vlen_type === undefined)
    return limited(home.size + 2 * bytes, () => dataset.value);
  checkHeaps(home);
  return limited(2 * home.size + 2 * bytes, () => dataset.value);
}

function raggedOf(dataset: Dataset, home: Home): (readonly number[])[] | null {
  const { vlen_type: type, shape } = dataset.metadata;
  if (type === undefined) return null;
  const value = readValue(dataset, home);
  if (value === null) return null;
  const rows = shape?.length === 0 ? [value] : Array.isArray(value) ? value : [];
  return rows.map((row) => {
    if (ArrayBuffer.isView(row) && isTurnedEnumeration(type))
      ordered(new Uint8Array(row.buffer, row.byteOffset, row.byteLength), type.size, false);
    return ArrayBuffer.isView(row) || Array.isArray(row) ? Array.from(row as ArrayLike<number>, Number) : [];
  });
}

function valuesOf(dataset: Dataset, home: Home): Hdf5Values {
  const value = readValue(dataset, home);
  if (ArrayBuffer.isView(value)) return value as AnyTypedArray;
  const list = (Array.isArray(value) ? value : [value]).flat(16);
  if (list.every((item) => typeof item === 'string')) return list;
  const references = list.flatMap((item) =>
    item !== null && typeof item === 'object' && 'ref_data' in item ? [{ reference: item }] : [],
  );
  if (references.length === list.length && list.length > 0) return references;
  return Float64Array.from(list, Number);
}
