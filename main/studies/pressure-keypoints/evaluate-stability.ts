import type { Stability } from '../../contract/pressure-keypoints.ts';
import type { Detection, Detector } from '../../models/pressure/detector.ts';
import { type FrameSet, frameOf } from '../../models/pressure/frames.ts';
import { drawWarp, noWarp, warpMap, warpPoint } from '../../models/pressure/warp.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { FoundFailure } from './failures.ts';

/** Deformations that the error is measured over: shifts of up to 3 cells of 64 and rotations of up to 15°. */
const RANGE = { ...noWarp, shift: 0.05, rotation: 15 };

/** Steadiness of points over some frames of a set; `detection` covers the whole set. */
export async function measureStability(
  detector: Detector,
  set: FrameSet,
  indices: readonly number[],
  detection: Detection,
  floor: number,
  seed: number,
): Promise<{ stability: Stability; failures: FoundFailure[] }> {
  const k = detector.config.keypoints;
  const place = (index: number, point: number): [number, number] => {
    const at = (index * k + point) * 3;
    return [detection.points[at + 1], detection.points[at + 2]];
  };
  const failures: FoundFailure[] = [];
  let [moved, kept, pairs] = [0, 0, 0];
  for (const index of indices) {
    if (set.recordings[index + 1] !== set.recordings[index]) continue;
    for (let point = 0; point < k; point++) {
      const [row, col] = place(index, point);
      const distances = Array.from({ length: k }, (_, other) => {
        const [y, x] = place(index + 1, other);
        return Math.hypot(y - row, x - col);
      });
      const nearest = distances.indexOf(Math.min(...distances));
      moved += distances[point];
      pairs++;
      if (nearest === point) kept++;
      else failures.push({ kind: 'changed-places', frame: index, keypoint: point, value: distances[point] });
    }
  }
  let empty = 0;
  for (const index of indices)
    for (let point = 0; point < k; point++) {
      const pressure = nearbyPressure(set, index, place(index, point));
      if (pressure > floor) continue;
      empty++;
      failures.push({ kind: 'on-empty-mat', frame: index, keypoint: point, value: pressure });
    }
  const stability = {
    equivariance: await equivarianceError(detector, set, indices, place, seed),
    repeatability: pairs === 0 ? 0 : moved / pairs,
    keepsPlace: pairs === 0 ? 1 : kept / pairs,
    onEmptyMat: empty / (indices.length * k),
  };
  return { stability, failures };
}

/** Largest pressure in the 3 × 3 cells around a point. */
function nearbyPressure(set: FrameSet, index: number, [row, col]: readonly [number, number]): number {
  const frame = frameOf(set, index);
  let most = 0;
  for (let y = Math.max(0, Math.round(row) - 1); y <= Math.min(set.rows - 1, Math.round(row) + 1); y++)
    for (let x = Math.max(0, Math.round(col) - 1); x <= Math.min(set.cols - 1, Math.round(col) + 1); x++)
      most = Math.max(most, frame[y * set.cols + x]);
  return most;
}

/** Mean distance, in cells, between the points of a map and those of its deformed copy, brought back. */
async function equivarianceError(
  detector: Detector,
  set: FrameSet,
  indices: readonly number[],
  place: (index: number, point: number) => readonly [number, number],
  seed: number,
): Promise<number> {
  const { rows, cols } = set;
  const cells = rows * cols;
  const longer = Math.max(rows, cols);
  const random = createRandom(seed, 77);
  const warps = indices.map(() => drawWarp(random, RANGE));
  const copies = new Float32Array(indices.length * cells);
  for (const [at, index] of indices.entries())
    warpMap(frameOf(set, index), rows, cols, warps[at], copies.subarray(at * cells, (at + 1) * cells));
  const { points } = await detector.detect(copies);
  const k = detector.config.keypoints;
  let sum = 0;
  for (const [at, index] of indices.entries())
    for (let point = 0; point < k; point++) {
      const [row, col] = points.subarray((at * k + point) * 3 + 1, (at * k + point) * 3 + 3);
      const [y, x] = warpPoint(warps[at], (row - (rows - 1) / 2) / longer, (col - (cols - 1) / 2) / longer);
      const [shouldRow, shouldCol] = place(index, point);
      sum += Math.hypot(y * longer + (rows - 1) / 2 - shouldRow, x * longer + (cols - 1) / 2 - shouldCol);
    }
  return sum / (indices.length * k);
}
