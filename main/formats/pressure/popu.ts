import { readJsonObject } from '../bids/sidecar.ts';
import { fullMask, type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';

/** A recording of the PoPu dataset, with who lay how. */
export interface PopuRecording extends PressureRecording {
  readonly format: 'popu';
  /** "tactilus" (over the mattress) or "sensomatt" (under it). */
  readonly sheet: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/**
 * Opens a PoPu JSON file: `<sheet>_rows`, `<sheet>_columns` and snapshots, each with a flat row-major list.
 * @throws UserError `file.*`, `json.unreadable`, `pressure.damaged`
 */
export async function openPopu(path: string): Promise<PopuRecording> {
  const content = await readJsonObject(path);
  const sheet = Object.keys(content).flatMap((key) => /^(\w+)_rows$/.exec(key)?.[1] ?? [])[0] ?? '';
  const rows = Number(content[`${sheet}_rows`]);
  const cols = Number(content[`${sheet}_columns`]);
  checkFrameSize(path, rows, cols);
  const snapshots = content.snapshots;
  if (typeof snapshots !== 'object' || snapshots === null) throw damagedPressure(path, 'it has no snapshots');
  const frames = Object.entries(snapshots)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([name, snapshot]: [string, unknown]) => {
      const readings = isRecord(snapshot) ? snapshot[`${sheet}_readings`] : undefined;
      if (!Array.isArray(readings) || readings.length !== rows * cols) {
        throw damagedPressure(path, `snapshot ${name} does not have ${rows * cols} readings`);
      }
      return Float32Array.from(readings, (value) => (typeof value === 'number' ? value : Number.NaN));
    });
  if (frames.length === 0) throw damagedPressure(path, 'it has no snapshots');
  const details = Object.fromEntries(
    Object.entries(content).filter((entry): entry is [string, string | number] =>
      ['string', 'number'].includes(typeof entry[1]),
    ),
  );
  return {
    format: 'popu',
    path,
    rows,
    cols,
    frameCount: frames.length,
    placed: true,
    cellSize: null,
    cellArea: null,
    unit: 'raw',
    rate: null,
    times: null,
    mask: fullMask(rows * cols),
    saturation: null,
    parts: [wholePart(sheet, rows, cols)],
    corruptFrames: [],
    header: Object.fromEntries(Object.entries(details).map(([key, value]) => [key, String(value)])),
    notices: [],
    sheet,
    details,
    frame: async (index) => frames[index].slice(),
    close: async () => {},
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
