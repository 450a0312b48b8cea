import { Module as library } from 'h5wasm/node';

/** Memory that the library may take beside the values: what it allots ahead, its caches. */
const SPARE = 128 << 20;
const PAGE = 65_536;

/** Bytes that the library's memory may grow to. */
let limit = Number.POSITIVE_INFINITY;
let watched = false;

/**
 * Puts a limit on the one memory that the library lives in. The library keeps it to itself, so it is made to grow once,
 * which shows it; from then on only this memory's own `grow` is ours.
 */
function watch(): void {
  if (watched) return;
  watched = true;
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    this.grow = (more: number): number => {
      if (this.buffer.byteLength + more * PAGE > limit)
        throw new RangeError('more memory than the file can need');
      return grow.call(this, more);
    };
    return grow.call(this, pages);
  };
  try {
    library._free(library._malloc(library.HEAPU8.length + PAGE));
  } finally {
    prototype.grow = grow;
  }
}

/** Does `work` so that what goes wrong inside the library is thrown: it would hand on what lay in its memory. */
export function strict<T>(work: () => T): T {
  library.activate_throwing_error_handler();
  try {
    return work();
  } finally {
    library.deactivate_throwing_error_handler();
  }
}

/**
 * Does `work` with the HDF5 library while it may take no more memory than it holds, `bytes` and a little: a damaged length
 * of a text, a row or a heap would fill all of its 2 GB before it is found wrong.
 */
export function bounded<T>(bytes: number, work: () => T): T {
  watch();
  const before = limit;
  limit = library.HEAPU8.length + bytes + SPARE;
  try {
    return work();
  } finally {
    limit = before;
  }
}

/** `bounded` and `strict`. */
export function limited<T>(bytes: number, work: () => T): T {
  return bounded(bytes, () => strict(work));
}
