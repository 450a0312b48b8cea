import type { Floats, Matrix } from './matrix.ts';
import type { NdArray } from './nd-array.ts';

/** op(A) · op(B), where op is the transpose if asked for. */
export interface MultiplyOptions<T extends Floats = Floats> {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Where to put the product, as long as rows · cols: spares an allocation in loops. Overwritten. */
  readonly into?: T;
}

/**
 * Whoever multiplies large matrices: ONNX Runtime on a chosen device, or plain TypeScript. Everything above
 * (decompositions, regressions) is written against this. Same engine, same inputs: same bytes.
 */
export interface MatrixEngine {
  /** Where products are computed: "cpu (2 threads)", "webgpu", "TypeScript". */
  readonly device: string;
  /** Matrix product; both factors and the result have one element type. @throws Error where shapes do not fit */
  multiply<T extends Floats>(a: Matrix<T>, b: Matrix<T>, options?: MultiplyOptions<T>): Promise<Matrix<T>>;
  /**
   * Products of matrices in the last two axes, place by place of the axes before them, which must be the same; views,
   * such as transposed ones, are taken as they are. @throws Error where shapes do not fit
   */
  multiplyBatch<T extends Floats>(a: NdArray<T>, b: NdArray<T>): Promise<NdArray<T>>;
  /** Frees sessions. */
  dispose(): Promise<void>;
}
