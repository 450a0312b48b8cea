/**
 * Memory for reading block after block of a recording: what one read used is used again by the next, so that a walk
 * through a long recording takes no more than one block. Two reads at the same time need two of them.
 */
export class BlockMemory {
  private arrays: Float64Array[] = [];
  private room = new Uint8Array(0);

  /** One array a channel; their values are those of the block before where there was one. */
  block(channels: number, samples: number): Float64Array[] {
    const room = this.arrays[0]?.length ?? 0;
    if (this.arrays.length !== channels || room < samples)
      this.arrays = Array.from({ length: channels }, () => new Float64Array(samples));
    return room > samples ? this.arrays.map((values) => values.subarray(0, samples)) : this.arrays;
  }

  /** So many bytes of any content. */
  bytes(length: number): Uint8Array {
    if (this.room.length < length) this.room = new Uint8Array(length);
    return this.room.subarray(0, length);
  }
}
