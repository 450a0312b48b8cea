import type { Dimension } from '../graph-builder.ts';
import { intAttribute, intsAttribute, stringAttribute } from '../onnx/attributes.ts';
import type { OnnxNode } from '../onnx/onnx-model.ts';
import type { TensorType } from '../op-definition.ts';

/** Arithmetic of one node for exactly the sizes given: nothing is divided by the batch. */
export interface OperationCount {
  /** Multiply–accumulates of matrix products and convolutions. */
  readonly macs: number;
  /** Floating-point operations: 2 per multiply–accumulate, and those of everything else. */
  readonly flops: number;
  /** How `macs` came about: factors in the order batch, output, sum. Empty where there are none. */
  readonly factors: readonly number[];
}

const NONE: OperationCount = { macs: 0, flops: 0, factors: [] };

/**
 * Operations per output element of elementwise operators, as in their defining formula; a transcendental function, a
 * root, a comparison with choice (max, min) and a division are one operation each.
 */
const PER_OUTPUT: Readonly<Record<string, number>> = {
  Abs: 1,
  Add: 1,
  // (x − μ) · γ/σ + β with the quotient taken once per channel.
  BatchNormalization: 3,
  Ceil: 1,
  Clip: 2,
  Cos: 1,
  CumSum: 1,
  Div: 1,
  Elu: 3,
  Erf: 1,
  Exp: 1,
  Floor: 1,
  // min(max(αx + β, 0), 1)
  HardSigmoid: 4,
  HardSwish: 5,
  LeakyRelu: 2,
  Log: 1,
  // Largest, difference, exponential, sum; then logarithm and difference.
  LogSoftmax: 5,
  Max: 1,
  Mean: 1,
  Min: 1,
  Mul: 1,
  Neg: 1,
  PRelu: 2,
  Pow: 1,
  Reciprocal: 1,
  Relu: 1,
  Round: 1,
  Sigmoid: 3,
  Sign: 1,
  Sin: 1,
  // Largest, difference, exponential, sum, quotient.
  Softmax: 5,
  Softplus: 3,
  Sqrt: 1,
  Sub: 1,
  Sum: 1,
  Tanh: 1,
};

/** Operations per input element of reductions. */
const PER_INPUT: Readonly<Record<string, number>> = {
  ArgMax: 1,
  ArgMin: 1,
  GlobalAveragePool: 1,
  GlobalMaxPool: 1,
  ReduceL1: 2,
  ReduceL2: 2,
  ReduceMax: 1,
  ReduceMean: 1,
  ReduceMin: 1,
  ReduceProd: 1,
  ReduceSum: 1,
  ReduceSumSquare: 2,
};

/** Operators that move, look up, compare or reshape, and do no floating-point arithmetic. */
const MOVES = new Set([
  ...['And', 'Cast', 'Concat', 'Constant', 'ConstantOfShape', 'DepthToSpace', 'Dropout', 'Equal', 'Expand'],
  ...['EyeLike', 'Flatten', 'Gather', 'GatherElements', 'GatherND', 'Greater', 'GreaterOrEqual', 'Identity'],
  ...['IsInf', 'IsNaN', 'Less', 'LessOrEqual', 'NonZero', 'Not', 'OneHot', 'Or', 'Pad', 'Range', 'Reshape'],
  ...['ReverseSequence', 'ScatterElements', 'ScatterND', 'Shape', 'Size', 'Slice', 'SpaceToDepth', 'Split'],
  ...['Squeeze', 'Tile', 'TopK', 'Transpose', 'Trilu', 'Unique', 'Unsqueeze', 'Where', 'Xor'],
]);

/**
 * Counts a node's operations from shapes alone. Products with zeros of padding are counted, as hardware and every common
 * counter do; so is the upper half of causal attention, which is computed and then masked.
 * @returns null where the operator has no rule or a shape is not known
 */
export function countOperations(
  node: OnnxNode,
  inputs: readonly (TensorType | undefined)[],
  outputs: readonly (TensorType | undefined)[],
): OperationCount | null {
  if (MOVES.has(node.opType)) return NONE;
  const output = sizesOf(outputs[0]);
  if (output === null) return null;
  const total = product(output);
  const integers = !(outputs[0]?.type.startsWith('float') || outputs[0]?.type === 'bfloat16');
  const perOutput = PER_OUTPUT[node.opType];
  if (perOutput !== undefined) {
    // Max, Min, Sum and Mean take any number of inputs.
    const times = ['Max', 'Min', 'Sum', 'Mean'].includes(node.opType) ? Math.max(1, inputs.length - 1) : 1;
    return integers ? NONE : operations(perOutput * times * total);
  }
  const first = sizesOf(inputs[0]);
  if (first === null) return null;
  const perInput = PER_INPUT[node.opType];
  if (perInput !== undefined) return operations(perInput * product(first));
  const second = sizesOf(inputs[1]);
  switch (node.opType) {
    case 'MatMul':
      return products([...output, first.at(-1) ?? 1]);
    case 'Gemm': {
      const [rows, inner] = intAttribute(node, 'transA', 0) === 1 ? [first[1], first[0]] : first;
      return products([rows, output[1], inner], inputs[2] === undefined ? 0 : total);
    }
    case 'Conv':
      if (second === null) return null;
      return products([...output, ...second.slice(1)], inputs[2] === undefined ? 0 : total);
    case 'ConvTranspose':
      if (second === null) return null;
      return products([...first, ...second.slice(1)], inputs[2] === undefined ? 0 : total);
    case 'AveragePool':
    case 'MaxPool':
    case 'LpPool':
      return operations(total * product(intsAttribute(node, 'kernel_shape') ?? []));
    case 'LayerNormalization':
    case 'InstanceNormalization':
    case 'GroupNormalization':
      // Sum, difference, square, sum, quotient by the deviation; then scale and shift.
      return operations(total * (5 + (inputs[1] ? 1 : 0) + (inputs[2] ? 1 : 0)));
    case 'RMSNormalization':
    case 'SimplifiedLayerNormalization':
      return operations(4 * total);
    case 'Gelu':
      // x · ½ (1 + erf(x/√2)), or ½x (1 + tanh(c (x + a x³))).
      return operations(total * (stringAttribute(node, 'approximate', 'none') === 'tanh' ? 9 : 5));
    case 'Resize':
    case 'Upsample':
      return operations(resizeCost(node, output.length) * total);
    case 'SoftmaxCrossEntropyLoss':
      return operations(5 * product(first));
    default:
      return null;
  }
}

/** Interpolation per output element: linear weighs 2 values per axis, cubic 4; nearest copies. */
function resizeCost(node: OnnxNode, rank: number): number {
  const mode = stringAttribute(node, 'mode', 'nearest');
  const neighbours = mode === 'linear' ? 2 : mode === 'cubic' ? 4 : 0;
  return neighbours === 0 ? 0 : 2 * neighbours ** (rank - 2);
}

function operations(flops: number): OperationCount {
  return { macs: 0, flops, factors: [] };
}

function products(factors: readonly number[], added = 0): OperationCount {
  const macs = product(factors);
  return { macs, flops: 2 * macs + added, factors };
}

function sizesOf(type: TensorType | undefined): readonly number[] | null {
  return type?.dims.every(isNumber) ? type.dims : null;
}

function isNumber(dim: Dimension): dim is number {
  return typeof dim === 'number';
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((whole, size) => whole * size, 1);
}
