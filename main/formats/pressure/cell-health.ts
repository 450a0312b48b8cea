import type { PressureRecording } from './recording.ts';

/** Cells that seem broken, as row-major indices. */
export interface CellHealth {
  /** Higher than twice the highest of their neighbours in nearly all frames: pressure has no such spikes. */
  readonly hot: readonly number[];
  /** Never loaded, though in many frames most of their neighbours carry a good part of the frame's peak. */
  readonly dead: readonly number[];
}

/** A spike must be there in so many of the frames. */
const NEARLY_ALL = 0.9;
/** A silent cell must be surrounded by load in so many of the frames: feet only pass. */
const MANY = 0.1;
/** Neighbours carry a good part where their median is above this share of the frame's peak. */
const GOOD_PART = 0.1;
/** Fewer telling frames than this are no evidence. */
const FEWEST = 3;
/** Cells at the rim of a sensor have too few neighbours to be judged by. */
const FEWEST_NEIGHBOURS = 5;
/** A spike below this share of the highest value seen is noise. */
const SPIKE_SHARE = 0.02;

/**
 * Looks for hot and dead cells by what their up to eight neighbours do; garbled frames are left out. Cells of mats
 * whose layout is not known have no neighbours, so that nothing is found there.
 * @param step only every so-many-th frame is read
 */
export async function cellHealth(recording: PressureRecording, step = 1): Promise<CellHealth> {
  const { rows, cols, mask, placed, frameCount } = recording;
  const cells = rows * cols;
  const garbled = new Set(recording.corruptFrames);
  const around = placed ? neighboursOf(rows, cols, mask) : null;
  const spikes = new Uint32Array(cells);
  const alive = new Uint32Array(cells);
  const surrounded = new Uint32Array(cells);
  const highest = new Float32Array(cells);
  const memory = new Float32Array(cells);
  let frames = 0;
  for (let index = 0; around !== null && index < frameCount; index += step) {
    if (garbled.has(index)) continue;
    const frame = await recording.frame(index, memory);
    frames += 1;
    let most = 0;
    for (let at = 0; at < cells; at++) if (frame[at] > most) most = frame[at];
    const much = GOOD_PART * most;
    for (let at = 0; at < cells; at++) {
      if (mask[at] === 0) continue;
      const value = frame[at];
      const end = around.starts[at + 1];
      let top = 0;
      let loaded = 0;
      for (let place = around.starts[at]; place < end; place++) {
        const beside = frame[around.cells[place]];
        if (beside > much) loaded += 1;
        if (beside > top) top = beside;
      }
      if (value > 0) alive[at] += 1;
      if (value > 2 * top) spikes[at] += 1;
      if (loaded * 2 > end - around.starts[at]) surrounded[at] += 1;
      if (value > highest[at]) highest[at] = value;
    }
  }
  const peak = highest.reduce((most, value) => Math.max(most, value), 0);
  if (around === null || frames < FEWEST) return { hot: [], dead: [] };
  const hot: number[] = [];
  const dead: number[] = [];
  for (let at = 0; at < cells; at++) {
    if (mask[at] === 0 || around.starts[at + 1] - around.starts[at] < FEWEST_NEIGHBOURS) continue;
    if (spikes[at] >= NEARLY_ALL * frames && highest[at] > SPIKE_SHARE * peak) hot.push(at);
    if (alive[at] === 0 && surrounded[at] >= Math.max(FEWEST, MANY * frames)) dead.push(at);
  }
  return { hot, dead };
}

/** Neighbours of all cells one behind the other; those of a cell begin at its entry of `starts`. */
function neighboursOf(
  rows: number,
  cols: number,
  mask: Uint8Array,
): { starts: Uint32Array; cells: Uint32Array } {
  const lists = Array.from({ length: rows * cols }, (_, at) => neighbours(at, rows, cols, mask));
  const starts = new Uint32Array(lists.length + 1);
  for (const [at, list] of lists.entries()) starts[at + 1] = starts[at] + list.length;
  return { starts, cells: Uint32Array.from(lists.flat()) };
}

function neighbours(at: number, rows: number, cols: number, mask: Uint8Array): number[] {
  const [row, col] = [Math.floor(at / cols), at % cols];
  const found: number[] = [];
  for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
    for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
      const one = r * cols + c;
      if (one !== at && mask[one] === 1) found.push(one);
    }
  }
  return found;
}
