import { type StationView, stationViewSchema } from '../../main/contract/station.ts';

/** The newest frame of the station with everything known about it. */
export interface StationFrame {
  readonly view: StationView;
  /** rows × cols, in the device's unit. */
  readonly values: Float32Array;
  /** rows × cols: pressure × minutes. */
  readonly risk: Float32Array;
}

/**
 * Hands on frames as they come, unread: reading costs more than fetching, so only those that are drawn are read. Waits
 * for `each`; resolves when the device is closed, and at once where none is open.
 */
export async function eachStationFrame(
  each: (bytes: ArrayBuffer) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch('/station/frames', { signal });
  const reader = response.ok ? response.body?.getReader() : undefined;
  if (reader === undefined) return;
  const head = new Uint8Array(4);
  let frame: Uint8Array<ArrayBuffer> | null = null;
  let have = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (let at = 0; at < value.length; ) {
      const into: Uint8Array<ArrayBuffer> = frame ?? head;
      const take = Math.min(value.length - at, into.length - have);
      into.set(value.subarray(at, at + take), have);
      at += take;
      have += take;
      if (have < into.length) continue;
      have = 0;
      if (frame === null) frame = new Uint8Array(new DataView(head.buffer).getUint32(0, true));
      else {
        const { buffer } = frame;
        frame = null;
        await each(buffer);
      }
    }
  }
}

/** Reads what `eachStationFrame` handed on. */
export function readStationFrame(bytes: ArrayBuffer): StationFrame {
  const length = new DataView(bytes).getUint32(0, true);
  const view = stationViewSchema.parse(
    JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))),
  );
  const cells = view.rows * view.cols;
  return {
    view,
    values: new Float32Array(bytes, 4 + length, cells),
    risk: new Float32Array(bytes, 4 + length + 4 * cells, cells),
  };
}
