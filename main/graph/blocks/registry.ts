import { batchNormBlock } from './batch-norm.ts';
import type { BlockDefinition } from './block-definition.ts';
import { cosineBlock, infoNceBlock } from './contrastive.ts';
import { distanceBlocks } from './distances.ts';
import { groupNormBlock } from './group-norm.ts';
import { loadBalanceBlock } from './load-balance.ts';
import { spatialSoftmaxBlock } from './spatial-softmax.ts';
import { ssimBlock } from './ssim.ts';

/** Every block that `gyrus gradcheck` runs beside the operators. */
export const blocks: readonly BlockDefinition[] = [
  batchNormBlock,
  cosineBlock,
  ...distanceBlocks,
  groupNormBlock,
  infoNceBlock,
  loadBalanceBlock,
  spatialSoftmaxBlock,
  ssimBlock,
];
