import { type StationView, stationViewSchema } from '../../main/contract/station.ts';

/** The newest frame of the station with everything known about it. */
export interface StationFrame {
  readonly view: StationView;
  /** rows × cols, in the device's unit. */
  readonly values: Float32Array;
  /** rows × cols: pressure × minutes. */
  readonly risk: Float32Array;
}

/** A frame as it came; reading costs more than fetching, so only those that are drawn are read. */
export interface StationBytes {
  readonly index: number;
  readonly bytes: ArrayBuffer;
}

/** Waits a moment for a frame newer than `after`; null where no device is open. */
export async function nextStationBytes(after: number, signal: AbortSignal): Promise<StationBytes | null> {
  const response = await fetch(`/station/frame?after=${after}`, { signal });
  if (!response.ok) return null;
  return { index: Number(response.headers.get('x-frame-index')), bytes: await response.arrayBuffer() };
}

/** Reads what `nextStationBytes` fetched. */
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
