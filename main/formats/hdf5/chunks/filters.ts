import { promisify } from 'node:util';
import { inflate, inflateSync } from 'node:zlib';
import { fletcher32 } from './checksums.ts';
import { unpackedLzf } from './lzf.ts';
import { unshuffled } from './unshuffle.ts';

/** A filter of a pipeline by its registered number, with its parameters. */
export interface Filter {
  readonly id: number;
  readonly cd_values: readonly number[];
}

const ids = { deflate: 1, shuffle: 2, fletcher32: 3, lzf: 32000 };
const known = new Set(Object.values(ids));

/** Pieces that unpack to so many bytes are worth handing to another thread. */
const OTHER_THREAD = 256 << 10;
/** Memory that holds so few bytes beside a chunk holds nothing else. */
const SPARE = 64;
/** Deflate packs at most so many bytes into one. */
const MOST_PACKED = 1032;

const inflateElsewhere = promisify(inflate);

/** Whether all filters of a pipeline are undone here. */
export function knowsFilters(filters: readonly Filter[]): boolean {
  return filters.every(({ id }) => known.has(id));
}

/**
 * Undoes the filters of a chunk, the last one first. Chunks that are worth it are inflated on another thread.
 * @param skipped a bit for each filter that was left out
 * @param wholeBytes bytes that must come out
 * @param memory that they may be put into
 * @returns the bytes: in memory of their own, in `memory`, or those that were stored
 * @throws Error where a checksum is wrong or the bytes cannot be inflated
 */
export async function unfilter(
  stored: Uint8Array,
  filters: readonly Filter[],
  skipped: number,
  wholeBytes: number,
  memory?: Uint8Array,
): Promise<Uint8Array> {
  let bytes = stored;
  const done = filters.filter((_, at) => (skipped & (1 << at)) === 0);
  for (let filter = done.pop(); filter !== undefined; filter = done.pop()) {
    const before = bytes;
    // Each checksum that is still to be taken off adds four bytes.
    const most = wholeBytes + 4 * done.filter(({ id }) => id === ids.fletcher32).length;
    if (filter.id === ids.deflate) bytes = await inflated(bytes, most);
    else if (filter.id === ids.lzf) bytes = unpackedLzf(bytes, most);
    else if (filter.id === ids.shuffle) bytes = unshuffled(bytes, filter.cd_values[0], memory);
    else bytes = withoutFletcher(bytes);
    if (bytes.buffer !== before.buffer && before !== stored) giveBack(before);
  }
  if (bytes.length !== wholeBytes)
    throw new RangeError(`a chunk of ${bytes.length} bytes, not ${wholeBytes}`);
  return bytes;
}

/** Frees memory at once unless others lie in it (Node's pool for small buffers). */
export function giveBack({ buffer, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength <= length + SPARE) buffer.transfer(0);
}

async function inflated(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  if (most > MOST_PACKED * (bytes.length + 8)) throw new RangeError('a chunk that cannot be so large');
  // With a byte to spare it is seen in one go that nothing follows.
  const options = { chunkSize: Math.max(64, most + 1), maxOutputLength: most + 1 };
  return most < OTHER_THREAD ? inflateSync(bytes, options) : await inflateElsewhere(bytes, options);
}

/** What is before a checksum; files of HDF5 1.6.2 have it with its 16-bit halves turned round. */
function withoutFletcher(bytes: Uint8Array): Uint8Array {
  const content = bytes.subarray(0, bytes.length - 4);
  const [a, b, c, d] = bytes.subarray(bytes.length - 4);
  const found = fletcher32(content);
  const stored = ((d << 24) | (c << 16) | (b << 8) | a) >>> 0;
  const turned = ((c << 24) | (d << 16) | (a << 8) | b) >>> 0;
  if (bytes.length < 4 || (found !== stored && found !== turned))
    throw new RangeError('wrong checksum of a chunk');
  return content;
}
