import type { Station } from '../services/station/station.ts';

/**
 * The newest frame as bytes: length of the description (uint32), description as JSON padded to a multiple of four,
 * then float32 cells, then as many of pressure × time. Little-endian. Waits for a frame newer than `after`.
 * The frame's index stands in the header `x-frame-index` as well.
 */
export async function stationFrameResponse(station: Station, after: number): Promise<Response> {
  const { view, values, risk } = await station.view(after);
  const text = new TextEncoder().encode(JSON.stringify(view));
  const padded = Math.ceil(text.length / 4) * 4;
  const body = new Uint8Array(4 + padded + values.byteLength + risk.byteLength).fill(32, 4, 4 + padded);
  new DataView(body.buffer).setUint32(0, padded, true);
  body.set(text, 4);
  body.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 4 + padded);
  body.set(new Uint8Array(risk.buffer, risk.byteOffset, risk.byteLength), 4 + padded + values.byteLength);
  return new Response(body, {
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'x-frame-index': String(view.index),
    },
  });
}
