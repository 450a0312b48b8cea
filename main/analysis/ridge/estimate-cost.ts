import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, matrixOf } from '../../tensor/matrix.ts';
import { choosePrecision, defaultBatch } from './check-inputs.ts';

/** Sizes of a cross-validated ridge, as `fitRidge` will see them. */
export interface RidgeSize {
  readonly samples: number;
  /** After delays. */
  readonly features: number;
  readonly targets: number;
  readonly folds: number;
  readonly penalties: number;
  readonly batch?: number;
  /** Whether coefficients are wanted. Default true. */
  readonly coefficients?: boolean;
}

/** What this machine does in a second. */
export interface MachineSpeed {
  /** Multiply-adds in large products. */
  readonly float32: number;
  readonly float64: number;
  /** Steps of plain loops over arrays. */
  readonly elements: number;
  /** Bytes a second to and from disk. */
  readonly disk: number;
}

/** What a fit will take. */
export interface RidgeCost {
  readonly seconds: number;
  readonly peakBytes: number;
  /** What is written: coefficients and vectors. */
  readonly diskBytes: number;
}

/** What a process holds before any data: Node, ONNX Runtime, code. */
const BASE = 190e6;
/** A disk that is neither new nor broken. */
const DISK = 300e6;

/** Measures products and loops for about half a second. */
export async function measureSpeed(engine: MatrixEngine): Promise<MachineSpeed> {
  const rate = async (like: Floats): Promise<number> => {
    const fill = (count: number): Floats =>
      like instanceof Float32Array ? new Float32Array(count).fill(0.5) : new Float64Array(count).fill(0.5);
    const [a, b] = [matrixOf(500, 500, fill(250_000)), matrixOf(500, 2000, fill(1e6))];
    await engine.multiply(a, b);
    // The quickest of a few: other programs can only slow a product down.
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 6; round++) {
      const started = performance.now();
      await engine.multiply(a, b);
      best = Math.min(best, performance.now() - started);
    }
    return (500 * 500 * 2000) / (best / 1000);
  };
  const float32 = await rate(new Float32Array(0));
  const float64 = await rate(new Float64Array(0));
  const values = new Float32Array(4e6).fill(1);
  let loop = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const started = performance.now();
    for (let at = 0; at < values.length; at++) values[at] = values[at] * 0.5 + 1;
    loop = Math.min(loop, performance.now() - started);
  }
  const elements = values.length / (loop / 1000);
  return { float32, float64, elements, disk: DISK };
}

/**
 * Time and peak memory of `fitRidge` from sizes alone: decompositions (some 9 r³ each, r the smaller of samples and
 * features), products with the targets, loops over what the products give, reading and writing.
 */
export function estimateRidge(size: RidgeSize, speed: MachineSpeed): RidgeCost {
  const { samples: n, features: p, targets: t, folds, penalties } = size;
  const train = n * (1 - 1 / folds);
  const test = n / folds;
  const rank = Math.min(train, p);
  const fullRank = Math.min(n, p);
  const shape = { rows: n, cols: p, data: new Float32Array(0) };
  const precision = choosePrecision(shape, t);
  const width = precision === 'float64' ? 8 : 4;
  const batch = size.batch ?? defaultBatch(shape, t, precision, folds);
  const wanted = size.coefficients !== false;

  const decompose = (rows: number, r: number): number => rows * p * r + 9 * r ** 3 + 2 * rows * r * r;
  const once = folds * (decompose(train, rank) + rank * rank * test) + (wanted ? decompose(n, fullRank) : 0);
  const perTarget = folds * rank * (train + test + rank + 2 * penalties) + (wanted ? fullRank * (n + p) : 0);
  const loops = folds * (3 * n + 8 * rank + 6 * penalties) + (wanted ? 2 * fullRank + p : 0);
  const bytes = t * 4 * (n + (wanted ? p : 0) + 3);
  const rate = precision === 'float64' ? speed.float64 : speed.float32;
  const seconds =
    once / speed.float64 + (perTarget * t) / rate + (loops * t) / speed.elements + bytes / speed.disk;

  const models =
    folds * (rank * (train + 2 * test + rank) * width) + (wanted ? fullRank * (n + p) * width : 0);
  const whileDecomposing = 8 * (2 * n * p + 6 * fullRank * fullRank + (wanted ? p * fullRank : 0));
  const perColumn =
    n * (4 + 2 * width) +
    rank * ((2 * folds + 3) * width) +
    penalties * 40 +
    (wanted ? p * (4 + width) + 2 * fullRank * width : 0);
  const peakBytes = BASE + n * p * 4 + models + Math.max(whileDecomposing, batch * perColumn) + t * 16;
  return { seconds, peakBytes, diskBytes: t * 4 * ((wanted ? p : 0) + 4) };
}
