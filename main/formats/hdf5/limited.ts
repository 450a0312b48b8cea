import { Module as library } from 'h5wasm/node';

/** Memory that the library may take beside the values: what it allots ahead, its caches. */
const SPARE = 128 << 20;

/**
 * Does `work` with the HDF5 library while it may take no more memory than it holds, `bytes` and a little: a damaged length
 * of a text or a row would fill all of its 2 GB before it is found wrong. The library has no limit of its own; the memory
 * that it lives in says no instead. What goes wrong inside it is thrown, for it would hand on what lay in its memory.
 */
export function limited<T>(bytes: number, work: () => T): T {
  const { grow } = WebAssembly.Memory.prototype;
  const limit = library.HEAPU8.length + bytes + SPARE;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > limit)
      throw new RangeError('more memory than the file can need');
    return grow.call(this, pages);
  };
  library.activate_throwing_error_handler();
  try {
    return work();
  } finally {
    library.deactivate_throwing_error_handler();
    WebAssembly.Memory.prototype.grow = grow;
  }
}
