import { meanAbsolute } from '../../graph/blocks/distances.ts';
import { ssim } from '../../graph/blocks/ssim.ts';
import { encodeModel } from '../../graph/onnx/encode.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { openSession } from '../../runtime/session.ts';
import { float32Of } from '../../runtime/tensor-value.ts';

/** Mean absolute difference and mean structural similarity over frames. */
export interface DrawingScore {
  readonly l1: number;
  readonly ssim: number;
}

const CHUNK = 64;

/** Scores drawn frames against what they should show; both frame × cell, 0 … 1. */
export async function scoreDrawings(
  drawn: Float32Array,
  shown: Float32Array,
  rows: number,
  cols: number,
): Promise<DrawingScore> {
  const graph = new TypedGraph('score', operators);
  const dims = [1, 1, rows, cols];
  const [a, b] = ['drawn', 'shown'].map((name) => graph.input(name, 'float32', ['batch', 1, rows, cols]));
  graph.output(meanAbsolute(graph, a, b), 'float32', [], 'l1');
  graph.output(ssim(graph, a, b), 'float32', [], 'ssim');
  const session = await openSession(encodeModel(graph.build()), { threads: 1 });
  const cells = rows * cols;
  const count = shown.length / cells;
  const sums = { l1: 0, ssim: 0 };
  try {
    for (let start = 0; start < count; start += CHUNK) {
      const size = Math.min(CHUNK, count - start);
      const part = (values: Float32Array) => ({
        type: 'float32' as const,
        dims: dims.with(0, size),
        data: values.subarray(start * cells, (start + size) * cells),
      });
      const results = await session.run({ drawn: part(drawn), shown: part(shown) });
      sums.l1 += float32Of(results.l1, 'l1')[0] * size;
      sums.ssim += float32Of(results.ssim, 'ssim')[0] * size;
    }
  } finally {
    await session.release();
  }
  return { l1: sums.l1 / count, ssim: sums.ssim / count };
}
