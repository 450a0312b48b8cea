import { messages, readObjectHeader } from './object-header.ts';
import type { Fields, RawFile } from './raw-file.ts';

/** How a dataset lies in its file in chunks (HDF5 file format 3.0, IV.A.2.i). */
export interface ChunkLayout {
  /** Extents of a chunk, slowest axis first. */
  readonly extents: readonly number[];
  /** Bytes of a value. */
  readonly bytes: number;
  readonly index: ChunkIndex;
  /** Bytes of the value that stands where no chunk was written; null for zeros. */
  readonly fill: Uint8Array | null;
}

/** How a dataset lies in its file in one piece. */
export interface Contiguous {
  /** null where it was never written. */
  readonly address: number | null;
  /** As in `ChunkLayout`. */
  readonly fill: Uint8Array | null;
}

/** What tells where a chunk lies. `address` is null where no chunk was written. */
export type ChunkIndex =
  | {
      readonly kind: 'tree1' | 'implicit' | 'fixed' | 'extensible' | 'tree2';
      readonly address: number | null;
    }
  | {
      readonly kind: 'single';
      readonly address: number | null;
      /** Bytes of the one chunk, and its filters that were left out; null where it is not filtered. */
      readonly filtered: { readonly bytes: number; readonly skipped: number } | null;
    };

const layouts = { contiguous: 1, chunked: 2 };
/** Bytes between the class of an old layout and its address. */
const RESERVED = 5;
const ENUMERATION = 8;
/** Bytes of a type's head behind its first flags: the type that an enumeration is made of follows. */
const REST_OF_HEAD = 6;
const kinds = ['single', 'implicit', 'fixed', 'extensible', 'tree2'] as const;
/** Bytes of the parameters of an index, which its own head repeats. */
const parameterBytes = { implicit: 0, fixed: 1, extensible: 5, tree2: 6 };

/**
 * How the dataset whose object header lies at `address` is kept in chunks.
 * @returns null where it is not, or in a way that only the library knows
 * @throws RangeError where its header is not understood
 */
export async function readLayout(raw: RawFile, address: number): Promise<ChunkLayout | null> {
  const found = await headerOf(raw, address, layouts.chunked);
  if (found === null) return null;
  const chunks = found.version === 3 ? layout3(found.layout) : layout4(found.layout);
  if (chunks === null) return null;
  return found.fill !== null && found.fill.length !== chunks.bytes
    ? null
    : { ...chunks, fill: set(found.fill) };
}

/**
 * Where the values of the dataset whose object header lies at `address` are, if they lie one behind the other.
 * @returns null where they do not, or in a way that only the library knows
 * @throws RangeError where its header is not understood
 */
export async function readContiguous(raw: RawFile, address: number): Promise<Contiguous | null> {
  const found = await headerOf(raw, address, layouts.contiguous);
  return found && { address: found.layout.address(), fill: set(found.fill) };
}

interface Header {
  readonly version: number;
  /** Behind its class. */
  readonly layout: Fields;
  readonly fill: Uint8Array | null;
}

async function headerOf(raw: RawFile, address: number, wanted: number): Promise<Header | null> {
  const header = await readObjectHeader(raw, address);
  const [layout, datatype] = [header.get(messages.layout), header.get(messages.datatype)];
  if (layout === undefined || datatype === undefined || !isPlainType(datatype)) return null;
  if (header.has(messages.external)) return null;
  // Version 5, of HDF5 2.0, differs from 4 in bytes that an index tells anyway.
  const version = layout.uint(1);
  if (version < 3) {
    // Versions 1 and 2 tell the number of axes first. Their chunks are left to the library.
    layout.skip(1);
    if (wanted === layouts.chunked || layout.uint(1) !== wanted) return null;
    layout.skip(RESERVED);
  } else if (version > 5 || layout.uint(1) !== wanted) return null;
  return { version, layout, fill: fillValue(header.get(messages.fill), header.get(messages.oldFill)) };
}

/** A fill value; null where it is zero. */
function set(fill: Uint8Array | null): Uint8Array | null {
  return fill?.some((byte) => byte !== 0) ? fill : null;
}

/** Integers, floats and enumerations whose bytes follow each other up or down, not in VAX order. */
function isPlainType(datatype: Fields): boolean {
  const kind = datatype.uint(1) & 15;
  const flags = datatype.uint(1);
  if (kind === ENUMERATION) {
    datatype.skip(REST_OF_HEAD);
    return isPlainType(datatype);
  }
  return kind === 0 || (kind === 1 && (flags & 64) === 0);
}

function layout3(fields: Fields): Omit<ChunkLayout, 'fill'> {
  const axes = fields.uint(1) - 1;
  const address = fields.address();
  const extents = Array.from({ length: axes }, () => fields.uint(4));
  return { extents, bytes: fields.uint(4), index: { kind: 'tree1', address } };
}

function layout4(fields: Fields): Omit<ChunkLayout, 'fill'> | null {
  const flags = fields.uint(1);
  const axes = fields.uint(1) - 1;
  const width = fields.uint(1);
  const extents = Array.from({ length: axes }, () => fields.uint(width));
  const bytes = fields.uint(width);
  const kind = kinds[fields.uint(1) - 1];
  // Chunks at the edge may be left unfiltered.
  if (kind === undefined || (flags & 1) !== 0) return null;
  if (kind !== 'single') {
    fields.skip(parameterBytes[kind]);
    return { extents, bytes, index: { kind, address: fields.address() } };
  }
  const filtered = (flags & 2) === 0 ? null : { bytes: fields.length(), skipped: fields.uint(4) };
  return { extents, bytes, index: { kind, filtered, address: fields.address() } };
}

/** The bytes of a fill value; null where there is none, or none was ever set. */
function fillValue(fields: Fields | undefined, old: Fields | undefined): Uint8Array | null {
  if (fields === undefined) return old === undefined ? null : sized(old);
  const version = fields.uint(1);
  if (version === 3) return (fields.uint(1) & 32) === 0 ? null : sized(fields);
  fields.skip(2);
  const isDefined = fields.uint(1) === 1;
  return version === 1 || isDefined ? sized(fields) : null;
}

function sized(fields: Fields): Uint8Array | null {
  const bytes = fields.piece(fields.uint(4));
  return bytes.length === 0 ? null : bytes;
}
