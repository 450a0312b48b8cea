/**
 * How many curves pass through each pixel, column by column, kept as differences down the column: a stroke costs four
 * numbers however long it is. The ink of a row is the sum of cells[column · (height + 2)] up to and with that row.
 */
export interface DensityGrid {
  readonly width: number;
  readonly height: number;
  readonly cells: Float32Array;
}

/** An empty grid. */
export function densityGrid(width: number, height: number): DensityGrid {
  return { width, height, cells: new Float32Array(width * (height + 2)) };
}

/** Adds a stroke that covers rows `low` to `high` of a column, with its ends' fractions. */
function addColumn(
  { height, cells }: DensityGrid,
  column: number,
  low: number,
  high: number,
  weight: number,
): void {
  const top = Math.max(low, 0);
  const bottom = high < height ? high : height;
  if (!(bottom > top)) return;
  const base = column * (height + 2);
  const first = Math.floor(top);
  const last = Math.floor(bottom);
  const [above, below] = [weight * (top - first), weight * (bottom - last)];
  cells[base + first] += weight - above;
  cells[base + first + 1] += above;
  cells[base + last] -= weight - below;
  cells[base + last + 1] -= below;
}

/**
 * Draws one curve: per pixel column the rows between its lowest and highest place, once, however many points lie there, and
 * half a pixel above and below. Points that are not finite leave a gap; a lone point leaves a dot.
 * @param x pixel places, ascending
 * @param y pixel places, from the top
 */
export function addCurve(grid: DensityGrid, x: Float32Array, y: Float32Array, count: number): void {
  const { width } = grid;
  // The column that segments are being gathered for, and the rows they cover there.
  let column = -1;
  let low = 0;
  let high = 0;
  for (let point = 0; point < count; point++) {
    const y0 = y[point];
    if (!Number.isFinite(y0)) continue;
    const x0 = x[point];
    const goesOn = point + 1 < count && Number.isFinite(y[point + 1]);
    const x1 = goesOn ? x[point + 1] : x0;
    const y1 = goesOn ? y[point + 1] : y0;
    // What comes in from a point before has drawn the end of a stroke already.
    if (!goesOn && point > 0 && Number.isFinite(y[point - 1])) continue;
    if (x1 < 0 || x0 >= width) continue;
    const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
    const end = Math.min(width - 1, Math.floor(x1));
    for (let at = Math.max(0, Math.floor(x0)); at <= end; at++) {
      const from = at <= x0 ? y0 : y0 + slope * (at - x0);
      const to = at + 1 >= x1 ? y1 : y0 + slope * (at + 1 - x0);
      const top = Math.min(from, to);
      const bottom = Math.max(from, to);
      if (at === column) {
        if (top < low) low = top;
        if (bottom > high) high = bottom;
        continue;
      }
      if (column >= 0) addColumn(grid, column, low - 0.5, high + 0.5, 1);
      column = at;
      low = top;
      high = bottom;
    }
  }
  if (column >= 0) addColumn(grid, column, low - 0.5, high + 0.5, 1);
}

/** Adds a faint area between two curves over the same places. */
export function addBand(
  grid: DensityGrid,
  x: Float32Array,
  low: Float32Array,
  high: Float32Array,
  count: number,
  weight: number,
): void {
  for (let point = 0; point + 1 < count; point++) {
    const x0 = x[point];
    const x1 = x[point + 1];
    if (x1 < 0 || x0 >= grid.width || !(x1 > x0)) continue;
    const first = Math.max(0, Math.ceil(x0 - 0.5));
    const last = Math.min(grid.width - 1, Math.ceil(x1 - 0.5) - 1);
    for (let at = first; at <= last; at++) {
      const share = (at + 0.5 - x0) / (x1 - x0);
      const a = low[point] + share * (low[point + 1] - low[point]);
      const b = high[point] + share * (high[point + 1] - high[point]);
      if (Number.isFinite(a) && Number.isFinite(b))
        addColumn(grid, at, Math.min(a, b), Math.max(a, b), weight);
    }
  }
}

/**
 * Paints a grid in one colour: opacity 1 − (1 − a)ⁿ where n curves lie over each other, each of opacity `a`. Many curves
 * are given a smaller `a`, so that the dense places stand out.
 */
export function paintDensity(
  { width, height, cells }: DensityGrid,
  [red, green, blue]: readonly [number, number, number],
  opacity: number,
  pixels: Uint8ClampedArray,
): void {
  const rate = Math.log(1 - opacity);
  for (let column = 0; column < width; column++) {
    let n = 0;
    for (let row = 0; row < height; row++) {
      n += cells[column * (height + 2) + row];
      // What is left of sums and differences is no ink.
      if (n < 1e-3) continue;
      const at = 4 * (row * width + column);
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 255 * (1 - Math.exp(rate * n));
    }
  }
}

/** Opacity of one curve among many. */
export function curveOpacity(curves: number): number {
  return Math.max(0.03, Math.min(0.6, 14 / Math.max(1, curves)));
}
