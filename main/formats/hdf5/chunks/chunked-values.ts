import { type ChunkTable, coordinatesOf, type Grid } from './chunk-table.ts';
import { type Filter, giveBack, knowsFilters, unfilter } from './filters.ts';
import { readLayout } from './layout.ts';
import type { RawFile } from './raw-file.ts';
import { readChunkTable } from './read-chunk-table.ts';
import { type Box, scatter } from './scatter.ts';

/** Chunks that are unpacked at a time: as many threads do so. */
const AT_ONCE = 4;

/** Chunks that are kept for the next box take no more bytes than these, or are one. */
const KEPT_BYTES = 32 << 20;

/** What the HDF5 library says of a dataset. */
export interface DatasetFacts {
  /** Where its object header lies. */
  readonly address: number;
  readonly shape: readonly number[];
  /** Sizes that it may grow to; a number beyond all files' sizes where there is no end. */
  readonly maxshape: readonly number[];
  /** Extents of a chunk. */
  readonly chunks: readonly number[];
  /** Bytes of a value. */
  readonly size: number;
  readonly littleEndian: boolean;
  readonly filters: readonly Filter[];
}

/** The values of a dataset in chunks, read past the HDF5 library. */
export interface ChunkedValues {
  /**
   * Values of a box, row-major and in this machine's order. Only chunks that it touches are read.
   * @param memory to put them into, of exactly their bytes; else they get memory of their own
   * @returns the bytes, in other memory where a chunk is the box
   * @throws Error where the file is damaged
   */
  read(box: Box, memory?: Uint8Array): Promise<Uint8Array>;
  /** The first corners of the chunks that were written; null where all were. */
  written(): readonly (readonly number[])[] | null;
  /** The value that stands where none was written, in this machine's order. */
  fillValue(): Uint8Array;
}

/**
 * Finds the chunks of a dataset of plain numbers.
 * @returns null where it is kept in a way that only the library knows
 * @throws RangeError where its description is damaged
 */
export async function openChunked(raw: RawFile, facts: DatasetFacts): Promise<ChunkedValues | null> {
  const { shape, maxshape, chunks, size, filters } = facts;
  if (!knowsFilters(filters)) return null;
  const layout = await readLayout(raw, facts.address);
  if (layout === null || layout.bytes !== size || layout.extents.join() !== chunks.join()) return null;
  const counted = (sizes: readonly number[]): number[] =>
    sizes.map((one, axis) => (one < 2 ** 63 ? Math.ceil(one / chunks[axis]) : Number.POSITIVE_INFINITY));
  const grid: Grid = {
    extents: chunks,
    counts: counted(shape),
    mostCounts: counted(maxshape),
    wholeBytes: chunks.reduce((product, extent) => product * extent, size),
    filtered: filters.length > 0,
  };
  const table = await readChunkTable(raw, layout.index, grid);
  return table === null ? null : new Chunks(raw, facts, grid, table, layout.fill);
}

/** Memory that one walk through chunks uses again and again. */
interface Memory {
  packed?: Uint8Array;
  plain?: Uint8Array;
}

class Chunks implements ChunkedValues {
  private readonly raw: RawFile;
  private readonly facts: DatasetFacts;
  private readonly grid: Grid;
  private readonly table: ChunkTable;
  private readonly fill: Uint8Array | null;
  /** Unpacked chunks that a box took a part of. */
  private readonly kept = new Map<number, Uint8Array>();
  /** Memory for one packed chunk and one unpacked, of each walk that came to an end. */
  private readonly spare: Memory[] = [];

  constructor(raw: RawFile, facts: DatasetFacts, grid: Grid, table: ChunkTable, fill: Uint8Array | null) {
    this.raw = raw;
    this.facts = facts;
    this.grid = grid;
    this.table = table;
    this.fill = fill;
  }

