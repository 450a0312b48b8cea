/** Only so many frames at the start are looked at. */
const LEADING = 5;

/** Counts above a multiple of 256 that still count as one: the low byte carries noise only. */
const LOW_BYTE = 4;

/**
 * Finds garbled frames at the start of a raw recording. Some mats (those of the PhysioNet pressure map dataset among
 * them) begin mid-transfer: a frame then carries its high bytes in the wrong place, so that nearly all loaded cells
 * are multiples of 256, and the frame before it is all but empty. A frame is flagged where more than half of its
 * loaded cells lie no more than 4 above a multiple of 256; none is flagged unless a frame of real, shifted values
 * (256 and more) is among the first five, so that an empty mat is not called corrupt.
 * @param frame reads a frame by its index
 * @returns indices of flagged frames, ascending
 */
export async function findCorruptFrames(
  frameCount: number,
  frame: (index: number) => Promise<Float32Array>,
): Promise<number[]> {
  const flagged: number[] = [];
  let shifted = false;
  for (let index = 0; index < Math.min(LEADING, frameCount); index++) {
    let loaded = 0;
    let low = 0;
    let high = 0;
    for (const value of await frame(index)) {
      if (!(value > 0)) continue;
      loaded += 1;
      if (value % 256 > LOW_BYTE) continue;
      low += 1;
      if (value >= 256) high += 1;
    }
    if (low * 2 <= loaded) continue;
    flagged.push(index);
    if (high * 2 > loaded) shifted = true;
  }
  return shifted ? flagged : [];
}
