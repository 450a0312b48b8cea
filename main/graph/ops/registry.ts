import type { OpDefinition } from '../op-definition.ts';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { and } from './and.ts';
import { argMax } from './arg-max.ts';
import { averagePool } from './average-pool.ts';
import { batchNormalization } from './batch-normalization.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import { constantOfShape } from './constant-of-shape.ts';
import { conv } from './conv.ts';
import { convTranspose } from './conv-transpose.ts';
import { cos } from './cos.ts';
import { cumSum } from './cum-sum.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { expand } from './expand.ts';
import { gather } from './gather.ts';
import { gatherElements } from './gather-elements.ts';
import { gatherNd } from './gather-nd.ts';
import { gelu } from './gelu.ts';
import { gemm } from './gemm.ts';
import { globalAveragePool } from './global-average-pool.ts';
import { greater } from './greater.ts';
import { greaterOrEqual } from './greater-or-equal.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardSwish } from './hard-swish.ts';
import { identity } from './identity.ts';
import { instanceNormalization } from './instance-normalization.ts';
import { layerNormalization } from './layer-normalization.ts';
import { leakyRelu } from './leaky-relu.ts';
import { less } from './less.ts';
import { lessOrEqual } from './less-or-equal.ts';
import { log } from './log.ts';
import { logSoftmax } from './log-softmax.ts';
import { matmul } from './matmul.ts';
import { max } from './max.ts';
import { maxPool } from './max-pool.ts';
import { min } from './min.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { not } from './not.ts';
import { oneHot } from './one-hot.ts';
import { or } from './or.ts';
import { pow } from './pow.ts';
import { range } from './range.ts';
import { reciprocal } from './reciprocal.ts';
import { reduceL2 } from './reduce-l2.ts';
import { reduceMax } from './reduce-max.ts';
import { reduceMean } from './reduce-mean.ts';
import { reduceMin } from './reduce-min.ts';
import { reduceSum } from './reduce-sum.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { scatterElements } from './scatter-elements.ts';
import { scatterNd } from './scatter-nd.ts';
import { shape } from './shape.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { sin } from './sin.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softmaxCrossEntropyLoss } from './softmax-cross-entropy-loss.ts';
import { softplus } from './softplus.ts';
import { split } from './split.ts';
import { sqrt } from './sqrt.ts';
import { squeeze } from './squeeze.ts';
import { sub } from './sub.ts';
import { tanh } from './tanh.ts';
import { transpose } from './transpose.ts';
import { trilu } from './trilu.ts';
import { unsqueeze } from './unsqueeze.ts';
import { where } from './where.ts';

const definitions: readonly OpDefinition[] = [
  abs,
  add,
  and,
  argMax,
  averagePool,
  batchNormalization,
  cast,
  clip,
  concat,
  constantOfShape,
  convTranspose,
  conv,
  cos,
  cumSum,
  div,
  equal,
  erf,
  exp,
  expand,
  gatherElements,
  gatherNd,
  gather,
  gelu,
  gemm,
  globalAveragePool,
  greaterOrEqual,
  greater,
  hardSigmoid,
  hardSwish,
  identity,
  instanceNormalization,
  layerNormalization,
  leakyRelu,
  lessOrEqual,
  less,
  logSoftmax,
  log,
  matmul,
  maxPool,
  max,
  min,
  mul,
  neg,
  not,
  oneHot,
  or,
  pow,
  range,
  reciprocal,
  reduceL2,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  relu,
  reshape,
  resize,
  scatterElements,
  scatterNd,
  shape,
  sigmoid,
  sign,
  sin,
  slice,
  softmax,
  softmaxCrossEntropyLoss,
  softplus,
  split,
  sqrt,
  squeeze,
  sub,
  tanh,
  transpose,
  trilu,
  unsqueeze,
  where,
];

/** Every operator that the graph engine knows, by its ONNX name. */
export const operators: ReadonlyMap<string, OpDefinition> = new Map(
  definitions.map((definition) => [definition.op, definition]),
);
