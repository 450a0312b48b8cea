import type { Dataset } from 'h5wasm/node';
import { type ChunkedValues, openChunked } from './chunks/chunked-values.ts';
import type { RawFile } from './chunks/raw-file.ts';
import { bounded } from './limited.ts';

/**
 * The values of a dataset of plain numbers in chunks, read and unpacked past the library, which takes longer to: it tells
 * what they are and where their description lies.
 * @returns null where they are kept in a way that only the library knows
 * @throws Error where the description is damaged
 */
export async function pastLibrary(dataset: Dataset, raw: RawFile): Promise<ChunkedValues | null> {
  const { shape, maxshape, chunks, size, littleEndian } = dataset.metadata;
  if (shape === null || maxshape === null || chunks === null) return null;
  const { filters } = dataset;
  // A reference is where the object's header lies.
  const { ref_data: reference } = bounded(raw.size, () => dataset.create_reference());
  const address = Number(Buffer.from(reference).readBigUInt64LE());
  return openChunked(raw, { address, shape, maxshape, chunks, size, littleEndian, filters });
}
