import { type ChunkTable, coordinatesOf, type Grid } from './chunk-table.ts';
import { Fields, type RawFile } from './raw-file.ts';

/** Name, version and client of every block of an array. */
const HEAD = 6;
const CHECKSUM = 4;

/** Entries that lie in the file one behind the other. */
interface Run {
  /** Number of the first entry. */
  readonly first: number;
  readonly bytes: Uint8Array;
}

/** Chunks that lie one behind the other, none filtered. @throws RangeError where they cannot lie there */
export function readImplicit(address: number, grid: Grid, table: ChunkTable): void {
  for (const { place, entry } of entriesOf(grid)) table.put(place, address + grid.wholeBytes * entry);
}

/**
 * Chunks by a fixed array (HDF5 file format 3.0, appendix C, "Fixed Array"): of datasets that cannot grow.
 * @throws RangeError where it is damaged
 */
export async function readFixed(raw: RawFile, at: number, grid: Grid, table: ChunkTable): Promise<void> {
  const { address: wide, length: long } = raw.widths;
  const head = new Fields(await raw.checked(at, HEAD + 2 + long + wide + CHECKSUM), raw.widths);
  head.expect('FAHD');
  head.skip(1);
  const [entryBytes, pageBits, count, block] = [head.uint(1), head.uint(1), head.length(), head.address()];
  if (block === null) return;
  const perPage = 2 ** pageBits;
  const prefix = HEAD + wide;
  const pages = count > perPage ? Math.ceil(count / perPage) : 0;
  const own = pages === 0 ? count * entryBytes : Math.ceil(pages / 8);
  const fields = new Fields(await raw.checked(block, prefix + own + CHECKSUM), raw.widths);
  fields.expect('FADB');
  fields.at = prefix;
  const rest = fields.piece(own);
  const runs =
    pages === 0
      ? [{ first: 0, bytes: rest }]
      : await readPages(raw, block + prefix + own + CHECKSUM, { count, perPage, entryBytes }, (page) =>
          isSet(rest, page),
        );
  putEntries(raw, runs, entryBytes, grid, table);
}

/** The pages of a block that were written, each with its checksum. */
async function readPages(
  raw: RawFile,
  start: number,
  { count, perPage, entryBytes }: { count: number; perPage: number; entryBytes: number },
  isWritten: (page: number) => boolean,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (let page = 0; page * perPage < count; page++) {
    if (!isWritten(page)) continue;
    const first = page * perPage;
    const bytes = Math.min(perPage, count - first) * entryBytes;
    const address = start + page * (perPage * entryBytes + CHECKSUM);
    runs.push({ first, bytes: await raw.checked(address, bytes + CHECKSUM) });
  }
  return runs;
}

/** A bit of a mask, the highest of each byte first. */
function isSet(mask: Uint8Array, bit: number): boolean {
  return (mask[bit >> 3] & (128 >> (bit & 7))) !== 0;
}

/** The numbers by which an extensible array is laid out, as its head tells them. */
interface Extensible {
  readonly entryBytes: number;
  /** Bytes of the number of a block's first entry. */
  readonly numberBytes: number;
  readonly leastEntries: number;
  readonly perPage: number;
}

/**
 * Chunks by an extensible array (HDF5 file format 3.0, appendix C, "Extensible Array"): of datasets that may grow along one axis.
 * Its index block holds the first entries and points to the first data blocks; further ones hang on super blocks. Super
 * block n has 2^(n/2) data blocks, each of 2^((n+1)/2) times the least number of entries.
 * @throws RangeError where it is damaged
 */
