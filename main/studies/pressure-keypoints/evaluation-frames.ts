import type { PressureKeypointsParams } from '../../contract/pressure-keypoints.ts';
import {
  type FrameSet,
  frameCount,
  frameOf,
  repairHotCells,
  takeFrames,
} from '../../models/pressure/frames.ts';
import { drawWarp, usualWarp, warpMap } from '../../models/pressure/warp.ts';
import { warpedJoints } from '../../models/pressure/warped-joints.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { JOINT_PARTNERS, JOINTS } from './simulated/body.ts';
import { type SimulatedMat, simulateMat } from './simulated/simulate-mat.ts';

/** Pressure in kPa below which simulated cells count as unloaded, and that which counts as full. */
export const SIMULATED_FLOOR = 0.5;
export const SIMULATED_FULL_SCALE = 10;
/** Simulated cells that read more and stand alone are taken for hot ones. */
const HOT_LEAST = 5;

/** The simulated set, split by person: nobody is on both sides. */
export interface StudyFrames {
  readonly mat: SimulatedMat;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Frames per simulated recording. */
const FRAMES = 3;

/** Simulates the study's people; the last quarter of them is held out. Hot cells are repaired, as for real mats. */
export function studyFrames(
  params: Pick<PressureKeypointsParams, 'seed' | 'subjects' | 'poses'>,
): StudyFrames {
  const { seed, subjects, poses } = params;
  const mat = repaired(simulateMat({ seed, subjects, poses, frames: FRAMES }));
  const held = subjects - Math.max(1, Math.round(subjects / 4));
  const all = [...mat.subjects.keys()];
  return {
    mat,
    train: all.filter((index) => Number(mat.subjects[index]) <= held),
    test: all.filter((index) => Number(mat.subjects[index]) > held),
  };
}

/** People on another mat, brought to the first one's grid: other cells, other noise, other people. */
export function otherMat(params: Pick<PressureKeypointsParams, 'seed'>): SimulatedMat {
  const seed = params.seed + 1000;
  const other = repaired(
    simulateMat({
      seed,
      subjects: 4,
      poses: 6,
      frames: 1,
      rows: 48,
      cols: 24,
      cellSize: 4,
      noise: 0.2,
      gainSpread: 0.1,
    }),
  );
  const [rows, cols, cellSize] = [64, 32, 3];
  const frames = new Float32Array(frameCount(other) * rows * cols);
  for (let index = 0; index < frameCount(other); index++)
    frames.set(resample(frameOf(other, index), other.rows, other.cols, rows, cols), index * rows * cols);
  const ratio = other.options.cellSize / cellSize;
  return {
    ...other,
    rows,
    cols,
    cellSize,
    frames,
    joints: other.joints.map((place) => (place + 0.5) * ratio - 0.5),
  };
}

function repaired(mat: SimulatedMat): SimulatedMat {
  for (let index = 0; index < frameCount(mat); index++)
    repairHotCells(frameOf(mat, index), mat.rows, mat.cols, HOT_LEAST);
  return mat;
}

/** A frame on another grid over the same area, by bilinear interpolation between cell centres. */
export function resample(
  frame: ArrayLike<number>,
  fromRows: number,
  fromCols: number,
  rows: number,
  cols: number,
): Float32Array {
  const out = new Float32Array(rows * cols);
  const place = (at: number, to: number, from: number) =>
    Math.min(Math.max(((at + 0.5) * from) / to - 0.5, 0), from - 1);
  for (let row = 0, cell = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, cell++) {
      const [y, x] = [place(row, rows, fromRows), place(col, cols, fromCols)];
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const [bottom, right] = [Math.min(top + 1, fromRows - 1), Math.min(left + 1, fromCols - 1)];
      const [fy, fx] = [y - top, x - left];
      out[cell] =
        (1 - fy) * ((1 - fx) * frame[top * fromCols + left] + fx * frame[top * fromCols + right]) +
        fy * ((1 - fx) * frame[bottom * fromCols + left] + fx * frame[bottom * fromCols + right]);
    }
  return out;
}

/** Joints of some frames, one row each. */
export function jointRows(
  joints: Float32Array,
  indices: readonly number[],
): { rows: number; cols: number; data: Float64Array } {
  const width = JOINTS.length * 2;
  const data = new Float64Array(indices.length * width);
  for (const [at, index] of indices.entries())
    data.set(joints.subarray(index * width, (index + 1) * width), at * width);
  return { rows: indices.length, cols: width, data };
}

/** Copies of each training frame that the joint regressions may learn from. */
const COPIES = 2;

/**
 * Shifted, turned, resized and mirrored copies of some frames, with their joints; in a mirrored one left and right
 * change names, and so does the side that a person lies on.
 */
export function deformedCopies(mat: SimulatedMat, indices: readonly number[], seed: number): SimulatedMat {
  const random = createRandom(seed, 91);
  const { rows, cols } = mat;
  const cells = rows * cols;
  const width = JOINTS.length * 2;
  const chosen = Array.from({ length: COPIES }, () => indices).flat();
  const frames = new Float32Array(chosen.length * cells);
  const joints = new Float32Array(chosen.length * width);
  const mirrored: boolean[] = [];
  for (const [at, index] of chosen.entries()) {
    const warp = drawWarp(random, { ...usualWarp, bend: 0 });
    warpMap(frameOf(mat, index), rows, cols, warp, frames.subarray(at * cells, (at + 1) * cells));
    const own = mat.joints.subarray(index * width, (index + 1) * width);
    joints.set(warpedJoints(warp, own, rows, cols, JOINT_PARTNERS), at * width);
    mirrored.push(warp.mirrored);
  }
  const other = { left: 'right', right: 'left', supine: 'supine', prone: 'prone' } as const;
  return {
    ...mat,
    frames,
    joints,
    subjects: chosen.map((index) => mat.subjects[index]),
    recordings: chosen.map((index) => mat.recordings[index]),
    postures: chosen.map((index, at) => {
      const posture = mat.postures[index];
      return mirrored[at] ? other[posture] : posture;
    }),
  };
}

/** The first frame of each recording, and one at random of each where `seed` is given. */
export function oneOfEach(set: FrameSet, indices: readonly number[], seed?: number): number[] {
  const random = seed === undefined ? null : createRandom(seed);
  const groups = new Map<string, number[]>();
  for (const index of indices)
    groups.set(set.recordings[index], [...(groups.get(set.recordings[index]) ?? []), index]);
  return [...groups.values()].map((group) => group[random === null ? 0 : random.integer(group.length)]);
}

/** The frames at `indices` with their joints, copied. */
export function takeSimulated(mat: SimulatedMat, indices: readonly number[]): SimulatedMat {
  return {
    ...mat,
    ...takeFrames(mat, indices),
    joints: Float32Array.from(jointRows(mat.joints, indices).data),
    postures: indices.map((index) => mat.postures[index]),
  };
}
