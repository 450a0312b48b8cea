/** No more stored chunks are told of; the library reads what is kept in more. */
export const MOST_CHUNKS = 1 << 20;

/** A dataset's chunks as a grid. */
export interface Grid {
  /** Extents of a chunk. */
  readonly extents: readonly number[];
  /** How many chunks there are along each axis. */
  readonly counts: readonly number[];
  /** How many there may be at most; Infinity along an axis that may grow without end. */
  readonly mostCounts: readonly number[];
  /** Bytes of a chunk that is not filtered. */
  readonly wholeBytes: number;
  readonly filtered: boolean;
}

/** Where a stored chunk lies. */
export interface StoredChunk {
  readonly address: number;
  readonly bytes: number;
  /** A bit for each filter that was left out. */
  readonly skipped: number;
}

/** Where the chunks of a dataset lie in its file, by their place in the grid counted row-major. */
export class ChunkTable {
  private readonly addresses: Float64Array;
  /** Bytes that a stored chunk takes; 0 for one that was never written. */
  private readonly bytes: Uint32Array;
  private readonly skipped: Uint32Array;
  /** Where a chunk of a grid too large for a table stands in it; null where its place is that. */
  private readonly slots: Map<number, number> | null;
  private readonly grid: Grid;
  private readonly fileSize: number;

  constructor(grid: Grid, fileSize: number) {
    const total = chunksOf(grid);
    const most = Math.min(total, MOST_CHUNKS);
    this.addresses = new Float64Array(most);
    this.bytes = new Uint32Array(most);
    this.skipped = new Uint32Array(most);
    this.slots = total > most ? new Map() : null;
    this.grid = grid;
    this.fileSize = fileSize;
  }

  /** A chunk by its place; null for one that was never written. */
  get(place: number): StoredChunk | null {
    const slot = this.slots === null ? place : this.slots.get(place);
    if (slot === undefined || this.bytes[slot] === 0) return null;
    return { address: this.addresses[slot], bytes: this.bytes[slot], skipped: this.skipped[slot] };
  }

  /** The places of the chunks that were written; null where all were. */
  written(): readonly number[] | null {
    if (this.slots !== null) return [...this.slots.keys()];
    if (!this.bytes.includes(0)) return null;
    return Array.from(this.bytes.keys()).filter((place) => this.bytes[place] > 0);
  }

  /** The coordinates of the chunk at a place in the grid. */
  coordinatesOf(place: number): number[] {
    let rest = place;
    return this.grid.counts
      .toReversed()
      .map((count) => {
        const at = rest % count;
        rest = Math.floor(rest / count);
        return at;
      })
      .toReversed();
  }

  /** Place of a chunk in the grid; null outside of it (a dataset that was cut smaller may keep chunks). */
  placeOf(coordinates: readonly number[]): number | null {
    let place = 0;
    for (const [axis, count] of this.grid.counts.entries()) {
      if (!(coordinates[axis] < count)) return null;
      place = place * count + coordinates[axis];
    }
    return place;
  }

  /** @throws RangeError where no such chunk can lie */
  put(place: number, address: number, bytes = this.grid.wholeBytes, skipped = 0): void {
    if (bytes === 0 || bytes > 0xffffffff || address + bytes > this.fileSize)
      throw new RangeError(`a chunk of ${bytes} bytes at ${address}`);
    const slot = this.slots === null ? place : (this.slots.get(place) ?? this.slots.size);
    if (slot >= this.bytes.length) throw new RangeError('more chunks than can be told of');
    this.slots?.set(place, slot);
    this.addresses[slot] = address;
    this.bytes[slot] = bytes;
    this.skipped[slot] = skipped;
  }
}

/** How many chunks a grid has. */
export function chunksOf({ counts }: Grid): number {
  return counts.reduce((product, count) => product * count, 1);
}

/** The coordinates of all chunks of a grid, the last axis fastest, as one array that changes. */
export function* coordinatesOf({ counts }: Pick<Grid, 'counts'>): Generator<readonly number[]> {
  const at = counts.map(() => 0);
  for (let left = counts.reduce((product, count) => product * count, 1); left > 0; left--) {
    yield at;
    for (let axis = at.length - 1; axis >= 0; axis--) {
      at[axis] += 1;
      if (at[axis] < counts[axis]) break;
      at[axis] = 0;
    }
  }
}