export async function readExtensible(raw: RawFile, at: number, grid: Grid, table: ChunkTable): Promise<void> {
  const { address: wide, length: long } = raw.widths;
  const head = new Fields(await raw.checked(at, HEAD + 6 + 6 * long + wide + CHECKSUM), raw.widths);
  head.expect('EAHD');
  head.skip(1);
  const [entryBytes, numberBits, inIndex, leastEntries] = [1, 2, 3, 4].map(() => head.uint(1));
  const [leastPointers, pageBits] = [head.uint(1), head.uint(1)];
  head.skip(4 * long);
  const stop = head.length();
  head.skip(long);
  const index = head.address();
  if (index === null) return;
  const layout = { entryBytes, leastEntries, numberBytes: Math.ceil(numberBits / 8), perPage: 2 ** pageBits };
  const supers = 1 + numberBits - Math.log2(leastEntries);
  const direct = 2 * Math.log2(leastPointers);
  if (!Number.isInteger(supers) || !Number.isInteger(direct) || direct > supers || supers > 65)
    throw new RangeError('an array of chunks that is laid out by wrong numbers');
  const pointers = 2 * (leastPointers - 1) + supers - direct;
  const size = HEAD + wide + inIndex * entryBytes + pointers * wide + CHECKSUM;
  const fields = new Fields(await raw.checked(index, size), raw.widths);
  fields.expect('EAIB');
  fields.at = HEAD + wide;
  const runs: Run[] = [{ first: 0, bytes: fields.piece(inIndex * entryBytes) }];
  let first = inIndex;
  for (let n = 0; n < supers && first < stop; n++) {
    const blocks = 2 ** (n >> 1);
    const count = 2 ** ((n + 1) >> 1) * leastEntries;
    const own =
      n < direct ? { fields, written: null } : await superBlock(raw, fields.address(), blocks, count, layout);
    for (let block = 0; block < blocks; block++, first += count) {
      const address = own?.fields.address() ?? null;
      if (address === null) continue;
      const written = (page: number): boolean =>
        own?.written == null || isSet(own.written, (block * count) / layout.perPage + page);
      for (const run of await dataBlock(raw, address, count, layout, written))
        runs.push({ first: first + run.first, bytes: run.bytes });
    }
  }
  putEntries(raw, runs, entryBytes, grid, table);
}

/** Where the data blocks of a super block lie, and a mask of their written pages where they are cut into pages. */
async function superBlock(
  raw: RawFile,
  address: number | null,
  blocks: number,
  count: number,
  { numberBytes, perPage }: Extensible,
): Promise<{ fields: Fields; written: Uint8Array | null } | null> {
  if (address === null) return null;
  const prefix = HEAD + raw.widths.address + numberBytes;
  const mask = count > perPage ? blocks * Math.ceil(count / perPage / 8) : 0;
  const size = prefix + mask + blocks * raw.widths.address + CHECKSUM;
  const fields = new Fields(await raw.checked(address, size), raw.widths);
  fields.expect('EASB');
  fields.at = prefix;
  return { written: mask === 0 ? null : fields.piece(mask), fields };
}

async function dataBlock(
  raw: RawFile,
  address: number,
  count: number,
  { entryBytes, numberBytes, perPage }: Extensible,
  isWritten: (page: number) => boolean,
): Promise<Run[]> {
  const prefix = HEAD + raw.widths.address + numberBytes;
  const own = count > perPage ? 0 : count * entryBytes;
  const fields = new Fields(await raw.checked(address, prefix + own + CHECKSUM), raw.widths);
  fields.expect('EADB');
  fields.at = prefix;
  if (own > 0) return [{ first: 0, bytes: fields.piece(own) }];
  return readPages(raw, address + prefix + CHECKSUM, { count, perPage, entryBytes }, isWritten);
}

/**
 * Takes the entries of all chunks out of runs in ascending order. An entry is an address, and of filtered chunks their
 * bytes and left out filters.
 */
function putEntries(
  raw: RawFile,
  runs: readonly Run[],
  entryBytes: number,
  grid: Grid,
  table: ChunkTable,
): void {
  if (entryBytes < raw.widths.address + (grid.filtered ? 5 : 0))
    throw new RangeError(`entries of ${entryBytes} bytes`);
  let run = 0;
  for (const { place, entry } of entriesOf(grid)) {
    if (run > 0 && entry < runs[run].first) run = 0;
    while (run + 1 < runs.length && runs[run + 1].first <= entry) run += 1;
    const from = runs.length === 0 ? -1 : (entry - runs[run].first) * entryBytes;
    // Between runs lie entries that were never written.
    if (from < 0 || from + entryBytes > runs[run].bytes.length) continue;
    const bytes = runs[run].bytes.subarray(from, from + entryBytes);
    const fields = new Fields(bytes, raw.widths);
    const address = fields.address();
    if (address === null) continue;
    if (grid.filtered) table.put(place, address, fields.uint(fields.left - 4), fields.uint(4));
    else table.put(place, address);
  }
}

/**
 * Which entry of an array belongs to each place of the grid. An array counts chunks through the grid at its largest, the
 * axis that grows without end (there is one at most) before all others.
 */
function* entriesOf(grid: Grid): Generator<{ readonly place: number; readonly entry: number }> {
  const growing = grid.mostCounts.findIndex((count) => !Number.isFinite(count));
  const axes = grid.counts.map((_, axis) => axis);
  const order = growing <= 0 ? axes : [growing, ...axes.filter((axis) => axis !== growing)];
  let place = 0;
  for (const coordinates of coordinatesOf(grid)) {
    let entry = 0;
    for (const [n, axis] of order.entries())
      entry = (n === 0 ? 0 : entry * grid.mostCounts[axis]) + coordinates[axis];
    yield { place, entry };
    place += 1;
  }
}
