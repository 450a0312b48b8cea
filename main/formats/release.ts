import type { AnyTypedArray } from '../contract/typed-arrays.ts';

/** Smaller memory may be shared by many (Node's pool for buffers), and is not worth it. */
const LARGE = 1 << 18;

/**
 * Gives the memory of arrays back that nobody reads any more: the collector would let hundreds of megabytes gather
 * before it runs, for it sees only how small the objects are that hold them.
 */
export function release(...arrays: readonly AnyTypedArray[]): void {
  for (const { buffer } of arrays)
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= LARGE) buffer.transfer(0);
}
