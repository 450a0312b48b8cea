import { meanSquare } from '../../graph/blocks/distances.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';
import type { KeypointConfig } from './config.ts';
import { squaredDistances } from './geometry.ts';
import { CONTROL_POINTS } from './warp.ts';

/** Weights of the parts of the regression loss; 0 leaves a part out of the graph. */
export interface Objective {
  readonly l1: number;
  readonly mse: number;
  /** Of 1 − SSIM. */
  readonly ssim: number;
  /** Heat maps with little variance around their point. */
  readonly concentration: number;
  /** Points that keep away from one another. */
  readonly separation: number;
  /** Points that move with a known deformation of the map (shift, flip, rotation, thin-plate spline). */
  readonly equivariance: number;
  /** Points near all the pressure there is: mean distance from the pressed cells to the nearest point. */
  readonly coverage: number;
  /** Points that stay where they are from one frame to the next. */
  readonly temporal: number;
}

/** What the paper trains with: reconstruction only. Its loss weights are not published; equal ones are taken. */
export const paperObjective: Objective = {
  l1: 1,
  mse: 1,
  ssim: 1,
  concentration: 0,
  separation: 0,
  equivariance: 0,
  coverage: 0,
  temporal: 0,
};

/** Reconstruction with the extra losses but temporal consistency, which is for recordings with movement. */
export const fullObjective: Objective = {
  ...paperObjective,
  concentration: 5,
  separation: 0.1,
  equivariance: 6,
  coverage: 3000,
  temporal: 0,
};

/** Width of the repulsion between points, as a share of the longer side. */
const SEPARATION_REACH = 0.05;
/** τ of the softened minimum, in squared units of the longer side: about (3 cells of 64)². */
const COVERAGE_SOFTNESS = 0.002;

const meanOfAll = (graph: TypedGraph, value: ValueName): ValueName =>
  graph.mean(
    value,
    graph.typeOf(value).dims.map((_, axis) => axis),
    false,
  );

/**
 * Mean cross-entropy of two classes per cell, in nats.
 * @param scores [batch, 2, rows, cols]: no contact, contact
 * @param mask float [batch, 1, rows, cols], 1 in contact
 */
export function maskLoss(graph: TypedGraph, scores: ValueName, mask: ValueName): ValueName {
  const [none, contact] = graph.nodeN('Split', [scores, graph.ints([1, 1])], ['', ''], { axis: 1 });
  const margin = graph.sub(contact, none);
  return meanOfAll(graph, graph.sub(graph.node('Softplus', [margin]), graph.mul(mask, margin)));
}

/** Rows and columns in cells → coordinates around the map's centre, in units of its longer side. */
export function centred(graph: TypedGraph, config: KeypointConfig, places: ValueName): ValueName {
  const centre = graph.constant(
    'float32',
    [2],
    Float32Array.of((config.rows - 1) / 2, (config.cols - 1) / 2),
  );
  return graph.scale(graph.sub(places, centre), 1 / Math.max(config.rows, config.cols));
}

/** Mean over pairs of exp(−d² / 2σ²) for points [batch, k, 2] in units of the longer side; 0 when far apart. */
export function separationLoss(graph: TypedGraph, points: ValueName): ValueName {
  const k = Number(graph.typeOf(points).dims[1]);
  const closeness = graph.node('Exp', [
    graph.scale(
      squaredDistances(graph, points, graph.transpose(points, [0, 2, 1])),
      -1 / (2 * SEPARATION_REACH ** 2),
    ),
  ]);
  // The k pairs of a point with itself always count 1 each.
  const own = graph.number(1 / k, points);
  return graph.scale(graph.sub(meanOfAll(graph, closeness), own), k / Math.max(1, k - 1));
}

/**
 * Mean of the squared distance from each cell to its nearest point, weighted by the root of pressure (so that limbs
 * count beside the trunk), the minimum softened
 * (−τ ln Σ exp(−d²/τ)): what k-means lowers, here through the network, so that a point is the same place in every map.
 * @param points [batch, k, 2], centred; @param map normalised, [batch, 1, rows, cols], read at every second cell
 */
