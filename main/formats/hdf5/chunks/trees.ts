import { type ChunkTable, type Grid, MOST_CHUNKS } from './chunk-table.ts';
import { Fields, type RawFile } from './raw-file.ts';

/** Bytes before the entries of a node: name, kind, level, number of entries, two siblings. */
const HEAD1 = 8;
/** Bytes of a node beside its records: name, version, kind, checksum. */
const AROUND2 = 10;
/** Kinds of version 2 trees that hold chunks, plain and filtered. */
const kinds2 = { plain: 10, filtered: 11 };

/**
 * Chunks by a version 1 B-tree (HDF5 file format 3.0, III.A.1), which has no checksums.
 * @throws RangeError where it is damaged
 */
export async function readTree1(raw: RawFile, root: number, grid: Grid, table: ChunkTable): Promise<void> {
  const axes = grid.extents.length;
  // Bytes, left out filters, and the first corner in values, with one more that counts bytes of a value.
  const keyBytes = 8 + 8 * (axes + 1);
  const entryBytes = keyBytes + raw.widths.address;
  let entries = 0;
  const visit = async (address: number, above: number | null): Promise<void> => {
    const head = new Fields(await raw.read(address, HEAD1), raw.widths);
    if (Buffer.from(head.piece(4)).toString('latin1') !== 'TREE' || head.uint(1) !== 1)
      throw new RangeError(`no tree of chunks at ${address}`);
    const level = head.uint(1);
    const count = head.uint(2);
    entries += count;
    if ((above !== null && level !== above - 1) || entries > 2 * MOST_CHUNKS)
      throw new RangeError(`a tree of chunks goes wrong at ${address}`);
    const start = address + HEAD1 + 2 * raw.widths.address;
    const fields = new Fields(await raw.read(start, count * entryBytes), raw.widths);
    for (let entry = 0; entry < count; entry++) {
      const bytes = fields.uint(4);
      const skipped = fields.uint(4);
      const corner = grid.extents.map((extent) => fields.uint(8) / extent);
      fields.skip(8);
      const child = fields.address();
      if (child === null) continue;
      if (level > 0) await visit(child, level);
      else putAt(table, corner, child, bytes, skipped);
    }
  };
  await visit(root, null);
}

function putAt(
  table: ChunkTable,
  coordinates: readonly number[],
  address: number,
  bytes: number | undefined,
  skipped: number,
): void {
  if (!coordinates.every(Number.isInteger)) throw new RangeError('a chunk off the grid');
  const place = table.placeOf(coordinates);
  if (place !== null) table.put(place, address, bytes, skipped);
}

/**
 * Chunks by a version 2 B-tree (HDF5 file format 3.0, III.A.2): of datasets that may grow along several axes.
 * @throws RangeError where it is damaged
 */
export async function readTree2(raw: RawFile, at: number, grid: Grid, table: ChunkTable): Promise<void> {
  const { address: wide, length: long } = raw.widths;
  const head = new Fields(await raw.checked(at, 4 + 2 + 4 + 2 + 2 + 2 + wide + 2 + long + 4), raw.widths);
  head.expect('BTHD');
  const kind = head.uint(1);
  const [nodeBytes, recordBytes, depth] = [head.uint(4), head.uint(2), head.uint(2)];
  head.skip(2);
  const root = head.address();
  const rootRecords = head.uint(2);
  if (kind !== (grid.filtered ? kinds2.filtered : kinds2.plain)) throw new RangeError('another kind of tree');
  if (root === null) return;
  const sizeBytes = recordBytes - wide - 4 - 8 * grid.extents.length;
  const record = (fields: Fields): void => {
    const address = fields.address();
    const bytes = grid.filtered ? fields.uint(sizeBytes) : undefined;
    const skipped = grid.filtered ? fields.uint(4) : 0;
    const coordinates = grid.extents.map(() => fields.uint(8));
    if (address !== null) putAt(table, coordinates, address, bytes, skipped);
  };
  const pointers = pointerWidths(nodeBytes, recordBytes, depth, wide);
  let records = 0;
  const visit = async (address: number, count: number, level: number): Promise<void> => {
    records += count + 1;
    if (records > 2 * MOST_CHUNKS) throw new RangeError(`a tree of chunks goes wrong at ${address}`);
    const [ownWidth, totalWidth] = pointers[level];
    const behind = level === 0 ? 0 : (count + 1) * (wide + ownWidth + totalWidth);
    const bytes = await raw.checked(address, AROUND2 + count * recordBytes + behind);
    const fields = new Fields(bytes, raw.widths);
    fields.expect(level === 0 ? 'BTLF' : 'BTIN');
    fields.skip(1);
    for (let one = 0; one < count; one++) record(new Fields(fields.piece(recordBytes), raw.widths));
    if (level === 0) return;
    for (let child = 0; child <= count; child++) {
      const below = fields.address();
      const own = fields.uint(ownWidth);
      fields.skip(totalWidth);
      if (below !== null) await visit(below, own, level - 1);
    }
  };
  await visit(root, rootRecords, depth);
}

/** Bytes of both counts beside a pointer of a node, by its level: records of the node below, and of all below that. */
function pointerWidths(
  nodeBytes: number,
  recordBytes: number,
  depth: number,
  wide: number,
): [number, number][] {
  const inLeaf = Math.floor((nodeBytes - AROUND2) / recordBytes);
  const own = widthOf(inLeaf);
  const widths: [number, number][] = [[own, 0]];
  let [most, total] = [inLeaf, 0];
  for (let level = 1; level <= depth; level++) {
    widths.push([own, total]);
    const pointer = wide + own + total;
    const records = Math.floor((nodeBytes - AROUND2 - pointer) / (recordBytes + pointer));
    most = (records + 1) * most + records;
    total = widthOf(most);
  }
  return widths;
}

/** Bytes that hold every number up to this one. */
function widthOf(most: number): number {
  if (!(most >= 1)) throw new RangeError('nodes of a tree that hold nothing');
  return (Math.floor(Math.log2(most)) >> 3) + 1;
}
