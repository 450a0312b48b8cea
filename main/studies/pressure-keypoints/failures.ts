import type { Failure } from '../../contract/pressure-keypoints.ts';
import type { Detection } from '../../models/pressure/detector.ts';
import { type FrameSet, frameOf, normaliseFrame } from '../../models/pressure/frames.ts';
import type { Matrix64 } from '../../tensor/matrix.ts';

/** A failure before it is chosen for the gallery. */
export type FoundFailure = Pick<Failure, 'kind' | 'frame' | 'keypoint' | 'value'>;

/** Failures of each kind that are kept. */
const GALLERY = 4;

/** What the gallery's pictures are made from. */
export interface GallerySource {
  readonly set: FrameSet;
  readonly detection: Detection;
  readonly keypoints: number;
  readonly floor: number;
  /** True and foretold joints of the tested frames, one row each in the order of `tested`. */
  readonly tested: readonly number[];
  readonly truth: Matrix64;
  readonly foretold: Matrix64;
}

/**
 * The worst of each kind, no recording twice, with what they look like: all that the page needs to draw them without
 * the frames.
 */
export function gallery(found: readonly FoundFailure[], source: GallerySource): Failure[] {
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const seen = new Set<string>();
    return found
      .filter((failure) => failure.kind === kind)
      .sort((a, b) => b.value - a.value)
      .filter(({ frame }) => {
        const recording = source.set.recordings[frame];
        if (seen.has(recording)) return false;
        seen.add(recording);
        return true;
      })
      .slice(0, GALLERY)
      .map((failure) => ({
        ...failure,
        recording: source.set.recordings[failure.frame],
        view: viewOf(failure, source),
      }));
  });
}

function viewOf({ kind, frame }: FoundFailure, source: GallerySource): Failure['view'] {
  const { set, detection, keypoints, floor, tested, truth, foretold } = source;
  const map = new Float32Array(set.rows * set.cols);
  normaliseFrame(frameOf(set, frame), floor, map);
  const points = (index: number) =>
    Array.from({ length: keypoints }, (_, point): [number, number] => {
      const at = (index * keypoints + point) * 3;
      return [rounded(detection.points[at + 1]), rounded(detection.points[at + 2])];
    });
  const row = kind === 'joint-far-off' ? tested.indexOf(frame) : -1;
  const joints = (matrix: Matrix64) =>
    row < 0
      ? null
      : Array.from({ length: matrix.cols / 2 }, (_, joint): [number, number] => {
          const at = row * matrix.cols + 2 * joint;
          return [rounded(matrix.data[at]), rounded(matrix.data[at + 1])];
        });
  return {
    rows: set.rows,
    cols: set.cols,
    map: Array.from(map, (value) => Math.round(255 * value)),
    points: points(frame),
    next: kind === 'changed-places' ? points(frame + 1) : null,
    joints: joints(truth),
    foretold: joints(foretold),
  };
}

/** Hundredths of a cell are finer than any picture. */
function rounded(value: number): number {
  return Math.round(100 * value) / 100;
}
