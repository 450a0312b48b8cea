import type { Floats, Matrix } from './matrix.ts';

/**
 * Named working memory that is used over and over: fresh memory costs the system more than filling it with a product
 * does. A matrix is valid until its name is asked for again; what leaves a function must not live here.
 */
export interface Scratch {
  /** A matrix of the element type of `like`; its values are whatever was there. */
  matrix<T extends Floats>(name: string, like: T, rows: number, cols: number): Matrix<T>;
  /** Plain memory of at least so many bytes. */
  buffer(name: string, bytes: number): ArrayBuffer;
}

/** Working memory without any buffer yet. */
export function createScratch(): Scratch {
  const buffers = new Map<string, ArrayBuffer>();
  const bufferOf = (name: string, bytes: number): ArrayBuffer => {
    let buffer = buffers.get(name);
    if (buffer === undefined || buffer.byteLength < bytes) {
      buffer = new ArrayBuffer(bytes);
      buffers.set(name, buffer);
    }
    return buffer;
  };
  return {
    buffer: bufferOf,
    matrix<T extends Floats>(name: string, like: T, rows: number, cols: number): Matrix<T> {
      const buffer = bufferOf(name, rows * cols * like.BYTES_PER_ELEMENT);
      const data =
        like instanceof Float32Array
          ? new Float32Array(buffer, 0, rows * cols)
          : new Float64Array(buffer, 0, rows * cols);
      return { rows, cols, data: data as T };
    },
  };
}
