import { type LineFile, openLineFile } from '../text/line-file.ts';
import { countCells } from './cells.ts';
import { findCorruptFrames } from './corrupt-frames.ts';
import { type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';
import { type FrameSpan, maskOf, spanReader } from './text-recording.ts';

interface Scan {
  readonly spans: FrameSpan[];
  readonly times: number[];
  readonly rows: number;
  readonly cols: number;
}

/**
 * Opens frames written as blocks of rows: blocks behind headings such as "Frame Index: 0, Measurement Time(sec):
 * 0.120", blocks between blank lines, or one block alone (PhysioNet pressure map dataset, experiment II).
 * @throws UserError `file.*`, `pressure.damaged` where blocks differ in size
 */
export async function openFrameBlocks(path: string): Promise<PressureRecording> {
  const file = await openLineFile(path);
  try {
    const found = await scan(file);
    return await build(file, found);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function build(file: LineFile, { spans, times, rows, cols }: Scan): Promise<PressureRecording> {
  const { path } = file;
  if (spans.length === 0) throw damagedPressure(path, 'it has no frames');
  checkFrameSize(path, rows, cols);
  const read = spanReader(file, spans, rows * cols);
  const timed = times.length === spans.length;
  const duration = timed ? times[times.length - 1] - times[0] : 0;
  return {
    format: 'frame-blocks',
    path,
    rows,
    cols,
    frameCount: spans.length,
    placed: true,
    cellSize: null,
    cellArea: null,
    unit: 'unknown',
    rate: duration > 0 ? (spans.length - 1) / duration : null,
    times: timed ? Float64Array.from(times, (time) => time - times[0]) : null,
    mask: maskOf(await read(0)),
    saturation: null,
    parts: [wholePart('mat', rows, cols)],
    corruptFrames: await findCorruptFrames(spans.length, read),
    header: {},
    notices: [],
    frame: read,
    close: () => file.close(),
  };
}

async function scan(file: LineFile): Promise<Scan> {
  const spans: FrameSpan[] = [];
  const times: number[] = [];
  let rows = 0;
  let cols = 0;
  let block: { start: number; end: number; rows: number } | null = null;
  const finish = (): void => {
    if (block === null) return;
    if (rows === 0) rows = block.rows;
    if (block.rows !== rows) {
      throw damagedPressure(
        file.path,
        `frame ${spans.length + 1} has ${block.rows} rows where ${rows} are expected`,
      );
    }
    spans.push(block);
    block = null;
  };
  for await (const batch of file.batches()) {
    for (const { text, start, end } of batch) {
      const { count, bad } = countCells(text);
      if (count === 0 || bad > 0) {
        finish();
        const time = /time[^:]*:\s*([\d.]+)/i.exec(text);
        if (time !== null) times.push(Number(time[1]));
        continue;
      }
      if (cols === 0) cols = count;
      if (count !== cols) {
        throw damagedPressure(file.path, `a row has ${count} cells where ${cols} are expected`);
      }
      if (block === null) block = { start, end, rows: 1 };
      else block = { start: block.start, end, rows: block.rows + 1 };
    }
  }
  finish();
  return { spans, times, rows, cols };
}
