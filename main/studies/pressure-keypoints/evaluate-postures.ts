import {
  type Classifier,
  leaveGroupOut,
  logistic,
  nearestNeighbours,
  standardise,
  standardiser,
} from '../../analysis/pressure/classify.ts';
import { bootstrapInterval, mean } from '../../analysis/significance/bootstrap.ts';
import type { PostureScore } from '../../contract/pressure-keypoints.ts';
import type { Detection } from '../../models/pressure/detector.ts';
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

/**
 * Posture from keypoints alone (graph networks, nearest neighbours, logistic regression) beside the same from raw
 * pixels. Each group (a person, or a recording) is left out once; the interval is over groups.
 * @param indices frames with a known posture
 */
export async function scorePostures(
  engine: MatrixEngine,
  set: FrameSet,
  indices: readonly number[],
  groups: readonly string[],
  detection: Detection,
  keypoints: number,
  floor: number,
  seed: number,
  tell: (method: string) => void,
): Promise<PostureScore[]> {
  const names = [...new Set(indices.map((index) => set.postures[index]))];
  const labels = indices.map((index) => names.indexOf(set.postures[index]));
  const points = featureRows(pointFeatures(detection, keypoints), indices);
  const pixels = featureRows((index) => {
    const map = new Float32Array(set.rows * set.cols);
    normaliseFrame(frameOf(set, index), floor, map);
    return map;
  }, indices);
  const graph = (kind: GraphKind): Classifier => graphClassifier(kind, keypoints, names.length, seed);
  const methods: [string, Matrix64, Classifier][] = [
    ['keypoints, GCN', points, graph('GCN')],
    ['keypoints, GAT', points, graph('GAT')],
    ['keypoints, GraphSAGE', points, graph('GraphSAGE')],
    ['keypoints, nearest neighbours', points, nearestNeighbours(engine, NEIGHBOURS)],
    ['keypoints, logistic', points, logistic(engine)],
    ['raw pixels, nearest neighbours', pixels, nearestNeighbours(engine, NEIGHBOURS)],
    ['raw pixels, logistic', pixels, logistic(engine)],
    ['raw pixels, convolutional network', pixels, mapClassifier(set, names.length, seed)],
  ];
  const scores: PostureScore[] = [];
  for (const [method, features, classify] of methods) {
    tell(method);
    const shares = await leaveGroupOut(classify, features, labels, groups);
    const { estimate, low, high } = bootstrapInterval(shares, mean, { seed });
    scores.push({ method, accuracy: { mean: estimate, low, high } });
  }
  return scores;
}

function mapClassifier({ rows, cols }: FrameSet, classes: number, seed: number): Classifier {
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
