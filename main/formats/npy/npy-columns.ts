import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { type NpyData, npyBytes, npyHeaderBytes, parseNpyHeader, swapBytes } from './npy.ts';

/** A two-dimensional .npy file open for reading ranges of columns, so that it never has to fit in memory. */
export interface NpyColumns {
  readonly rows: number;
  readonly cols: number;
  /** Columns start ≤ c < stop of all rows, row-major: float64 where the file has float64, else float32. */
  read(start: number, stop: number): Promise<Float32Array | Float64Array>;
  close(): Promise<void>;
}

/**
 * Opens a matrix of plain numbers; a vector counts as one column.
 * @throws UserError as `parseNpy`, and `npy.not-a-matrix` for other shapes
 */
export async function openNpyColumns(path: string): Promise<NpyColumns> {
  const file = basename(path);
  const handle = await open(path, 'r');
  try {
    const head = new Uint8Array(Math.min(npyHeaderBytes, (await stat(path)).size));
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
    if ((await stat(path)).size < header.offset + rows * cols * header.width) {
      throw new UserError('npy.damaged', `${file} is a damaged or cut-off .npy file: get it again.`, {
        file,
      });
    }
    const read = async (start: number, stop: number): Promise<Float32Array | Float64Array> => {
      const width = stop - start;
      const raw = header.fortran
        ? await bytesAt(handle, header.offset + start * rows * header.width, rows * width * header.width)
        : await strips(handle, header, rows, cols, start, width);
      if (header.bigEndian) swapBytes(raw, header.width);
      const values = new header.make(raw.buffer);
      const out =
        values instanceof Float64Array ? new Float64Array(rows * width) : new Float32Array(rows * width);
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

async function bytesAt(
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await handle.read(bytes, 0, length, position);
  return bytes;
}

/** The same columns of every row. Rows are read in strips of some 32 MB where most of a row is wanted anyway. */
async function strips(
  handle: FileHandle,
  header: { offset: number; width: number },
  rows: number,
  cols: number,
  start: number,
  count: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const rowBytes = cols * header.width;
  const wanted = count * header.width;
  const out = new Uint8Array(rows * wanted);
  const atOnce = count * 4 > cols ? Math.max(1, Math.floor(32e6 / rowBytes)) : 1;
  for (let row = 0; row < rows; row += atOnce) {
    const some = Math.min(atOnce, rows - row);
    if (some === 1) {
      await handle.read(out, row * wanted, wanted, header.offset + row * rowBytes + start * header.width);
      continue;
    }
    const strip = await bytesAt(handle, header.offset + row * rowBytes, some * rowBytes);
    for (let inner = 0; inner < some; inner++) {
      const from = inner * rowBytes + start * header.width;
      out.set(strip.subarray(from, from + wanted), (row + inner) * wanted);
    }
  }
  return out;
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
        await handle.write(bytes, 0, bytes.length, header.length + (row * cols + start) * 4);
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
