/** Runs of fewer elements are copied one by one. */
const SHORT_RUN = 32;

/** A box in a grid of values: its first corner and its extents. */
export interface Box {
  readonly start: readonly number[];
  readonly extents: readonly number[];
}

/** What two boxes share; null where they share nothing. */
function overlap(a: Box, b: Box): Box | null {
  const start = a.start.map((corner, axis) => Math.max(corner, b.start[axis]));
  const extents = start.map(
    (corner, axis) => Math.min(a.start[axis] + a.extents[axis], b.start[axis] + b.extents[axis]) - corner,
  );
  return extents.every((extent) => extent > 0) ? { start, extents } : null;
}

/**
 * Copies what two boxes share from the row-major values of one to those of the other.
 * @param bytes bytes of a value
 */
export function scatter(from: Uint8Array, source: Box, into: Uint8Array, target: Box, bytes: number): void {
  const shared = overlap(source, target);
  if (shared === null) return;
  let axis = shared.extents.length - 1;
  let runBytes = bytes;
  // Axes that both hold whole are one run.
  for (; axis >= 0; axis--) {
    runBytes *= shared.extents[axis];
    if (shared.extents[axis] !== source.extents[axis] || shared.extents[axis] !== target.extents[axis]) break;
  }
  const stepsOf = ({ extents }: Box): number[] =>
    extents.map((_, one) => extents.slice(one + 1).reduce((product, extent) => product * extent, bytes));
  const placeOf = (box: Box, steps: readonly number[]): number =>
    shared.start.reduce((sum, corner, one) => sum + (corner - box.start[one]) * steps[one], 0);
  const [fromSteps, intoSteps] = [stepsOf(source), stepsOf(target)];
  const [first, firstInto] = [placeOf(source, fromSteps), placeOf(target, intoSteps)];
  // Bytes are copied up to four at a time, as whole numbers: looked at as floats they might be changed.
  const places = [runBytes, first, firstInto, ...fromSteps.slice(0, axis), ...intoSteps.slice(0, axis)];
  const unit = [4, 2].find((wide) => places.every((place) => place % wide === 0)) ?? 1;
  const [values, out] = [unitsOf(from, unit), unitsOf(into, unit)];
  const run = runBytes / unit;
  const inner = axis - 1;
  const rows = inner < 0 ? 1 : shared.extents[inner];
  const [fromRow, intoRow] = inner < 0 ? [0, 0] : [fromSteps[inner] / unit, intoSteps[inner] / unit];
  const copy = (depth: number, at: number, to: number): void => {
    if (depth < inner) {
      for (let n = 0; n < shared.extents[depth]; n++)
        copy(depth + 1, at + n * fromSteps[depth], to + n * intoSteps[depth]);
    } else copyRows(values, at / unit, fromRow, out, to / unit, intoRow, run, rows);
  };
  copy(0, first, firstInto);
}

type Units = Uint8Array | Uint16Array | Uint32Array;

function copyRows(
  values: Units,
  start: number,
  step: number,
  out: Units,
  startInto: number,
  stepInto: number,
  run: number,
  rows: number,
): void {
  let [at, to] = [start, startInto];
  for (let row = 0; row < rows; row++) {
    if (run === 1) out[to] = values[at];
    else if (run >= SHORT_RUN) out.set(values.subarray(at, at + run), to);
    else for (let n = 0; n < run; n++) out[to + n] = values[at + n];
    at += step;
    to += stepInto;
  }
}

function unitsOf({ buffer, byteOffset, length }: Uint8Array, unit: number): Units {
  if (unit === 4) return new Uint32Array(buffer, byteOffset, length >> 2);
  return unit === 2
    ? new Uint16Array(buffer, byteOffset, length >> 1)
    : new Uint8Array(buffer, byteOffset, length);
}
