import type { PressureGrid } from '../../analysis/pressure/measures.ts';
import type { PlannedPressure } from '../../contract/modality-import.ts';
import { UserError } from '../../core/errors.ts';
import type { CellHealth } from '../../formats/pressure/cell-health.ts';
import { kilopascalFactor, type PressureRecording } from '../../formats/pressure/recording.ts';
import { type Feet, feetOf } from './feet.ts';

/** Frames of a recording as its plan wants them stored. */
export interface FramePipeline {
  readonly rows: number;
  readonly cols: number;
  readonly unit: string;
  readonly rate: number | null;
  readonly grid: PressureGrid;
  /** Hot and dead cells in the stored order. */
  readonly health: CellHealth;
  /** Cells that do not exist, in the stored order. */
  readonly absent: readonly number[];
  /** Cell of the file's frame that every stored cell comes from. */
  readonly source: Uint32Array;
  /** What the file's values were multiplied by. */
  readonly factor: number;
  /** False where cells are numbered and nobody knows where they lie. */
  readonly placed: boolean;
  /** Which foot bears on which cell, in the stored order. */
  readonly feet: Feet;
  frame(index: number): Promise<Float32Array>;
}

/**
 * Prepares calibration, orientation and repair of a recording's frames.
 * @throws UserError `pressure.no-cell-size` where newtons cannot be made pressure
 */
export function framePipeline(
  recording: PressureRecording,
  plan: PlannedPressure,
  health: CellHealth,
): FramePipeline {
  const { transpose, flipRows, flipCols } = plan.orientation;
  const [rows, cols] = transpose ? [recording.cols, recording.rows] : [recording.rows, recording.cols];
  const size = plan.cellSize ?? recording.cellSize;
  const turnedSize = size === null ? null : transpose ? { width: size.height, height: size.width } : size;
  const area =
    plan.cellSize === null
      ? (recording.cellArea ?? (size && size.width * size.height))
      : plan.cellSize.width * plan.cellSize.height;
  const unit = plan.unit ?? recording.unit;
  const known = unit === 'N' && area !== null ? 1000 / area : kilopascalFactor(unit);
  if (unit === 'N' && area === null && plan.calibration === null) throw noCellSize(recording.path);
  const factor = plan.calibration ?? known ?? 1;
  const source = Uint32Array.from({ length: rows * cols }, (_, at) => {
    const row = flipRows ? rows - 1 - Math.floor(at / cols) : Math.floor(at / cols);
    const col = flipCols ? cols - 1 - (at % cols) : at % cols;
    return transpose ? col * recording.cols + row : row * recording.cols + col;
  });
  const turned = (cells: readonly number[]): number[] => {
    const wanted = new Set(cells);
    return [...source.keys()].filter((at) => wanted.has(source[at]));
  };
  const stored = { hot: turned(health.hot), dead: turned(health.dead) };
  const broken = plan.brokenCells === 'interpolate' ? [...stored.hot, ...stored.dead] : [];
  return {
    rows,
    cols,
    unit: plan.calibration !== null || known !== null ? 'kPa' : unit,
    rate: plan.rate ?? recording.rate,
    grid: {
      rows,
      cols,
      cellWidth: turnedSize === null ? null : turnedSize.width / 10,
      cellHeight: turnedSize === null ? null : turnedSize.height / 10,
      cellArea: area === null ? null : area / 100,
    },
    health: stored,
    absent: [...source.keys()].filter((at) => recording.mask[source[at]] === 0),
    source,
    factor,
    placed: recording.placed,
    feet: feetOf(recording, plan.side, source, cols),
    async frame(index) {
      const raw = await recording.frame(index);
      const frame = Float32Array.from(source, (at) => raw[at] * factor);
      repair(frame, rows, cols, broken);
      return frame;
    },
  };
}

/** Replaces broken cells by the mean of their sound neighbours. */
function repair(frame: Float32Array, rows: number, cols: number, broken: readonly number[]): void {
  const bad = new Set(broken);
  const means = broken.map((at) => {
    let [sum, count] = [0, 0];
    const [row, col] = [Math.floor(at / cols), at % cols];
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
        const value = frame[r * cols + c];
        if (bad.has(r * cols + c) || Number.isNaN(value)) continue;
        sum += value;
        count += 1;
      }
    }
    return count === 0 ? frame[at] : sum / count;
  });
  broken.forEach((at, index) => {
    frame[at] = means[index];
  });
}

function noCellSize(path: string): UserError {
  const file = path.split(/[\\/]/).at(-1) ?? path;
  return new UserError(
    'pressure.no-cell-size',
    `${file} holds newtons on cells of unknown size: enter the cell size, so that they become pressure.`,
    { file },
  );
}
