import type { Detection } from '../../models/pressure/detector.ts';
import { type FrameSet, frameOf, normaliseFrame } from '../../models/pressure/frames.ts';
import { type DrawingScore, scoreDrawings } from '../../models/pressure/score-drawings.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { thinSvd } from '../../tensor/linear/svd.ts';
import { type Matrix64, zeros64 } from '../../tensor/matrix.ts';

/** Normalised maps of some frames, one after the other. */
export function shownMaps(set: FrameSet, indices: readonly number[], floor: number): Float32Array {
  const cells = set.rows * set.cols;
  const maps = new Float32Array(indices.length * cells);
  for (const [at, index] of indices.entries())
    normaliseFrame(frameOf(set, index), floor, maps.subarray(at * cells, (at + 1) * cells));
  return maps;
}

/** How well a model draws frames it was not trained on. `drawn` of the detection covers the whole set. */
export function scoreModelDrawings(
  set: FrameSet,
  test: readonly number[],
  floor: number,
  detection: Detection,
): Promise<DrawingScore> {
  const cells = set.rows * set.cols;
  const drawn = new Float32Array(test.length * cells);
  for (const [at, index] of test.entries())
    drawn.set(detection.drawn.subarray(index * cells, (index + 1) * cells), at * cells);
  return scoreDrawings(drawn, shownMaps(set, test, floor), set.rows, set.cols);
}

/** Mean absolute difference of each of some frames, drawn and true. */
export function drawingErrors(
  set: FrameSet,
  indices: readonly number[],
  floor: number,
  detection: Detection,
): number[] {
  const cells = set.rows * set.cols;
  const shown = shownMaps(set, indices, floor);
  return indices.map((index, at) => {
    let sum = 0;
    for (let cell = 0; cell < cells; cell++)
      sum += Math.abs(detection.drawn[index * cells + cell] - shown[at * cells + cell]);
    return sum / cells;
  });
}

/**
 * Two baselines: the mean of the training maps, and principal components fitted on them with as many numbers per
 * frame as the keypoints have.
 */
export async function scoreBaselineDrawings(
  engine: MatrixEngine,
  set: FrameSet,
  train: readonly number[],
  test: readonly number[],
  floor: number,
  numbers: number,
): Promise<(DrawingScore & { method: string })[]> {
  const cells = set.rows * set.cols;
  const shown = shownMaps(set, test, floor);
  const known = Float64Array.from(shownMaps(set, train, floor));
  const average = new Float64Array(cells);
  for (let at = 0; at < known.length; at++) average[at % cells] += known[at] / train.length;
  const centred = (maps: ArrayLike<number>): Matrix64 => ({
    rows: maps.length / cells,
    cols: cells,
    data: Float64Array.from(maps, (value, at) => value - average[at % cells]),
  });
  const { v } = await thinSvd(engine, centred(known));
  const kept = Math.min(numbers, v.cols);
  const components = zeros64(cells, kept);
  for (let row = 0; row < cells; row++)
    for (let col = 0; col < kept; col++) components.data[row * kept + col] = v.data[row * v.cols + col];
  const codes = await engine.multiply(centred(shown), components);
  const back = await engine.multiply(codes, components, { transposeB: true });
  const { rows, cols } = set;
  return [
    {
      method: 'mean map',
      ...(await scoreDrawings(
        shown.map((_, at) => average[at % cells]),
        shown,
        rows,
        cols,
      )),
    },
    {
      method: `principal components (${kept} numbers)`,
      ...(await scoreDrawings(
        Float32Array.from(back.data, (value, at) => value + average[at % cells]),
        shown,
        rows,
        cols,
      )),
    },
  ];
}
