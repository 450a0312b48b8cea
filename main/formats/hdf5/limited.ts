import { Module as library } from 'h5wasm/node';

/** Memory that the library may take beside the values: what it allots ahead, its caches. */
const SPARE = 128 << 20;
const PAGE = 65_536;
/** Where the library writes of its errors. */
const STANDARD_ERROR = 2;

/** Bytes that the library's memory may grow to. */
let limit = Number.POSITIVE_INFINITY;
let hasLimit = false;

/**
 * Puts a limit on the one memory that the library lives in. The library keeps it to itself, so it is made to grow once,
 * which shows it; from then on only this memory's own `grow` is ours.
 */
function watch(): void {
  if (hasLimit) return;
  hasLimit = true;
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

/**
 * Does `work` so that what goes wrong inside the library is thrown: it would hand on what lay in its memory. The library
 * writes its errors to a file first, which it does not close then.
 */
function strict<T>(work: () => T): T {
  const before = new Set(openStreams());
  library.activate_throwing_error_handler();
  try {
    return work();
  } catch (thrown) {
    for (const stream of openStreams()) if (!before.has(stream)) library.FS.close(stream);
    throw thrown;
  } finally {
    library.deactivate_throwing_error_handler();
  }
}

/**
 * Does `work` and throws where the library wrote of an error meanwhile. Unlike in `strict` it can close what it opened:
 * a file of which something stays open is not read anew when it is opened again. Not for texts and rows, whose places
 * would be looked for in what lay in the memory.
 * @throws RangeError
 */
export function watched<T>(work: () => T): T {
  const { FS } = library;
  const { write } = FS;
  const errors = openStreams().find((stream) => 'fd' in stream && stream.fd === STANDARD_ERROR);
  let hasFailed = false;
  FS.write = (stream, buffer, offset, length, ...rest) => {
    if (stream !== errors) return write.call(FS, stream, buffer, offset, length, ...rest);
    hasFailed = true;
    return length;
  };
  try {
    const value = work();
    if (hasFailed) throw new RangeError('the library found something wrong');
    return value;
  } finally {
    FS.write = write;
  }
}

/** Files that the library has open. */
function openStreams(): FS.FSStream[] {
  const { FS } = library;
  return 'streams' in FS && Array.isArray(FS.streams) ? FS.streams.filter(Boolean) : [];
}

/** What is done while the library's stack is watched. */
let job = (): void => undefined;

/**
 * Does `work` and puts the library's stack back to where it was: what is thrown through the library leaves its own part
 * of it there, and after two thousand times there is none left. Only the library's way to call functions by their names
 * saves its stack, for arguments that are texts; the function is ours.
 */
function onItsStack<T>(work: () => T): T {
  Object.assign(library, { _gyrusJob: () => job() });
  let outcome: { readonly value: T } | { readonly thrown: unknown } | undefined;
  job = () => {
    try {
      outcome = { value: work() };
    } catch (thrown) {
      outcome = { thrown };
    }
  };
  library.ccall('gyrusJob', 'number', ['string'], ['']);
  if (outcome === undefined) throw new Error('the HDF5 library did not call back');
  if ('thrown' in outcome) throw outcome.thrown;
  return outcome.value;
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
    return onItsStack(work);
  } finally {
    limit = before;
  }
}

/** `bounded` and `strict`. */
export function limited<T>(bytes: number, work: () => T): T {
  return bounded(bytes, () => strict(work));
}
