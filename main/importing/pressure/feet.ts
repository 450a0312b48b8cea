import type { PressureRecording } from '../../formats/pressure/recording.ts';

/** Which foot bears on which cell. */
export interface Feet {
  /** Sensors of their own, as insoles are, or the left and right half of one mat. */
  readonly kind: 'sensors' | 'halves';
  /** One a cell: −1 left, 1 right, 0 neither. */
  readonly sides: Int8Array;
}

/**
 * Feet by the sides of a recording's sensors; where it names none, by the halves of its columns.
 * @param side side of a recording with one sensor, as the plan says it; null takes the file's
 * @param source cell of the file of each stored cell; @param cols stored columns
 */
export function feetOf(
  { parts, cols: fileCols }: PressureRecording,
  side: 'left' | 'right' | null,
  source: Uint32Array,
  cols: number,
): Feet {
  const sided = parts.map((part) => (parts.length === 1 && side !== null ? { ...part, side } : part));
  if (sided.length === 0 || sided.some((part) => part.side === null)) {
    return {
      kind: 'halves',
      sides: Int8Array.from(source, (_, at) => (at % cols < cols / 2 ? -1 : 1)),
    };
  }
  const sides = Int8Array.from(source, (cell) => {
    const [row, col] = [Math.floor(cell / fileCols), cell % fileCols];
    const part = sided.find(
      (one) => row >= one.row && row < one.row + one.rows && col >= one.col && col < one.col + one.cols,
    );
    return part === undefined ? 0 : part.side === 'left' ? -1 : 1;
  });
  return { kind: 'sensors', sides };
}

/** Sum of the loaded cells under the left and the right foot, in the frame's unit. */
export function footLoads(frame: Float32Array, { sides }: Feet, threshold: number): [number, number] {
  let [left, right] = [0, 0];
  for (let cell = 0; cell < frame.length; cell++) {
    if (!(frame[cell] > threshold)) continue;
    if (sides[cell] < 0) left += frame[cell];
    else if (sides[cell] > 0) right += frame[cell];
  }
  return [left, right];
}
