/** What a frame's cells are. Lengths in centimetres. */
export interface PressureGrid {
  readonly rows: number;
  readonly cols: number;
  /** Distance of neighbouring columns; null where it is not known. */
  readonly cellWidth: number | null;
  /** Distance of neighbouring rows. */
  readonly cellHeight: number | null;
  /** Area of a cell in cm²; the vendor's own where it is known. */
  readonly cellArea: number | null;
}

/** Figures of one frame. Only cells above the threshold are loaded; absent cells (NaN) count nowhere. */
export interface FrameMeasures {
  readonly loadedCells: number;
  /** Loaded cells × cell area, cm²; NaN without an area. */
  readonly contactArea: number;
  readonly peak: number;
  /** Mean of the loaded cells. */
  readonly mean: number;
  /** Standard deviation of the loaded cells over their mean, in percent. */
  readonly variation: number;
  /** Sum over the loaded cells, in units of pressure. */
  readonly sum: number;
  /** Σ pressure × cell area in newtons, where pressure is in kPa; NaN without an area. */
  readonly load: number;
  readonly peakPressureIndex: number;
  readonly dispersionIndex: number;
  /** Centre of pressure: centimetres from the left and upper edge (cells, without sizes); NaN without enough load. */
  readonly centreX: number;
  readonly centreY: number;
}

export interface MeasureOptions {
  /** Cells at or below this are not loaded, in the frame's unit. */
  readonly threshold: number;
  /** Area of the peak pressure index in cm². */
  readonly peakArea: number;
  /** Rows and columns of the region of the dispersion index. */
  readonly region: readonly [number, number];
  /** Under this sum of pressure the centre of pressure is undefined: a gap in its path, not 0, 0. */
  readonly leastSum: number;
}

export const defaultMeasures: MeasureOptions = { threshold: 0, peakArea: 10, region: [8, 6], leastSum: 0 };

/** Names of the columns of `measureRow`, in order. */
export const measureColumns = [
  'loaded cells',
  'contact area',
  'peak',
  'mean',
  'variation',
  'sum',
  'load',
  'peak pressure index',
  'dispersion index',
  'centre x',
  'centre y',
] as const;

/**
 * Measures of one frame as clinical mats define them (BodiTrak LT manual): peak pressure index, the greatest mean
 * over any block of cells whose area is nearest to `peakArea` (9 to 10 cm² there); dispersion index, the greatest sum
 * over any block of `region` cells as a percentage of the sum over the mat; sensing area; coefficient of variation.
 * Centre of pressure is Σ(p·x)/Σp over the loaded cells, x at the middle of the cell.
 * @param frame row-major, NaN where a cell does not exist
 */
export function measureFrame(
  frame: ArrayLike<number>,
  grid: PressureGrid,
  options: MeasureOptions,
): FrameMeasures {
  const { rows, cols, cellArea } = grid;
  const { threshold } = options;
  // One by one: taken out of an array together, they would cost a new number a cell.
  let loadedCells = 0;
  let sum = 0;
  let squares = 0;
  let peak = 0;
  let sumX = 0;
  let sumY = 0;
  for (let at = 0; at < rows * cols; at++) {
    const value = frame[at];
    if (!(value > threshold)) continue;
    loadedCells += 1;
    sum += value;
    squares += value * value;
    peak = Math.max(peak, value);
    sumX += value * ((at % cols) + 0.5);
    sumY += value * (Math.floor(at / cols) + 0.5);
  }
  const mean = loadedCells === 0 ? 0 : sum / loadedCells;
  const spread = loadedCells === 0 ? 0 : Math.sqrt(Math.max(0, squares / loadedCells - mean * mean));
  const centred = sum > options.leastSum && sum > 0;
  const sums = summedAreas(frame, rows, cols, threshold);
  const [blockRows, blockCols] = peakBlock(grid, options.peakArea);
  return {
    loadedCells,
    contactArea: cellArea === null ? Number.NaN : loadedCells * cellArea,
    peak,
    mean,
    variation: mean === 0 ? 0 : (100 * spread) / mean,
    sum,
    // kPa × cm² = 0.1 N.
    load: cellArea === null ? Number.NaN : sum * cellArea * 0.1,
    peakPressureIndex: greatestBlock(sums, rows, cols, blockRows, blockCols) / (blockRows * blockCols),
    dispersionIndex: sum === 0 ? 0 : (100 * greatestBlock(sums, rows, cols, ...options.region)) / sum,
    centreX: centred ? (sumX / sum) * (grid.cellWidth ?? 1) : Number.NaN,
    centreY: centred ? (sumY / sum) * (grid.cellHeight ?? 1) : Number.NaN,
  };
}

/** Measures in the order of `measureColumns`. */
export function measureRow(measures: FrameMeasures): number[] {
  const { loadedCells, contactArea, peak, mean, variation, sum, load } = measures;
  const { peakPressureIndex, dispersionIndex, centreX, centreY } = measures;
  return [
    loadedCells,
    contactArea,
    peak,
    mean,
    variation,
    sum,
    load,
    peakPressureIndex,
    dispersionIndex,
    centreX,
    centreY,
  ];
}

/** Rows and columns of the block of cells whose area is nearest to the wanted one, as square as can be. */
export function peakBlock(
  { rows, cols, cellWidth, cellHeight, cellArea }: PressureGrid,
  area: number,
): [number, number] {
  const one = cellArea ?? (cellWidth !== null && cellHeight !== null ? cellWidth * cellHeight : null);
  if (one === null) return [Math.min(2, rows), Math.min(2, cols)];
  let best: [number, number] = [1, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let down = 1; down <= Math.min(rows, 12); down++) {
    for (let across = 1; across <= Math.min(cols, 12); across++) {
      const uneven = Math.abs(down * (cellHeight ?? 1) - across * (cellWidth ?? 1));
      const cost = Math.abs(down * across * one - area) + 1e-3 * uneven;
      if (cost >= least) continue;
      least = cost;
      best = [down, across];
    }
  }
  return best;
}

/** Used again by every frame of a size: at a mat's rate, new memory would be time for cleaning up. */
let summed = new Float64Array(0);

/** Sums over all rectangles from the first cell: (rows + 1) × (cols + 1). */
function summedAreas(frame: ArrayLike<number>, rows: number, cols: number, threshold: number): Float64Array {
  if (summed.length !== (rows + 1) * (cols + 1)) summed = new Float64Array((rows + 1) * (cols + 1));
  const sums = summed;
  sums.fill(0, 0, cols + 1);
  for (let row = 0; row < rows; row++) {
    let line = 0;
    sums[(row + 1) * (cols + 1)] = 0;
    for (let col = 0; col < cols; col++) {
      const value = frame[row * cols + col];
      if (value > threshold) line += value;
      sums[(row + 1) * (cols + 1) + col + 1] = sums[row * (cols + 1) + col + 1] + line;
    }
  }
  return sums;
}

function greatestBlock(sums: Float64Array, rows: number, cols: number, down: number, across: number): number {
  const [height, width] = [Math.min(down, rows), Math.min(across, cols)];
  const at = (row: number, col: number): number => sums[row * (cols + 1) + col];
  let best = 0;
  for (let row = height; row <= rows; row++) {
    for (let col = width; col <= cols; col++) {
      best = Math.max(
        best,
        at(row, col) - at(row - height, col) - at(row, col - width) + at(row - height, col - width),
      );
    }
  }
  return best;
}
