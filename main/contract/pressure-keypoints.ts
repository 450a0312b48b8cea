import { z } from 'zod';
import { intervalSchema } from './encoding.ts';

/** What the keypoint study is asked for. */
export const pressureKeypointsParamsSchema = z.object({
  /** Folder of the PhysioNet pressure map dataset's experiment-i; null leaves real mats out. */
  pmd: z.string().nullable().default(null),
  seed: z.number().int().nonnegative().default(1),
  keypoints: z.number().int().min(12).max(24).default(24),
  /** Simulated people; the last quarter is held out. */
  subjects: z.number().int().min(8).max(60).default(16),
  poses: z.number().int().min(1).max(40).default(10),
  /** Steps of the two stages of the main model. */
  classificationSteps: z.number().int().min(0).default(60),
  regressionSteps: z.number().int().min(1).default(1000),
  /** Steps of each ablated model, and of the supervised regressor (which gets as many as the main model). */
  ablationSteps: z.number().int().min(0).default(300),
  /** Seeds of the comparison of two-stage with direct training; 0 leaves it out. */
  warmStartSeeds: z.number().int().min(0).max(9).default(5),
  /** Regression steps of that comparison. */
  warmStartSteps: z.number().int().min(10).default(120),
  batch: z.number().int().min(2).max(64).default(12),
});
export type PressureKeypointsParams = z.infer<typeof pressureKeypointsParamsSchema>;

/** How well joints are foretold from the points of one method. */
export const jointScoreSchema = z.object({
  method: z.string(),
  meanCm: z.number(),
  low: z.number(),
  high: z.number(),
  pck: z.number(),
});
export type JointScore = z.infer<typeof jointScoreSchema>;

export const reconstructionScoreSchema = z.object({ method: z.string(), l1: z.number(), ssim: z.number() });

export const postureScoreSchema = z.object({ method: z.string(), accuracy: intervalSchema });
export type PostureScore = z.infer<typeof postureScoreSchema>;

/** How steady points are. */
export const stabilitySchema = z.object({
  /** Mean distance in cells between a point and where it should be after a known deformation. */
  equivariance: z.number(),
  /** Mean movement in cells between neighbouring frames of one recording. */
  repeatability: z.number(),
  /** Share of points that are nearest to themselves in the next frame. */
  keepsPlace: z.number(),
  /** Share of points that lie where nothing presses. */
  onEmptyMat: z.number(),
});
export type Stability = z.infer<typeof stabilitySchema>;

export const ablationSchema = z.object({
  variant: z.string(),
  jointsCm: z.number(),
  l1: z.number(),
  ssim: z.number(),
  equivariance: z.number(),
});
export type Ablation = z.infer<typeof ablationSchema>;

/** One seed of two-stage against direct training: steps after which the direct run's last loss is reached. */
export const warmStartSchema = z.object({
  seed: z.number().int(),
  directLoss: z.number(),
  directSteps: z.number().int(),
  /** Regression steps of the two-stage run; null where it did not get there. */
  regressionSteps: z.number().int().nullable(),
  classificationSteps: z.number().int(),
});
export type WarmStart = z.infer<typeof warmStartSchema>;

/** A frame where something went wrong, for the gallery. */
export const failureSchema = z.object({
  kind: z.enum(['on-empty-mat', 'changed-places', 'drawn-badly', 'joint-far-off']),
  frame: z.number().int(),
  keypoint: z.number().int().nullable(),
  value: z.number(),
});
export type Failure = z.infer<typeof failureSchema>;

export const pmdScoreSchema = z.object({
  subjects: z.number().int(),
  recordings: z.number().int(),
  frames: z.number().int(),
  /** Garbled leading frames that were left out, and hot cells that were repaired. */
  corruptFrames: z.number().int(),
  hotCells: z.number().int(),
  /** "subject", or "recording" where there are fewer than three people. */
  leftOut: z.enum(['subject', 'recording']),
  trainingSeconds: z.number(),
  postures: z.array(postureScoreSchema),
  stability: stabilitySchema,
});
export type PmdScore = z.infer<typeof pmdScoreSchema>;

export const pressureKeypointsResultSchema = z.object({
  study: z.literal('pressure-keypoints'),
  simulated: z.literal(true),
  params: pressureKeypointsParamsSchema,
  joints: z.array(jointScoreSchema),
  reconstruction: z.array(reconstructionScoreSchema),
  stability: stabilitySchema,
  postures: z.array(postureScoreSchema),
  transfer: z.array(jointScoreSchema),
  work: z.object({ parameters: z.number().int(), macs: z.number(), millisecondsPerFrame: z.number() }),
  warmStart: z.array(warmStartSchema),
  ablations: z.array(ablationSchema),
  pmd: pmdScoreSchema.nullable(),
  failures: z.array(failureSchema),
  seconds: z.number(),
});
export type PressureKeypointsResult = z.infer<typeof pressureKeypointsResultSchema>;