export function coverageLoss(
  graph: TypedGraph,
  config: KeypointConfig,
  points: ValueName,
  map: ValueName,
): ValueName {
  const [rows, cols] = [config.rows / 2, config.cols / 2];
  const longer = Math.max(config.rows, config.cols);
  const along = (count: number, pick: (cell: number) => number) =>
    Float32Array.from(
      { length: rows * cols },
      (_, cell) => (pick(cell) * 2 + 0.5 - (count * 2 - 1) / 2) / longer,
    );
  const cells = graph.constant(
    'float32',
    [1, 2, rows * cols],
    Float32Array.from([
      ...along(rows, (cell) => Math.floor(cell / cols)),
      ...along(cols, (cell) => cell % cols),
    ]),
  );
  const squares = squaredDistances(graph, points, cells);
  // Taken from the nearest, so that far cells do not vanish in the exponential.
  const least = graph.node('ReduceMin', [squares, graph.ints([1])], { keepdims: 1 });
  const closeness = graph.node('Exp', [graph.scale(graph.sub(least, squares), 1 / COVERAGE_SOFTNESS)]);
  const softened = graph.scale(graph.node('Log', [graph.sum(closeness, [1], false)]), COVERAGE_SOFTNESS);
  const nearest = graph.sub(graph.reshape(least, [-1, rows * cols]), softened);
  const pooled = graph.node('AveragePool', [map], { kernel_shape: [2, 2], strides: [2, 2] });
  const weights = graph.node('Sqrt', [graph.reshape(pooled, [-1, rows * cols])]);
  const total = graph.add(graph.sum(weights, [1], false), graph.number(1e-6, points));
  const each = graph.div(graph.sum(graph.mul(weights, nearest), [1], false), total);
  return graph.mean(each, [0], false);
}

/** Inputs that describe the deformation of each map in a batch; see warp.ts. */
export interface WarpInputs {
  /** [batch, 2, 2]: transposed linear part. */
  readonly linear: ValueName;
  /** [batch, 1, 2] */
  readonly shift: ValueName;
  /** [batch, controls, 2] */
  readonly bend: ValueName;
  /** [batch, 1, 1]: 1 where the map was mirrored, so that points 2j and 2j + 1 change names. */
  readonly mirrored: ValueName;
}

/**
 * Mean squared distance between the points of a map and where the points of its deformed copy come from. The copy
 * shows at q what the map shows at S(q), so a point at p′ in the copy must be at S(p′) in the map.
 * @param points [batch, k, 2] of the map; @param moved the same of the copy; both centred
 */
export function equivarianceLoss(
  graph: TypedGraph,
  points: ValueName,
  moved: ValueName,
  warp: WarpInputs,
): ValueName {
  const k = Number(graph.typeOf(points).dims[1]);
  const partner = Array.from({ length: k }, (_, at) => (at % 2 === 1 ? at - 1 : Math.min(at + 1, k - 1)));
  if (k % 2 === 1) partner[k - 1] = k - 1;
  const order = graph.constant('int64', [k], BigInt64Array.from(partner, BigInt));
  const swapped = graph.node('Gather', [moved, order], { axis: 1 });
  const named = graph.add(moved, graph.mul(warp.mirrored, graph.sub(swapped, moved)));
  const source = graph.add(
    graph.add(graph.node('MatMul', [named, warp.linear]), warp.shift),
    bent(graph, named, warp.bend),
  );
  return graph.scale(meanSquare(graph, points, source), 2);
}

/** Thin-plate part of a deformation: Σ w_j r² ln r² over the control points. */
function bent(graph: TypedGraph, points: ValueName, bend: ValueName): ValueName {
  const across = graph.constant(
    'float32',
    [1, 2, CONTROL_POINTS.length],
    Float32Array.from([...CONTROL_POINTS.map(([row]) => row), ...CONTROL_POINTS.map(([, col]) => col)]),
  );
  const squares = squaredDistances(graph, points, across);
  const kernel = graph.mul(squares, graph.node('Log', [graph.add(squares, graph.number(1e-6, points))]));
  return graph.node('MatMul', [kernel, bend]);
}
