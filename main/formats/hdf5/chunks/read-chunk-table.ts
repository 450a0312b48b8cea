import { readExtensible, readFixed, readImplicit } from './arrays.ts';
import { ChunkTable, chunksOf, type Grid, MOST_CHUNKS } from './chunk-table.ts';
import type { ChunkIndex } from './layout.ts';
import type { RawFile } from './raw-file.ts';
import { readTree1, readTree2 } from './trees.ts';

/**
 * Reads where all chunks of a dataset lie.
 * @returns null where there are too many
 * @throws RangeError where the index is damaged
 */
export async function readChunkTable(
  raw: RawFile,
  index: ChunkIndex,
  grid: Grid,
): Promise<ChunkTable | null> {
  const { address } = index;
  const total = chunksOf(grid);
  if (total > Number.MAX_SAFE_INTEGER) return null;
  // Trees tell of the chunks that were written; the others have an entry for every one.
  const isThin = address === null || index.kind === 'tree1' || index.kind === 'tree2';
  if (total > MOST_CHUNKS && !isThin) return null;
  const table = new ChunkTable(grid, raw.size);
  if (address === null) return table;
  switch (index.kind) {
    case 'single':
      table.put(0, address, index.filtered?.bytes, index.filtered?.skipped);
      break;
    case 'implicit':
      readImplicit(address, grid, table);
      break;
    case 'fixed':
      await readFixed(raw, address, grid, table);
      break;
    case 'extensible':
      await readExtensible(raw, address, grid, table);
      break;
    case 'tree1':
      await readTree1(raw, address, grid, table);
      break;
    case 'tree2':
      await readTree2(raw, address, grid, table);
      break;
  }
  return table;
}
