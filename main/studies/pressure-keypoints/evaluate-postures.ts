import {
  type Classifier,
  type LabelledRows,
  leaveGroupOut,
  logistic,
  nearestNeighbours,
  standardise,
  standardiser,
} from '../../analysis/pressure/classify.ts';
import { bootstrapInterval, mean } from '../../analysis/significance/bootstrap.ts';
import type { PostureScore } from '../../contract/pressure-keypoints.ts';
import type { Detector } from '../../models/pressure/detector.ts';
import { type FrameSet, frameOf, normaliseFrame } from '../../models/pressure/frames.ts';
import { classifyByGraph, type GraphKind } from '../../models/pressure/graph-classifier.ts';
import { classifyByMap } from '../../models/pressure/map-classifier.ts';
import { nearestEdges } from '../../models/pressure/nearest-edges.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Matrix64 } from '../../tensor/matrix.ts';
import { featureRows, pointFeatures } from './evaluate-joints.ts';

const NEIGHBOURS = 3;
const GRAPH_STEPS = 80;
const MAP_STEPS = 80;
/** Neighbours that each keypoint is joined to. */
const EDGES = 4;

/** Frames whose postures are told, as keypoints and as raw pixels; the same rows in both. */
export interface PostureSamples {
  readonly points: LabelledRows;
  readonly pixels: LabelledRows;
}

/** Postures of a set by name, and which of them is another one in a mirror. */
const MIRRORED: Readonly<Record<string, string>> = { left: 'right', right: 'left' };

/** The same frames with left and right exchanged, their postures as well. */
export function mirrored(set: FrameSet): FrameSet {
  const { cols } = set;
  const frames = new Float32Array(set.frames.length);
  for (let cell = 0; cell < frames.length; cell++) {
    const col = cell % cols;
    frames[cell] = set.frames[cell - col + (cols - 1 - col)];
  }
  const postures = set.postures.map((posture) => (posture === null ? null : (MIRRORED[posture] ?? posture)));
  return { ...set, frames, postures };
}

/**
 * Reads samples off a set: of each keypoint the pressure as a share of the highest one's, and where it lies from the
 * middle of all of them, so that where on the mat someone lies, and how heavy, does not count; and normalised maps.
 * @param names postures by class; @param groups of the frames
 */
export async function postureSamples(
  detector: Detector,
  set: FrameSet,
  names: readonly string[],
  groups: readonly string[],
  floor: number,
): Promise<PostureSamples> {
  const k = detector.config.keypoints;
  const detection = await detector.detect(set.frames);
  const all = groups.map((_, index) => index);
  const labels = set.postures.map((posture) => names.indexOf(posture ?? ''));
  const points = pointFeatures(detection, k);
  const pixels = (index: number) => {
    const map = new Float32Array(set.rows * set.cols);
    normaliseFrame(frameOf(set, index), floor, map);
    return map;
  };
  return {
    points: { features: featureRows((index) => fromTheMiddle(points(index)), all), labels, groups },
    pixels: { features: featureRows(pixels, all), labels, groups },
  };
}

function fromTheMiddle(points: ArrayLike<number>): number[] {
  const k = points.length / 3;
  const column = (at: number) => Array.from({ length: k }, (_, point) => points[point * 3 + at]);
  const highest = Math.max(1e-6, ...column(0));
  const [row, col] = [mean(column(1)), mean(column(2))];
  return Array.from({ length: k }, (_, point) => [
    points[point * 3] / highest,
    points[point * 3 + 1] - row,
    points[point * 3 + 2] - col,
  ]).flat();
}

/** A way to tell postures: from keypoints alone or from raw pixels. */
export interface PostureMethod {
  readonly name: string;
  readonly on: keyof PostureSamples;
  readonly classify: Classifier;
}

