import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readWorkbook, type SheetCell } from '../workbook/workbook.ts';
import { fullMask, type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';

/** Size of a cell of RSscan's plates, in millimetres (footscan manual: 5.08 across × 7.62 along the plate). */
const CELL = { width: 5.08, height: 7.62 };

/** Whether a sheet's cells look like a footscan export: rows headed "Frame 1 (2 ms)". */
export function looksFootscan(rows: readonly (readonly SheetCell[])[]): boolean {
  return rows.slice(0, 40).some((row) => isFrame(row[0]));
}

/**
 * Opens an RSscan footscan export (.xls): title lines, then blocks of rows behind "Frame n (t ms)". Values are newtons
 * on a cell; rows stand as in the file, and the exporter's first row is the plate's near end.
 * @throws UserError `workbook.*`, `pressure.damaged`
 */
export async function openFootscan(path: string): Promise<PressureRecording> {
  const sheets = await readWorkbook(path);
  const sheet = sheets.find(({ rows }) => looksFootscan(rows));
  if (sheet === undefined) {
    const file = basename(path);
    throw new UserError(
      'pressure.not-footscan',
      `${file} has no rows headed "Frame": it is no footscan export.`,
      { file },
    );
  }
  const frames: number[][][] = [];
  const times: number[] = [];
  for (const row of sheet.rows) {
    if (isFrame(row[0])) {
      frames.push([]);
      times.push(Number(/\(\s*([\d.]+)/.exec(String(row[0]))?.[1] ?? Number.NaN) / 1000);
    } else if (frames.length > 0 && row.length > 0 && row.every((cell) => typeof cell === 'number')) {
      frames[frames.length - 1].push(row.filter((cell) => typeof cell === 'number'));
    }
  }
  const rows = frames[0].length;
  const cols = frames[0][0]?.length ?? 0;
  checkFrameSize(path, rows, cols);
  const whole = frames.filter((frame) => frame.length === rows && frame.every((row) => row.length === cols));
  if (whole.length !== frames.length)
    throw damagedPressure(path, `its frames differ in size from ${rows} × ${cols}`);
  const timed = times.every(Number.isFinite) && times.length > 1;
  const duration = timed ? times[times.length - 1] - times[0] : 0;
  return {
    format: 'footscan',
    path,
    rows,
    cols,
    frameCount: frames.length,
    placed: true,
    cellSize: CELL,
    cellArea: CELL.width * CELL.height,
    unit: 'N',
    rate: duration > 0 ? (frames.length - 1) / duration : null,
    times: timed ? Float64Array.from(times, (time) => time - times[0]) : null,
    mask: fullMask(rows * cols),
    saturation: null,
    parts: [wholePart('plate', rows, cols)],
    corruptFrames: [],
    header: { sheet: sheet.name },
    notices: [],
    frame: async (index) => Float32Array.from(frames[index].flat()),
    close: async () => {},
  };
}

function isFrame(cell: SheetCell | undefined): boolean {
  return typeof cell === 'string' && /^\s*Frame\s+\d+/i.test(cell);
}
