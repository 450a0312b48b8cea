/** A mat that is lain on is at least this much longer than wide. */
const LONGER = 1.4;
/** Share of cells that a lying body loads at least. */
const CONTACT = 0.12;
/** The centre must be off the middle of the body by this share of its length. */
const CLEAR = 0.04;

/**
 * Which end of a mat the head seems to lie at: trunk and head weigh more than legs, so the centre of pressure of a
 * lying body is nearer to the head than the middle of its contact. A guess, to be confirmed.
 * @param mean mean frame, row-major
 */
export function guessHeadEnd(
  mean: ArrayLike<number>,
  rows: number,
  cols: number,
): 'top' | 'bottom' | 'unclear' {
  if (rows < LONGER * cols) return 'unclear';
  let [sum, weighted, loaded, first, last] = [0, 0, 0, rows, -1];
  for (let row = 0; row < rows; row++) {
    let line = 0;
    for (let col = 0; col < cols; col++) {
      const value = mean[row * cols + col];
      if (!(value > 0)) continue;
      loaded += 1;
      line += value;
    }
    sum += line;
    weighted += line * row;
    if (line > 0) {
      first = Math.min(first, row);
      last = row;
    }
  }
  if (sum === 0 || loaded < CONTACT * rows * cols) return 'unclear';
  const off = (weighted / sum - (first + last) / 2) / (last - first + 1);
  if (Math.abs(off) < CLEAR) return 'unclear';
  return off < 0 ? 'top' : 'bottom';
}
