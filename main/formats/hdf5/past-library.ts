import type { Dataset, Metadata } from 'h5wasm/node';
import { type ChunkedValues, openChunked } from './chunks/chunked-values.ts';
import { openContiguous } from './chunks/contiguous-values.ts';
import type { RawFile } from './chunks/raw-file.ts';
import { bounded } from './limited.ts';

/** Number of the last filter that the library brings along; it is built without any other. */
const LAST_OF_LIBRARY = 6;

/** Type class of enumerations in the library (H5T_class_t). */
const ENUMERATION = 8;

/** The number of the first filter of a dataset that the library does not undo. */
export function foreignFilter({ filters }: Dataset): number | undefined {
  return filters.find(({ id }) => id > LAST_OF_LIBRARY)?.id;
}

/** Whether a type is an enumeration whose bytes the library would have to turn round, which it does not. */
export function isTurnedEnumeration({ type, size, littleEndian }: Metadata): boolean {
  return type === ENUMERATION && size > 1 && !littleEndian;
}

/** Whether the library cannot read a dataset: it lacks a filter, or would have to turn an enumeration's bytes round. */
export function isBeyondLibrary(dataset: Dataset): boolean {
  return foreignFilter(dataset) !== undefined || isTurnedEnumeration(dataset.metadata);
}

/**
 * The values of a dataset of plain numbers, read and unpacked past the library, which takes longer to: it tells
 * what they are and where their description lies.
 * @returns null where they are kept in a way that only the library knows
 * @throws Error where the description is damaged
 */
export async function pastLibrary(dataset: Dataset, raw: RawFile): Promise<ChunkedValues | null> {
  const { shape, maxshape, chunks, size, littleEndian } = dataset.metadata;
  if (shape === null || maxshape === null) return null;
  const { filters } = dataset;
  // A reference is where the object's header lies.
  const { ref_data: reference } = bounded(raw.size, () => dataset.create_reference());
  const address = Number(Buffer.from(reference).readBigUInt64LE());
  if (chunks === null) return openContiguous(raw, { address, shape, size, littleEndian });
  return openChunked(raw, { address, shape, maxshape, chunks, size, littleEndian, filters });
}
