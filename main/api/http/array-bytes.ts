import type { ArrayInfo } from '../../contract/arrays.ts';
import { UserError } from '../../core/errors.ts';
import type { ArrayStore, AxisRange } from '../../data/arrays/array-store.ts';
import { elementBytes } from '../../data/arrays/typed-arrays.ts';

/** Bytes read from the project file at once; the stream between keeps memory and the event loop free. */
const pieceBytes = 4 * 1024 * 1024;

/**
 * Values of an array, or of a region of it, as little-endian bytes in row-major order.
 *
 * @param region one entry per axis, separated by commas: `:` the whole axis, `a:b` elements a to b (without b),
 * `a` that one element (the axis stays, with length 1); null for the whole array
 * @returns a streamed body; the header `x-array-shape` is the region's shape, `x-array-info` the array's own
 * description (percent-encoded JSON)
 * @throws UserError('array.region') for a region that does not fit, and the store's 'array.unknown'
 */
export function arrayResponse(
  arrays: ArrayStore,
  id: string,
  region: string | null,
  request: Request,
): Response {
  const info = arrays.info(id);
  const ranges = parseRegion(region, info);
  const shape = ranges.map((range) => range.stop - range.start);
  // A sealed array never changes; one that is still being written must be asked for again.
  const etag = info.contentHash === null ? null : `"${info.contentHash}:${region ?? ''}"`;
  const headers = new Headers({
    'content-type': 'application/octet-stream',
    'cache-control': etag === null ? 'no-store' : 'private, max-age=31536000, immutable',
    'x-array-shape': JSON.stringify(shape),
    'x-array-dtype': info.dtype,
    'x-array-info': encodeURIComponent(JSON.stringify(info)),
  });
  if (etag !== null) headers.set('etag', etag);
  if (etag !== null && request.headers.get('if-none-match') === etag)
    return new Response(null, { status: 304, headers });
  const rowBytes = shape.slice(1).reduce((product, size) => product * size, elementBytes(info.dtype));
  headers.set('content-length', String(rowBytes * (shape[0] ?? 1)));
  return new Response(streamRows(arrays, info, ranges, rowBytes), { headers });
}

function streamRows(
  arrays: ArrayStore,
  info: ArrayInfo,
  ranges: AxisRange[],
  rowBytes: number,
): ReadableStream<Uint8Array> {
  const [first, ...rest] = ranges;
  if (first === undefined) return oneShot(bytesOf(arrays.read(info.id).data));
  const rowsPerPiece = alignedRows(info.chunkShape[0] ?? 1, rowBytes);
  let row = first.start;
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (row >= first.stop) {
        controller.close();
        return;
      }
      const stop = Math.min(first.stop, (Math.floor(row / rowsPerPiece) + 1) * rowsPerPiece);
      controller.enqueue(bytesOf(arrays.read(info.id, [{ start: row, stop }, ...rest]).data));
      row = stop;
    },
  });
}

/** Rows per piece: whole chunks, so that none is decoded twice. */
function alignedRows(chunkRows: number, rowBytes: number): number {
  const chunks = Math.max(1, Math.floor(pieceBytes / Math.max(1, rowBytes * chunkRows)));
  return chunks * chunkRows;
}

function oneShot(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The ranges that a region's text names, one per axis of the array. */
export function parseRegion(region: string | null, info: Pick<ArrayInfo, 'shape' | 'name'>): AxisRange[] {
  const parts = region === null ? info.shape.map(() => ':') : region.split(',');
  const ranges = parts.map((part, axis) => parseRange(part.trim(), info.shape[axis] ?? 0));
  if (parts.length !== info.shape.length || ranges.includes(null)) {
    const shape = info.shape.join(' × ');
    throw new UserError(
      'array.region',
      `The region ${region} does not fit ${info.name}, whose shape is ${shape}: give one range "start:stop" per axis.`,
      { region: region ?? '', name: info.name, shape },
    );
  }
  return ranges.filter((range) => range !== null);
}

function parseRange(part: string, size: number): AxisRange | null {
  if (part === ':') return { start: 0, stop: size };
  const match = /^(\d+)(?::(\d+))?$/.exec(part);
  if (match === null) return null;
  const start = Number(match[1]);
  const stop = match[2] === undefined ? start + 1 : Number(match[2]);
  return start < stop && stop <= size ? { start, stop } : null;
}
