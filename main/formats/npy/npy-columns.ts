import { readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { fileSize } from '../source.ts';
import { damaged, type NpyData, npyBytes, npyHeaderBytes, parseNpyHeader, swapBytes } from './npy.ts';

/** A two-dimensional .npy file open for reading ranges of columns, so that it never has to fit in memory. */
export interface NpyColumns {
  readonly rows: number;
  readonly cols: number;
  /**
   * Columns start ≤ c < stop of all rows, row-major: float64 where the file has float64, else float32.
   * @param memory gives at least so many bytes to read into; the values may lie there. Default: fresh memory
   */
  read(
    start: number,
    stop: number,
    memory?: (bytes: number) => ArrayBuffer,
  ): Promise<Float32Array | Float64Array>;
  close(): Promise<void>;
}

/**
 * Opens a matrix of plain numbers; a vector counts as one column.
 * @throws UserError as `fileSize` and `parseNpy`, and `npy.not-a-matrix` for other shapes
 */
export async function openNpyColumns(path: string): Promise<NpyColumns> {
  const file = basename(path);
  const size = await fileSize(path);
  const handle = await open(path, 'r');
  try {
    const head = new Uint8Array(Math.min(npyHeaderBytes, size));
    await handle.read(head, 0, head.length, 0);
    const header = parseNpyHeader(head, file);
    if (header.shape.length === 0 || header.shape.length > 2) {
      throw new UserError(
        'npy.not-a-matrix',
        `${file} has ${header.shape.length} dimensions; a matrix of samples × columns is needed.`,
        { file, dimensions: header.shape.length },
      );
    }
    const [rows, cols = 1] = header.shape;
    if (size < header.offset + rows * cols * header.width) {
      throw damaged(file);
    }
    const read: NpyColumns['read'] = async (
      start,
      stop,
      memory = (bytes: number) => new ArrayBuffer(bytes),
    ) => {
      const width = stop - start;
      const bytes = rows * width * header.width;
      const raw = new Uint8Array(memory(bytes), 0, bytes);
      if (header.fortran) readFully(handle.fd, raw, header.offset + start * rows * header.width, file);
      else readStrips(handle.fd, raw, header, rows, cols, start, file);
      if (header.bigEndian) swapBytes(raw, header.width);
      const values = header.make(raw.buffer, rows * width);
      const wide = values instanceof Float64Array;
      if (!header.fortran && (wide || values instanceof Float32Array)) return values;
      const out = wide ? new Float64Array(rows * width) : new Float32Array(rows * width);
      if (header.fortran) copyTurned(values, out, rows, width);
      else for (let at = 0; at < out.length; at++) out[at] = Number(values[at]);
      return out;
    };
    return { rows, cols, read, close: () => handle.close() };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/**
 * Fills `into` from a place in the file. Synchronous: thousands of short reads from the cache of the system are many
 * times quicker so.
 * @throws UserError `npy.damaged` where the file has become shorter
 */
function readFully(descriptor: number, into: Uint8Array, position: number, file: string): void {
  for (let done = 0; done < into.length; ) {
    const got = readSync(descriptor, into, done, Math.min(into.length - done, 2 ** 30), position + done);
    if (got === 0) throw damaged(file);
    done += got;
  }
}

/** The same columns of every row. Rows are read in strips of some 4 MB where most of a row is wanted anyway. */
function readStrips(
  descriptor: number,
  out: Uint8Array,
  header: { readonly offset: number; readonly width: number },
  rows: number,
  cols: number,
  start: number,
  file: string,
): void {
  const rowBytes = cols * header.width;
  const wanted = out.length / rows;
  const first = start * header.width;
  if (wanted === rowBytes) {
    readFully(descriptor, out, header.offset, file);
    return;
  }
  const atOnce = wanted * 4 > rowBytes ? Math.max(1, Math.floor(4e6 / rowBytes)) : 1;
  const strip = new Uint8Array(atOnce > 1 ? atOnce * rowBytes : 0);
  for (let row = 0; row < rows; row += atOnce) {
    if (atOnce === 1) {
      const own = out.subarray(row * wanted, (row + 1) * wanted);
      readFully(descriptor, own, header.offset + row * rowBytes + first, file);
      continue;
    }
    const some = Math.min(atOnce, rows - row);
    readFully(descriptor, strip.subarray(0, some * rowBytes), header.offset + row * rowBytes, file);
    for (let inner = 0; inner < some; inner++) {
      const from = inner * rowBytes + first;
      out.set(strip.subarray(from, from + wanted), (row + inner) * wanted);
    }
  }
}

function copyTurned(values: NpyData, out: Float32Array | Float64Array, rows: number, cols: number): void {
  for (let col = 0; col < cols; col++) {
    for (let row = 0; row < rows; row++) out[row * cols + col] = Number(values[col * rows + row]);
  }
}

/** A float32 rows × cols .npy file that is filled range by range of columns. */
export interface NpyColumnWriter {
  write(start: number, stop: number, values: Float32Array): Promise<void>;
  close(): Promise<void>;
}

/** Makes the file at full size at once; columns that are never written read as zeros. */
export async function createNpyColumns(path: string, rows: number, cols: number): Promise<NpyColumnWriter> {
  const header = headerOf(rows, cols);
  const handle = await open(path, 'w');
  await handle.write(header, 0, header.length, 0);
  await handle.truncate(header.length + rows * cols * 4);
  return {
    async write(start, stop, values) {
      const width = stop - start;
      for (let row = 0; row < rows; row++) {
        const bytes = new Uint8Array(values.buffer, values.byteOffset + row * width * 4, width * 4);
        const position = header.length + (row * cols + start) * 4;
        for (let done = 0; done < bytes.length; )
          done += writeSync(handle.fd, bytes, done, bytes.length - done, position + done);
      }
    },
    close: () => handle.close(),
  };
}

/** Header bytes of a float32 matrix: those of an empty one, with the right shape in the same space. */
function headerOf(rows: number, cols: number): Uint8Array {
  const empty = npyBytes({ shape: [0, 0], data: new Float32Array(0) });
  const text = Buffer.from(empty).toString('latin1');
  const shaped = text.replace('(0, 0)', `(${rows}, ${cols})`).trimEnd();
  return Buffer.from(`${shaped.padEnd(empty.length - 1)}\n`, 'latin1');
}
