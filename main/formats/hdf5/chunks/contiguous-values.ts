import { type ChunkedValues, ordered } from './chunked-values.ts';
import { type Contiguous, readContiguous } from './layout.ts';
import type { RawFile } from './raw-file.ts';
import { type Box, scatter } from './scatter.ts';

/** What the HDF5 library says of a dataset in one piece. */
export interface PieceFacts {
  /** Where its object header lies. */
  readonly address: number;
  readonly shape: readonly number[];
  /** Bytes of a value. */
  readonly size: number;
  readonly littleEndian: boolean;
}

/**
 * Finds the values of a dataset of plain numbers that lie one behind the other.
 * @returns null where it is kept in a way that only the library knows
 * @throws RangeError where its description is damaged
 */
export async function openContiguous(raw: RawFile, facts: PieceFacts): Promise<ChunkedValues | null> {
  const layout = await readContiguous(raw, facts.address);
  if (layout === null || (layout.fill !== null && layout.fill.length !== facts.size)) return null;
  return new Piece(raw, facts, layout);
}

class Piece implements ChunkedValues {
  private readonly raw: RawFile;
  private readonly facts: PieceFacts;
  private readonly layout: Contiguous;

  constructor(raw: RawFile, facts: PieceFacts, layout: Contiguous) {
    this.raw = raw;
    this.facts = facts;
    this.layout = layout;
  }

  async read(box: Box, memory?: Uint8Array): Promise<Uint8Array> {
    const { shape, size, littleEndian } = this.facts;
    const { address, fill } = this.layout;
    const out = memory ?? new Uint8Array(box.extents.reduce((product, extent) => product * extent, size));
    if (address === null) {
      Buffer.from(out.buffer, out.byteOffset, out.length).fill(fill ?? 0);
      return ordered(out, size, littleEndian);
    }
    const rowBytes = shape.slice(1).reduce((product, extent) => product * extent, size);
    const [first, rows] = shape.length === 0 ? [0, 1] : [box.start[0], box.extents[0]];
    // Rows that are taken whole are read at once, others one by one.
    const isWhole = box.extents.every((extent, axis) => axis === 0 || extent === shape[axis]);
    if (isWhole) return this.readInto(out, address + first * rowBytes);
    for (let row = first; row < first + rows; row++) {
      const bytes = await this.raw.read(address + row * rowBytes, rowBytes);
      const source = { start: [row, ...shape.slice(1).fill(0)], extents: [1, ...shape.slice(1)] };
      scatter(bytes, source, out, box, size);
    }
    return ordered(out, size, littleEndian);
  }

  written(): readonly (readonly number[])[] | null {
    return this.layout.address === null ? [] : null;
  }

  fillValue(): Uint8Array {
    const { size, littleEndian } = this.facts;
    return ordered(Uint8Array.from(this.layout.fill ?? new Uint8Array(size)), size, littleEndian);
  }

  private async readInto(out: Uint8Array, address: number): Promise<Uint8Array> {
    const { size, littleEndian } = this.facts;
    return ordered(await this.raw.read(address, out.length, out), size, littleEndian);
  }
}
