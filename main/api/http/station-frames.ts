import type { Station } from '../services/station/station.ts';

/**
 * Frames as they come, in one answer that goes on until the device is closed or the page goes away: of each its length
 * (uint32), length of the description (uint32), description as JSON padded to a multiple of four, then float32 cells,
 * then as many of pressure × time. Little-endian. Whoever reads slower than frames come gets the newest each time.
 */
export function stationFramesResponse(station: Station): Response {
  let after = -1;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { view, values, risk } = await station.view(after);
        after = view.index;
        controller.enqueue(record(JSON.stringify(view), values, risk));
        if (view.state === 'closed') controller.close();
      },
    },
    // Made when asked for, not before: a frame that waits here would be an old one.
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
  });
}

function record(description: string, values: Float32Array, risk: Float32Array): Uint8Array {
  const padded = Math.ceil(Buffer.byteLength(description) / 4) * 4;
  const bytes = new Uint8Array(8 + padded + values.byteLength + risk.byteLength).fill(32, 8, 8 + padded);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, bytes.length - 4, true);
  head.setUint32(4, padded, true);
  new TextEncoder().encodeInto(description, bytes.subarray(8));
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 8 + padded);
  bytes.set(new Uint8Array(risk.buffer, risk.byteOffset, risk.byteLength), 8 + padded + values.byteLength);
  return bytes;
}
