import type { Notice } from '../contract/errors.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { defaultThreads } from '../runtime/native-session.ts';
import type { ProviderName } from '../runtime/providers.ts';
import { openSession, type Session } from '../runtime/session.ts';
import { createSessionCache } from '../runtime/session-cache.ts';
import { float32Of, type TensorValue } from '../runtime/tensor-value.ts';
import type { MatrixEngine, MultiplyOptions } from './engine.ts';
import { type Floats, floatsLike, type Matrix, transpose } from './matrix.ts';
import { type NdArray, ndArray, packed } from './nd-array.ts';
import { batchSize, innerSize, multiplyBatchPlain, multiplyPlain } from './plain-engine.ts';

/** Multiply-adds below which a session's call overhead (some 60 µs) costs more than plain TypeScript. */
const SMALL = 40_000;
/** Multiply-adds below which waking a second thread costs more than it brings, most of all on a busy machine. */
const SINGLE = 4_000_000;

type ProductKind = 'batch' | { readonly transposeA: boolean; readonly transposeB: boolean };

function productModel(type: 'float32' | 'float64', kind: ProductKind): Uint8Array {
  const graph = new GraphBuilder('product');
  if (kind === 'batch') {
    const a = graph.input('a', type, ['n', 'i', 'j']);
    const b = graph.input('b', type, ['n', 'j', 'l']);
    graph.output(graph.node('MatMul', [a, b]), type, ['n', 'i', 'l'], 'c');
    return encodeModel(graph.build());
  }
  const { transposeA, transposeB } = kind;
  const a = graph.input('a', type, ['i', 'j']);
  const b = graph.input('b', type, ['k', 'l']);
  const product =
    transposeA || transposeB
      ? graph.node('Gemm', [a, b], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 })
      : graph.node('MatMul', [a, b]);
  graph.output(product, type, ['m', 'n'], 'c');
  return encodeModel(graph.build());
}

function tensorOf(data: Floats, ...dims: number[]): TensorValue {
  return data instanceof Float32Array ? { type: 'float32', dims, data } : { type: 'float64', dims, data };
}

const typeOf = (data: Floats): 'float32' | 'float64' =>
  data instanceof Float32Array ? 'float32' : 'float64';

/** How the engine is set up. */
export interface RuntimeEngineOptions {
  readonly device?: ProviderName;
  readonly threads?: number;
  /** Told once where the asked device cannot be used and the processor stands in. */
  readonly onNotice?: (notice: Notice) => void;
}

/**
 * Products by ONNX Runtime; small ones in TypeScript. float64 is always computed on the processor, since no GPU
 * provider has it. The same device, thread count and inputs give the same bytes.
 */
export function createRuntimeEngine(options: RuntimeEngineOptions = {}): MatrixEngine {
  const threads = options.threads ?? defaultThreads();
  const sessions = createSessionCache(16);
  const asked = options.device ?? 'cpu';
  let told = false;

  const sessionFor = (type: 'float32' | 'float64', kind: ProductKind, single: boolean): Promise<Session> =>
    sessions.get(`${type} ${JSON.stringify(kind)} ${single}`, async () => {
      const session = await openSession(productModel(type, kind), {
        device: type === 'float64' || single ? 'cpu' : asked,
        threads: single ? 1 : threads,
        keepMemory: false,
      });
      if (session.notice !== null && !told) {
        told = true;
        options.onNotice?.(session.notice);
      }
      return session;
    });

  const runInto = async (
    session: Session,
    a: TensorValue,
    b: TensorValue,
    out: Floats,
    ...dims: number[]
  ) => {
    if (session.device === 'cpu') await session.run({ a, b }, { into: { c: tensorOf(out, ...dims) } });
    else out.set(float32Of((await session.run({ a, b })).c, 'c'));
  };

  return {
    device: asked === 'cpu' ? `cpu (${threads} threads)` : asked,
    async multiply<T extends Floats>(
      a: Matrix<T>,
      b: Matrix<T>,
      how: MultiplyOptions<T> = {},
    ): Promise<Matrix<T>> {
      const rows = how.transposeA ? a.cols : a.rows;
      const inner = innerSize(a, b, how);
      const cols = how.transposeB ? b.rows : b.cols;
      if (rows * inner * cols <= SMALL) return multiplyPlain(a, b, how);
      // float32 products with a transposed right side run at half speed: turning a smaller factor is cheaper.
      const turn = how.transposeB === true && a.data instanceof Float32Array && rows > 64;
      const right = turn ? transpose(b) : b;
      const kind = { transposeA: how.transposeA ?? false, transposeB: how.transposeB === true && !turn };
      const session = await sessionFor(typeOf(a.data), kind, rows * inner * cols <= SINGLE);
      const data = how.into ?? floatsLike(a.data, rows * cols);
      await runInto(
        session,
        tensorOf(a.data, a.rows, a.cols),
        tensorOf(right.data, right.rows, right.cols),
        data,
        rows,
        cols,
      );
      return { rows, cols, data };
    },
    async multiplyBatch<T extends Floats>(a: NdArray<T>, b: NdArray<T>): Promise<NdArray<T>> {
      const { count, rows, inner, cols, shape } = batchSize(a, b);
      const work = count * rows * inner * cols;
      if (work <= SMALL) return multiplyBatchPlain(a, b);
      const session = await sessionFor(typeOf(a.data), 'batch', work <= SINGLE);
      const data = floatsLike(a.data, count * rows * cols);
      await runInto(
        session,
        tensorOf(packed(a), count, rows, inner),
        tensorOf(packed(b), count, inner, cols),
        data,
        count,
        rows,
        cols,
      );
      return ndArray(shape, data);
    },
    dispose: () => sessions.releaseAll(),
  };
}
