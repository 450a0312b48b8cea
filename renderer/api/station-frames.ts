import { type StationView, stationViewSchema } from '../../main/contract/station.ts';

/** The newest frame of the station with everything known about it. */
export interface StationFrame {
  readonly view: StationView;
  /** rows × cols, in the device's unit. */
  readonly values: Float32Array;
  /** rows × cols: pressure × minutes. */
  readonly risk: Float32Array;
}

/** Waits a moment for a frame newer than `after`; null where no device is open. */
export async function nextStationFrame(after: number, signal: AbortSignal): Promise<StationFrame | null> {
  const response = await fetch(`/station/frame?after=${after}`, { signal });
  if (!response.ok) return null;
  const bytes = await response.arrayBuffer();
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
