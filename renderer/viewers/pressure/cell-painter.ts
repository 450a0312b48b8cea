import { pressureColour } from '../../../main/contract/pressure-colour.ts';

/** What cells look like. */
export interface CellPicture {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** Value that is shown in the last colour. */
  readonly full: number;
  /** "cells" shows each as it is; any other goes smoothly from one to the next. */
  readonly style: string;
  readonly lying?: boolean;
}

/** Pixels that the longer side has at most where cells are made finer. */
const FINE = 256;
const COLOURS = 1024;

let table: Uint32Array | null = null;

/** Colours by share of the scale, as they lie in memory. */
function colours(): Uint32Array {
  if (table !== null) return table;
  const bytes = new Uint8Array(COLOURS * 4).fill(255);
  for (let at = 0; at < COLOURS; at++) bytes.set(pressureColour(at / (COLOURS - 1)), at * 4);
  table = new Uint32Array(bytes.buffer);
  return table;
}

/** A painter of cells with memory of its own: at the pace of a live picture, new memory would be time for cleaning up. */
export type CellPainter = (canvas: HTMLCanvasElement, picture: CellPicture) => void;

/**
 * Makes a canvas hold the cells, as few pixels as show them; whoever shows it stretches it, which costs a fraction of
 * drawing every pixel of the screen. Lying, the upper edge is at the left (a quarter turn against the clock).
 */
export function cellPainter(): CellPainter {
  let finer: Finer | null = null;
  let image: ImageData | null = null;
  return (canvas, picture) => {
    const { rows, cols, style, lying = false } = picture;
    const times = style === 'cells' ? 1 : Math.max(1, Math.floor(FINE / Math.max(rows, cols)));
    if (times > 1 && (finer?.rows !== rows || finer.cols !== cols)) finer = makeFiner(rows, cols, times);
    const values = times === 1 || finer === null ? picture.values : finer.of(picture.values);
    const [down, across] = [rows * times, cols * times];
    const [width, height] = lying ? [down, across] : [across, down];
    if (image?.width !== width || image.height !== height) image = new ImageData(width, height);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    colourCells(new Uint32Array(image.data.buffer), values, picture, down, across);
    canvas.getContext('2d')?.putImageData(image, 0, 0);
  };
}

/** Colours of values, one word a pixel. */
function colourCells(
  words: Uint32Array,
  values: Float32Array,
  { full, lying = false }: CellPicture,
  down: number,
  across: number,
): void {
  const palette = colours();
  const scale = full > 0 ? (COLOURS - 1) / full : 0;
  for (let row = 0; row < down; row++)
    for (let col = 0; col < across; col++) {
      const place = Math.round(values[row * across + col] * scale);
      words[lying ? (across - 1 - col) * down + row : row * across + col] =
        palette[place > 0 ? Math.min(place, COLOURS - 1) : 0];
    }
}

interface Finer {
  readonly rows: number;
  readonly cols: number;
  of(values: Float32Array): Float32Array;
}

/**
 * Brings values (not colours) to a grid that is so many times finer over the same area, by the cubic of Mitchell and
 * Netravali (1988); at the edges the last cell goes on. The result is overwritten by the next.
 */
export function makeFiner(rows: number, cols: number, times: number): Finer {
  const across = cols * times;
  const [along, upright] = [taps(cols, times), taps(rows, times)];
  const wide = new Float32Array(rows * across);
  const high = new Float32Array(rows * times * across);
  const of = (values: Float32Array): Float32Array => {
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < across; col++) {
        let sum = 0;
        for (let tap = col * 4; tap < col * 4 + 4; tap++)
          sum += along.weights[tap] * values[row * cols + along.cells[tap]];
        wide[row * across + col] = sum;
      }
    high.fill(0);
    for (let row = 0; row < rows * times; row++)
      for (let tap = row * 4; tap < row * 4 + 4; tap++) {
        const [weight, from] = [upright.weights[tap], upright.cells[tap] * across];
        for (let col = 0; col < across; col++) high[row * across + col] += weight * wide[from + col];
      }
    return high;
  };
  return { rows, cols, of };
}

/** Four cells and their weights for each place of the finer line. */
function taps(cells: number, times: number): { cells: Int32Array; weights: Float32Array } {
  const count = cells * times;
  const found = { cells: new Int32Array(count * 4), weights: new Float32Array(count * 4) };
  for (let at = 0; at < count; at++) {
    const place = (at + 0.5) / times - 0.5;
    const first = Math.floor(place) - 1;
    for (let tap = 0; tap < 4; tap++) {
      found.cells[at * 4 + tap] = Math.min(Math.max(first + tap, 0), cells - 1);
      found.weights[at * 4 + tap] = mitchell(Math.abs(place - first - tap));
    }
  }
  return found;
}

/** The cubic with B = C = 1/3. */
function mitchell(x: number): number {
  if (x < 1) return (7 * x ** 3 - 12 * x ** 2 + 16 / 3) / 6;
  return x < 2 ? ((-7 / 3) * x ** 3 + 12 * x ** 2 - 20 * x + 32 / 3) / 6 : 0;
}
