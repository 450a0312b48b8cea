import type { TensorValue } from '../../runtime/tensor-value.ts';

/** Sequences padded to one length, and the mask that tells tokens (1) from padding (0). */
export interface TokenBatch {
  readonly ids: TensorValue<'int64'>;
  readonly mask: TensorValue<'float32'>;
  /** Length of the longest sequence. */
  readonly length: number;
}

/** Pads sequences of ids into one batch. */
export function padTokens(sequences: readonly (readonly number[])[], paddingId = 0): TokenBatch {
  const length = Math.max(1, ...sequences.map((ids) => ids.length));
  const dims = [sequences.length, length];
  const ids = new BigInt64Array(sequences.length * length).fill(BigInt(paddingId));
  const mask = new Float32Array(sequences.length * length);
  sequences.forEach((sequence, row) => {
    sequence.forEach((id, col) => {
      ids[row * length + col] = BigInt(id);
      mask[row * length + col] = 1;
    });
  });
  return { ids: { type: 'int64', dims, data: ids }, mask: { type: 'float32', dims, data: mask }, length };
}

/**
 * Groups of positions for batched work: positions sorted by length, so that little is padding, cut into groups of at
 * most `size`. Equal lengths keep their order, so the same input gives the same groups.
 */
export function lengthSortedBatches(lengths: readonly number[], size: number): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[a] - lengths[b] || a - b);
  const batches: number[][] = [];
  for (let from = 0; from < order.length; from += size) batches.push(order.slice(from, from + size));
  return batches;
}
