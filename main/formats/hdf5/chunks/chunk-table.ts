/** More chunks are left to the library. */
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

/** Where the chunks of a dataset lie in its file, by their place in the grid counted row-major. */
export class ChunkTable {
  readonly addresses: Float64Array;
  /** Bytes that a stored chunk takes; 0 for one that was never written. */
  readonly bytes: Uint32Array;
  /** A bit for each filter that was left out. */
  readonly skipped: Uint32Array;
  private readonly grid: Grid;
  private readonly fileSize: number;

  constructor(grid: Grid, fileSize: number) {
    const total = chunksOf(grid);
    this.addresses = new Float64Array(total);
    this.bytes = new Uint32Array(total);
    this.skipped = new Uint32Array(total);
    this.grid = grid;
    this.fileSize = fileSize;
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
    this.addresses[place] = address;
    this.bytes[place] = bytes;
    this.skipped[place] = skipped;
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
