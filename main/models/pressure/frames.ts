/** Pressure frames of one or several people, in physical units, with what is known of each. */
export interface FrameSet {
  readonly rows: number;
  readonly cols: number;
  /** Edge of a cell in centimetres; null where the device does not say. */
  readonly cellSize: number | null;
  /** frame × row × column. */
  readonly frames: Float32Array;
  /** Per frame: who. */
  readonly subjects: readonly string[];
  /** Per frame: which recording; frames of one recording follow one another. */
  readonly recordings: readonly string[];
  /** Per frame: posture, where known. */
  readonly postures: readonly (string | null)[];
}

/** Number of frames in a set. */
export function frameCount(set: FrameSet): number {
  return set.frames.length / (set.rows * set.cols);
}

/** One frame, sharing memory. */
export function frameOf(set: FrameSet, index: number): Float32Array {
  const cells = set.rows * set.cols;
  return set.frames.subarray(index * cells, (index + 1) * cells);
}

/** The frames at `indices`, copied. */
export function takeFrames(set: FrameSet, indices: readonly number[]): FrameSet {
  const cells = set.rows * set.cols;
  const frames = new Float32Array(indices.length * cells);
  for (const [at, index] of indices.entries()) frames.set(frameOf(set, index), at * cells);
  return {
    ...set,
    frames,
    subjects: indices.map((index) => set.subjects[index]),
    recordings: indices.map((index) => set.recordings[index]),
    postures: indices.map((index) => set.postures[index]),
  };
}

/**
 * A frame between 0 and 1. The paper standardises, then stretches to 0 … 1; the second undoes the first, so only the
 * stretch is done. Cells below `floor` are taken as unloaded. An empty frame stays all zeros.
 */
export function normaliseFrame(frame: ArrayLike<number>, floor: number, out: Float32Array): void {
  let peak = 0;
  for (let cell = 0; cell < frame.length; cell++) if (frame[cell] > peak) peak = frame[cell];
  const span = peak - floor;
  for (let cell = 0; cell < frame.length; cell++) {
    out[cell] = span > 0 && frame[cell] > floor ? (frame[cell] - floor) / span : 0;
  }
}

/** Share of loaded cells in the 5 × 5 neighbourhood from which a cell counts as in contact. */
const CONTACT_SHARE = 0.12;

/** Contact mask of a normalised frame: at least 12 % of the 5 × 5 cells around are loaded; cells outside count as not. */
export function contactMask(
  normalised: ArrayLike<number>,
  rows: number,
  cols: number,
  out: Float32Array,
): void {
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++) {
      let loaded = 0;
      for (let y = Math.max(0, row - 2); y <= Math.min(rows - 1, row + 2); y++)
        for (let x = Math.max(0, col - 2); x <= Math.min(cols - 1, col + 2); x++)
          if (normalised[y * cols + x] > 1e-7) loaded++;
      out[row * cols + col] = loaded / 25 >= CONTACT_SHARE ? 1 : 0;
    }
}

/** How much a cell must stand above the second highest of its eight neighbours to be taken for a stuck one. */
const HOT_FACTOR = 3;

/**
 * Replaces hot cells by the median of their neighbours: a cell that is over three times the second largest of its
 * eight neighbours and over `least`. Returns how many there were.
 */
export function repairHotCells(frame: Float32Array, rows: number, cols: number, least: number): number {
  const repaired: [number, number][] = [];
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++) {
      const value = frame[row * cols + col];
      if (value <= least) continue;
      const around: number[] = [];
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
        for (let x = Math.max(0, col - 1); x <= Math.min(cols - 1, col + 1); x++)
          if (y !== row || x !== col) around.push(frame[y * cols + x]);
      around.sort((a, b) => a - b);
      if (value > HOT_FACTOR * Math.max(around[around.length - 2], least / HOT_FACTOR))
        repaired.push([row * cols + col, around[around.length >> 1]]);
    }
  for (const [cell, value] of repaired) frame[cell] = value;
  return repaired.length;
}
