import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import { explainSqlError } from '../sql.ts';
import type { ArrayStore } from './array-store.ts';
import { chunkGrid, chunksTouching } from './chunk-grid.ts';
import { chunkKey } from './zarr-store.ts';

/**
 * Writes one array as a Zarr v3 folder that Python's zarr (version 3) opens: `zarr.open_array(folder)`. Chunks are
 * copied as they are, one at a time.
 *
 * @throws UserError('export.folder-not-empty') rather than mixing with what is there
 */
export async function exportZarr(
  arrays: ArrayStore,
  id: string,
  folder: string,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<{ readonly chunks: number; readonly bytes: number }> {
  const info = arrays.info(id);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UserError(
      'export.folder-not-empty',
      `${folder} is not empty: choose a new folder for the Zarr array.`,
      { folder },
    );
  }
  const store = arrays.zarrStore(id);
  const grid = chunkGrid(info.shape, info.chunkShape);
  let chunks = 0;
  let bytes = 0;
  const write = async (key: string): Promise<void> => {
    const value = await store.get(`/${key}`);
    if (!value) return;
    const path = join(folder, key);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, value);
    } catch (thrown) {
      throw explainSqlError(folder, thrown);
    }
    bytes += value.byteLength;
  };
  await write('zarr.json');
  for (const chunk of chunksTouching(
    grid,
    info.shape.map(() => 0),
    info.shape,
  )) {
    signal.throwIfAborted();
    await write(chunkKey(chunk));
    chunks++;
    report({ phase: 'export', done: chunks, total: grid.total, unit: 'chunks' });
  }
  return { chunks, bytes };
}
