/** How a marked frame is made; handed to the page as well, which shares no code with us. */
export const mark = {
  /** Cells that tell the sending time and the frame's number, low part first. */
  time: [0, 1],
  number: [2, 3],
  /** Bits that each of them holds: few enough that no two bytes look like the header. */
  bits: 12,
  /** Parts of a millisecond that times are sent in; 24 bits of them last half an hour. */
  ticksPerMs: 8,
  /** Cell c of frame n holds (n · frame + c · cell) mod values. */
  pattern: { frame: 13, cell: 7, values: 600 },
} as const;

/** Cells of a frame whose every value follows from its number, so that a torn one shows, beside when it was sent. */
export function markedFrame(number: number, ticks: number, cells: number): number[] {
  const values = Array.from({ length: cells }, (_, cell) => patternAt(number, cell));
  const put = (value: number) => (cell: number, place: number) => {
    values[cell] = (value >> (mark.bits * place)) & ((1 << mark.bits) - 1);
  };
  mark.time.forEach(put(ticks));
  mark.number.forEach(put(number));
  return values;
}

/** The number of a frame, and whether all of its cells belong to it. */
export function readMark(values: ArrayLike<number>): { number: number; whole: boolean } {
  const number = values[mark.number[0]] + values[mark.number[1]] * 2 ** mark.bits;
  let whole = true;
  for (let cell = mark.time.length + mark.number.length; cell < values.length; cell++)
    whole &&= values[cell] === patternAt(number, cell);
  return { number, whole };
}

function patternAt(number: number, cell: number): number {
  return (number * mark.pattern.frame + cell * mark.pattern.cell) % mark.pattern.values;
}

/**
 * What `performance.timeOrigin + performance.now()` must be corrected by to be the system's wall clock, in
 * milliseconds: two processes measure each other's times by it. Each look at a tick can only come late, by as long as
 * the process was kept from running in between, so the earliest of several counts. Free of anything outside it, so that
 * a page can run it.
 */
export function wallClockOffset(): number {
  let offset = Number.NEGATIVE_INFINITY;
  for (let look = 0; look < 40; look++) {
    const before = Date.now();
    let now = before;
    while (now === before) now = Date.now();
    offset = Math.max(offset, now - (performance.timeOrigin + performance.now()));
  }
  return offset;
}