  async read(box: Box, memory?: Uint8Array): Promise<Uint8Array> {
    const { size, littleEndian } = this.facts;
    const touched = [...this.chunksIn(box)];
    const written = touched.filter(({ place }) => this.table.get(place) !== null);
    const [only] = touched;
    if (touched.length === 1 && written.length === 1 && isSame(only.box, box))
      return ordered(await this.unpacked(only.place, {}), size, littleEndian);
    const bytes = box.extents.reduce((product, extent) => product * extent, size);
    const out = memory ?? new Uint8Array(bytes);
    if (written.length < touched.length) this.putFill(out, memory === undefined);
    let next = 0;
    const work = async (): Promise<void> => {
      const own = this.spare.pop() ?? {};
      while (next < written.length) {
        const chunk = written[next++];
        const kept = this.kept.get(chunk.place);
        own.plain ??= Buffer.allocUnsafeSlow(this.grid.wholeBytes);
        const values = kept ?? (await this.unpacked(chunk.place, own));
        scatter(values, chunk.box, out, box, size);
        if (kept !== undefined) continue;
        const isOwn = values.buffer !== own.plain.buffer && values.buffer !== own.packed?.buffer;
        if (!this.isWithin(chunk.box, box)) this.keep(chunk.place, isOwn ? values : new Uint8Array(values));
        else if (isOwn) giveBack(values);
      }
      this.spare.push(own);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return ordered(out, size, littleEndian);
  }

  written(): readonly (readonly number[])[] | null {
    const { extents } = this.grid;
    return (
      this.table
        .written()
        ?.map((place) => this.table.coordinatesOf(place).map((one, axis) => one * extents[axis])) ?? null
    );
  }

  fillValue(): Uint8Array {
    const { size, littleEndian } = this.facts;
    return ordered(Uint8Array.from(this.fill ?? new Uint8Array(size)), size, littleEndian);
  }

  /** Whether a box takes all of a chunk that lies in the dataset. */
  private isWithin(chunk: Box, { start, extents }: Box): boolean {
    return this.facts.shape.every(
      (size, axis) =>
        chunk.start[axis] >= start[axis] &&
        Math.min(size, chunk.start[axis] + chunk.extents[axis]) <= start[axis] + extents[axis],
    );
  }

  /** Keeps a chunk of which the next box may need more; the oldest ones give way. */
  private keep(place: number, values: Uint8Array): void {
    this.kept.set(place, values);
    const most = Math.max(1, Math.floor(KEPT_BYTES / this.grid.wholeBytes));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= most) break;
      this.kept.delete(oldest);
    }
  }

  private *chunksIn(box: Box): Generator<{ readonly place: number; readonly box: Box }> {
    const { extents } = this.grid;
    const first = extents.map((extent, axis) => Math.floor(box.start[axis] / extent));
    const counts = extents.map(
      (extent, axis) => Math.ceil((box.start[axis] + box.extents[axis]) / extent) - first[axis],
    );
    for (const at of coordinatesOf({ counts })) {
      const coordinates = at.map((one, axis) => one + first[axis]);
      const place = this.table.placeOf(coordinates);
      if (place === null) throw new RangeError('a box beyond the dataset');
      yield { place, box: { start: coordinates.map((one, axis) => one * extents[axis]), extents } };
    }
  }

  /** A chunk's values in the file's order: in memory of their own, or in what is given for them. */
  private async unpacked(place: number, memory: Memory): Promise<Uint8Array> {
    const chunk = this.table.get(place);
    if (chunk === null) throw new RangeError('a chunk that was never written');
    const { address, bytes: length, skipped } = chunk;
    if ((memory.packed?.length ?? 0) < length) memory.packed = Buffer.allocUnsafeSlow(length);
    const stored = await this.raw.read(address, length, memory.packed);
    const { filters } = this.facts;
    return unfilter(stored, filters, skipped, this.grid.wholeBytes, memory.plain);
  }

  /** The fill value everywhere. */
  private putFill(out: Uint8Array, isZero: boolean): void {
    if (this.fill !== null) Buffer.from(out.buffer, out.byteOffset, out.length).fill(this.fill);
    else if (!isZero) out.fill(0);
  }
}

function isSame(a: Box, b: Box): boolean {
  return a.start.join() === b.start.join() && a.extents.join() === b.extents.join();
}

/** Turns values of the file's order into this machine's, where they lie. */
export function ordered(values: Uint8Array, size: number, littleEndian: boolean): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.length);
  if (littleEndian || size === 1) return values;
  return size === 2 ? bytes.swap16() : size === 4 ? bytes.swap32() : bytes.swap64();
}
