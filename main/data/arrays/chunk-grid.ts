import type { Dtype } from '../../contract/arrays.ts';
import { elementBytes } from './typed-arrays.ts';

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

/** Regular chunk grid of an array, as Zarr's: chunks at the far edges reach beyond the array. */
export interface ChunkGrid {
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  /** Chunks along each axis. */
  readonly counts: readonly number[];
  /** Chunks in all. */
  readonly total: number;
}

/** Throws Error for shapes that do not fit each other. */
export function chunkGrid(shape: readonly number[], chunkShape: readonly number[]): ChunkGrid {
  const whole = (size: number, least: number): boolean => Number.isSafeInteger(size) && size >= least;
  if (shape.length !== chunkShape.length || !shape.every((size) => whole(size, 0))) {
    throw new Error(`Shape [${shape}] and chunk shape [${chunkShape}] do not fit each other`);
  }
  if (!chunkShape.every((size) => whole(size, 1)))
    throw new Error(`Chunk shape [${chunkShape}] must be positive`);
  const counts = shape.map((size, axis) => Math.ceil(size / chunkShape[axis]));
  return { shape, chunkShape, counts, total: elementCount(counts) };
}

/** Position of a chunk in row-major order of the grid. Throws RangeError outside of it. */
export function chunkPosition(grid: ChunkGrid, chunk: readonly number[]): number {
  const inside =
    chunk.length === grid.counts.length &&
    chunk.every((at, axis) => Number.isInteger(at) && at >= 0 && at < grid.counts[axis]);
  if (!inside) throw new RangeError(`Chunk [${chunk}] is not in a grid of [${grid.counts}] chunks`);
  return chunk.reduce((position, at, axis) => position * grid.counts[axis] + at, 0);
}

/** First element of a chunk along each axis. */
export function chunkOrigin(grid: ChunkGrid, chunk: readonly number[]): number[] {
  return chunk.map((at, axis) => at * grid.chunkShape[axis]);
}

/** Shape of the part of a chunk that lies inside the array. */
export function clippedShape(grid: ChunkGrid, chunk: readonly number[]): number[] {
  return grid.chunkShape.map((size, axis) => Math.min(size, grid.shape[axis] - chunk[axis] * size));
}

/** All chunks that a half-open box of elements touches, in row-major order. */
export function* chunksTouching(
  grid: ChunkGrid,
  start: readonly number[],
  stop: readonly number[],
): Generator<number[]> {
  if (start.some((from, axis) => stop[axis] <= from)) return;
  const first = start.map((from, axis) => Math.floor(from / grid.chunkShape[axis]));
  const last = stop.map((to, axis) => Math.floor((to - 1) / grid.chunkShape[axis]));
  const chunk = [...first];
  for (;;) {
    yield [...chunk];
    let axis = chunk.length - 1;
    while (axis >= 0 && chunk[axis] === last[axis]) {
      chunk[axis] = first[axis];
      axis--;
    }
    if (axis < 0) return;
    chunk[axis]++;
  }
}

const targetBytes = 1 << 20;

/**
 * A chunk shape of about 1 MB that keeps the last axes whole and cuts the first ones, so that rows (time points,
 * words) can be written and read as they come.
 */
export function suggestChunkShape(shape: readonly number[], dtype: Dtype): number[] {
  const chunkShape = shape.map((size) => Math.max(1, size));
  let bytes = elementCount(chunkShape) * elementBytes(dtype);
  for (let axis = 0; axis < chunkShape.length && bytes > targetBytes; axis++) {
    const rest = bytes / chunkShape[axis];
    chunkShape[axis] = Math.max(1, Math.floor(targetBytes / rest));
    bytes = rest * chunkShape[axis];
  }
  return chunkShape;
}