/** Graph networks, nearest neighbours and logistic regression on keypoints, beside the same from raw pixels. */
export function postureMethods(
  engine: MatrixEngine,
  { rows, cols }: Pick<FrameSet, 'rows' | 'cols'>,
  keypoints: number,
  classes: number,
  seed: number,
): PostureMethod[] {
  const graph = (kind: GraphKind): Classifier => graphClassifier(kind, keypoints, classes, seed);
  return [
    { name: 'keypoints, GCN', on: 'points', classify: graph('GCN') },
    { name: 'keypoints, GAT', on: 'points', classify: graph('GAT') },
    { name: 'keypoints, GraphSAGE', on: 'points', classify: graph('GraphSAGE') },
    {
      name: 'keypoints, nearest neighbours',
      on: 'points',
      classify: nearestNeighbours(engine, NEIGHBOURS),
    },
    { name: 'keypoints, logistic', on: 'points', classify: logistic(engine) },
    {
      name: 'raw pixels, nearest neighbours',
      on: 'pixels',
      classify: nearestNeighbours(engine, NEIGHBOURS),
    },
    { name: 'raw pixels, logistic', on: 'pixels', classify: logistic(engine) },
    {
      name: 'raw pixels, convolutional network',
      on: 'pixels',
      classify: mapClassifier({ rows, cols }, classes, seed),
    },
  ];
}

/** Names of the postures in some sets, in order of first appearance. */
export function postureNames(...sets: readonly FrameSet[]): string[] {
  return [
    ...new Set(sets.flatMap(({ postures }) => postures.flatMap((name) => (name === null ? [] : [name])))),
  ];
}

/**
 * Accuracy of every method with each group left out once; every training frame is shown mirrored as well. The
 * interval is over groups.
 * @param set frames with a known posture; @param groups a person or a recording of each frame
 */
export async function scorePostures(
  engine: MatrixEngine,
  detector: Detector,
  set: FrameSet,
  groups: readonly string[],
  floor: number,
  seed: number,
  tell: (method: string) => void,
): Promise<PostureScore[]> {
  const names = postureNames(set, mirrored(set));
  const own = await postureSamples(detector, set, names, groups, floor);
  const helpers = await postureSamples(detector, mirrored(set), names, groups, floor);
  const scores: PostureScore[] = [];
  for (const { name, on, classify } of postureMethods(
    engine,
    set,
    detector.config.keypoints,
    names.length,
    seed,
  )) {
    tell(name);
    const right = await leaveGroupOut(classify, own[on], helpers[on]);
    scores.push({ method: name, accuracy: overGroups(right, groups, seed) });
  }
  return scores;
}

/** Mean share of right answers over groups, with its bootstrap interval over groups. */
export function overGroups(
  right: readonly boolean[],
  groups: readonly string[],
  seed: number,
): PostureScore['accuracy'] {
  const shares = [...new Set(groups)].map((name) =>
    mean(right.flatMap((value, at) => (groups[at] === name ? [Number(value)] : []))),
  );
  const { estimate, low, high } = bootstrapInterval(shares, mean, { seed });
  return { mean: estimate, low, high };
}

function mapClassifier(
  { rows, cols }: Pick<FrameSet, 'rows' | 'cols'>,
  classes: number,
  seed: number,
): Classifier {
  return (train, labels, test) =>
    classifyByMap(
      { rows, cols, classes, steps: MAP_STEPS, seed },
      Float32Array.from(train.data),
      labels,
      Float32Array.from(test.data),
    );
}

function graphClassifier(kind: GraphKind, nodes: number, classes: number, seed: number): Classifier {
  return (train, labels, test) => {
    const by = standardiser(train);
    const width = train.cols / nodes;
    const places = Array.from({ length: nodes }, (_, node): [number, number] => [
      by.mean[node * width + 1],
      by.mean[node * width + 2],
    ]);
    const rows = (matrix: Matrix64) => Float32Array.from(standardise(matrix, by).data);
    const options = {
      kind,
      nodes,
      width,
      classes,
      edges: nearestEdges(places, EDGES),
      steps: GRAPH_STEPS,
      seed,
    };
    return classifyByGraph(options, rows(train), labels, rows(test));
  };
}
